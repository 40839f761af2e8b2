#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `cclb test` says to an author's cases, those that pass and others.

    author_cases_test.py COMMAND TREE

COMMAND is the program, TREE the folder of the sources. Prints one line for each fault, and at last how many checks passed.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

from author_new_test import TIMEOUT_SECONDS, Author
from cli_bench import Bench, Failure, expect, one_line, one_object, run_on_terminal


class Plugin:
    """A plugin with every hook, made and built once; each check gets its files anew."""

    def __init__(self, bench, folder):
        self.bench, self.folder = bench, pathlib.Path(folder)
        author = Author(bench.command, folder)
        hooks = "filter,shape,observe,transform_response,transform_sse_event"
        made = author.run(bench.command, "new", "all", "--hooks", hooks, "--form", "8")
        built = author.make("all", "all")
        expect(made.returncode == 0 and built.returncode == 0, f"{made.stderr}{built.stderr}")
        self.count = 0

    def fresh(self):
        self.count += 1
        path = self.folder / f"copy{self.count}"
        shutil.copytree(self.folder / "all", path)
        return path

    def build(self, name, source):
        folder = self.folder / name
        (folder / "cases" / "sse").mkdir(parents=True)
        (folder / "plugin.c").write_text(source)
        self.compile(folder / "plugin.c", folder / "plugin.wasm")
        return folder

    def compile(self, source, module):
        build = os.path.join(os.path.dirname(self.bench.command), "cclb-build")
        done = subprocess.run([build, source, "-o", module], capture_output=True, text=True, check=False)
        expect(done.returncode == 0, done.stderr)

    def test(self, folder, *words):
        return self.bench.run("test", str(folder), *words)


def lines_of(result):
    return result.out.decode().splitlines()


def all_pass(plugin):
    folder = plugin.fresh()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    result = plugin.test(folder)
    expect(result.status == 0 and result.err == b"", f"{result.err}")
    lines = lines_of(result)
    expect(lines[-1] == f"{len(lines) - 1} passed, 0 failed", lines[-1])
    names = [line.split()[1] for line in lines[:-1]]
    expect(all(line.startswith("ok  ") for line in lines[:-1]) and names == sorted(names), f"{lines}")
    expect({name.split("/")[0] for name in names} ==
           {"filter", "shape", "observe", "sse", "transform_response", "transform_sse_event"}, f"{names}")
    expect(lines_of(plugin.test(folder / "all.wasm", "--update")) == lines, "--update changes what passes")
    expect({path: path.read_bytes() for path in before} == before, "a file was changed")


def spoil(folder):
    """Makes one case expect something else, of the same length. Returns its file and what was there."""
    path = folder / "cases/filter/avoids-east.expected.json"
    right = path.read_text()
    path.write_text(right.replace("the client avoids it", "the client spoils it").replace('"candidate": 1', '"candidate": 7'))
    return path, right


def differences_are_shown(plugin):
    folder = plugin.fresh()
    spoil(folder)
    result = plugin.test(folder)
    lines = lines_of(result)
    expect(result.status == 1, f"exit {result.status}")
    expect(one_line(result.err).endswith("all.wasm: 1 of 10 cases failed"), f"{result.err}")
    expect(lines[-1] == "9 passed, 1 failed", lines[-1])
    start = next(i for i, line in enumerate(lines) if line.startswith("FAILED"))
    expect(lines[start].startswith("FAILED   filter/avoids-east: not what ") and
           lines[start].endswith("avoids-east.expected.json expects"), lines[start])
    shown = [line.strip() for line in lines[start + 1:] if line.startswith("         ")]
    for line in ('-         "candidate": 7,', '+         "candidate": 1,'):
        expect(line in shown, f"no {line!r} in {shown}")
    for sign, word in (("-", "spoils"), ("+", "avoids")):
        found = [line for line in shown if line.startswith(sign) and f"the client {word} it" in line]
        expect(len(found) == 2, f"{sign} {word}: {shown}")
    expect(shown[0] == "..." or shown[0].startswith("{"), shown[0])


def update_writes_what_came(plugin):
    folder = plugin.fresh()
    path, right = spoil(folder)
    missing = folder / "cases/observe/counts-tokens.expected.json"
    missing_text = missing.read_text()
    missing.unlink()
    broken = folder / "cases/sse/drops-pings.expected.sse"
    broken_bytes = broken.read_bytes()
    broken.write_bytes(broken_bytes + b"data: more\n\n")
    conflict = folder / "cases/transform_response/leaves-errors.expected.json"
    conflict_text = conflict.read_text()
    conflict.write_text("<<<<<<< ours\n" + conflict_text)
    before = plugin.test(folder)
    expect(before.status == 1 and lines_of(before)[-1] == "6 passed, 4 failed", lines_of(before)[-1])
    result = plugin.test(folder, "--update")
    lines = lines_of(result)
    expect(result.status == 0 and lines[-1] == "6 passed, 4 updated, 0 failed", f"{lines[-1]} {result.err}")
    changed = [line for line in lines if line.startswith("UPDATED")]
    expect(len(changed) == 4 and "filter/avoids-east: changed " in changed[0] and "counts-tokens: wrote " in changed[1],
           f"{changed}")
    expect(path.read_text() == right and missing.read_text() == missing_text and broken.read_bytes() == broken_bytes and
           conflict.read_text() == conflict_text, "what was written is not what was there before")
    expect(plugin.test(folder).status == 0, "does not pass after --update")


def layout_does_not_count(plugin):
    folder = plugin.fresh()
    for path in (folder / "cases").rglob("*.expected.json"):
        path.write_text(json.dumps(json.loads(path.read_text())))
    expect(plugin.test(folder).status == 0, "one line is something else")
    for path in (folder / "cases").rglob("*.expected.json"):
        path.write_text(json.dumps(json.loads(path.read_text()), indent="\t") + "\r\n\r\n")
    expect(plugin.test(folder).status == 0, "tabs are something else")


def broken_json_names_its_place(plugin):
    folder = plugin.fresh()
    (folder / "cases/filter/keeps-all.json").write_text('{\n  "request": {\n    "method": "POST",,\n')
    (folder / "cases/shape/passes-on.expected.json").write_text('{\n  "result": nul\n}\n')
    (folder / "cases/observe/counts-tokens.json").write_text('{"request": {"method": "GET"}}')
    (folder / "cases/transform_sse_event/drops-pings.json").write_text('{"request": {"metod": "GET"}}')
    result = plugin.test(folder)
    text = result.out.decode()
    expect(result.status == 1 and lines_of(result)[-1] == "6 passed, 4 failed", f"{result.status} {text}")
    for words in ("filter/keeps-all: .*/keeps-all.json: not JSON: line 3, column 22: .* \\(offset 38\\)",
                  "shape/passes-on: .*/passes-on.expected.json: not JSON: line 3, column 0: .* \\(offset 17\\)",
                  "observe/counts-tokens: .*counts-tokens.json: \\$.observation: missing, and observe needs it; add ",
                  "transform_sse_event/drops-pings: .*did you mean `method`"):
        expect(re.search(f"^FAILED   {words}", text, re.MULTILINE), f"no {words!r} in {text}")


def junit_is_xml(plugin):
    folder = plugin.fresh()
    spoil(folder)
    shutil.copy(folder / "cases/filter/avoids-east.json", folder / "cases/filter/a<&>\"'\x1b\uffff.json")
    report = folder / "report.xml"
    result = plugin.test(folder, "--junit", str(report))
    suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
    cases = suite.findall("testcase")
    failures = suite.findall("testcase/failure")
    expect(result.status == 1 and (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("11", "2", "0"),
           f"{suite.attrib}")
    expect(len(cases) == 11 and len(failures) == 2, f"{len(cases)} cases, {len(failures)} failures")
    expect({"name", "classname", "time"} == set(cases[0].attrib) and cases[0].get("classname") == "filter",
           f"{cases[0].attrib}")
    expect(cases[0].get("name").startswith("a<&>\"'\\x1b"), f"{cases[0].attrib}")
    expect("not what " in failures[1].get("message") and '+         "candidate": 1,' in failures[1].text,
           f"{failures[1].text}")
    plugin.test(folder, "--junit", str(report), "--only", "shape")
    suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
    expect((suite.get("tests"), suite.get("failures")) == ("2", "0"), f"{suite.attrib}")
    result = plugin.test(folder, "--junit", str(folder / "none/report.xml"))
    expect(result.status == 2 and "No such file" in one_line(result.err), f"{result.err}")


def one_error(report):
    """The reason why a run failed, as a report has it."""
    suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
    errors = suite.findall("testcase/error")
    expect((suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("1", "0", "1") and len(errors) == 1,
           f"{suite.attrib}, {len(errors)} errors")
    return errors[0].get("message")


def junit_tells_of_runs_that_fail(plugin):
    """Whatever keeps a run from its end is in the report, and nothing of an earlier run is."""
    folder = plugin.fresh()
    report = folder / "report.xml"
    hostile = os.path.join(plugin.bench.plugins, "x-alloc-null-w09.wasm")
    (folder / "none").mkdir()
    (folder / "odd & <end>").mkdir()
    for words in ((folder / "missing.wasm",), (folder / "none",), (folder / "odd & <end>",), (folder, "--only", "none"),
                  (folder, "--cases", folder / "none"), (folder, "--limit", "none=1"), (folder, "--deadline", "soon"),
                  (hostile, "--cases", folder / "cases"), (hostile, "--cases", folder / "cases", "--json"),
                  (folder, "--limit", "module_bytes=9")):
        plugin.test(folder, "--junit", str(report), "--only", "filter")
        expect("<error" not in report.read_text() and 'tests="2"' in report.read_text(), report.read_text())
        result = plugin.test(*words, "--junit", str(report))
        said = one_line(result.err)
        expect(result.status != 0 and said in (f"cclb: {one_error(report)}",
                                               f"cclb: {one_error(report)} (see `cclb help test`)"),
               f"{words}: {said}, and in the report {one_error(report)}")
    plugin.test(folder, "--junit", str(report), "--only", "filter")
    before = report.read_text()
    result = plugin.test(folder, "--junit", str(report), "--updaet")  # nobody knows which word is the file of the report
    expect(result.status == 2 and "did you mean --update" in one_line(result.err) and report.read_text() == before,
           f"{result.err}")
    result = plugin.test(folder, "--only", "shape", "--junit", "/dev/stdout")
    expect(result.out.count(b"<?xml") == 1, f"{result.out}")
    result = plugin.test(folder, "--only", "shape", "--junit", "-")
    expect(result.status == 2 and "name a file" in one_line(result.err) and not result.out, f"{result.err}")


def junit_tells_of_runs_that_are_ended(plugin):
    """As a CI ends one that takes too long: what it finds is not what an earlier run left."""
    folder = plugin.fresh()
    report = folder / "report.xml"
    plugin.test(folder, "--junit", str(report))
    words = [plugin.bench.command, "test", "-", "--cases", folder / "cases", "--junit", report]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as process:  # waits for a plugin that never comes
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while "<error" not in report.read_text() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    expect(one_error(report) == "the run did not end", report.read_text())


def policies_have_to_mean_something(plugin):
    """One that is about no case that runs would pass for one that was tested."""
    folder = plugin.fresh()
    for option, about in (("--origin-policy=selected-upstream-origin", ("shape",)),
                          ("--cookie-redaction", ("filter", "shape")),
                          ("--failure-policy=fail-closed", ("filter", "shape", "transform_response", "sse"))):
        for only in ("filter", "shape", "observe", "transform_response", "transform_sse_event", "sse"):
            result = plugin.test(folder, "--only", only, option)
            means = only in about or only == "transform_sse_event" and "sse" in about
            expect(result.status == 0 if means else result.status == 2, f"{option} with {only}: {result.status}")
            expect(means or f"{option.split('=')[0]} is about " in one_line(result.err), f"{result.err}")
        expect(plugin.test(folder, option).status == 0, f"{option} with all cases")


def json_counts(plugin):
    folder = plugin.fresh()
    spoil(folder)
    result = plugin.test(folder, "--json")
    value = one_object(result.out)
    expect(result.status == 1 and (value["passed"], value["updated"], value["failed"]) == (9, 0, 1), f"{value}")
    failed = [case for case in value["cases"] if case["outcome"] == "failed"]
    expect(len(value["cases"]) == 10 and failed[0]["name"] == "filter/avoids-east", f"{failed}")
    expect('\n+         "candidate": 1,\n' in failed[0]["diff"], f"{failed}")
    passed = value["cases"][-1]
    expect(passed["why"] is None and passed["diff"] is None and passed["duration_ns"] > 0, f"{passed}")


def terminals_get_colours_and_a_bar(plugin):
    folder = plugin.fresh()
    spoil(folder)
    result = run_on_terminal(plugin.bench, "test", str(folder))
    expect(b"\x1b[1;31mFAILED" in result.out and b"\x1b[31m-   " in result.out and b"\x1b[32m+   " in result.out,
           f"{result.out}")
    expect(b"\rcclb: testing [" in result.err and b"] 0 of 10" in result.err and b"\r\x1b[K" in result.err,
           f"{result.err}")
    expect(b"\x1b" not in run_on_terminal(plugin.bench, "test", str(folder), NO_COLOR="1").out, "NO_COLOR")


COUNTING = """
#define CCLB_PLUGIN_NAME "counting"
#define CCLB_PLUGIN_VERSION "1"
#define CCLB_PLUGIN_DESCRIPTION "Numbers the events that it sees, and fails at one."
#define CCLB_PLUGIN_USAGE "For tests."
#define CCLB_PLUGIN_SHAPE "Is never called."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "Numbers."
#include "cclb_plugin.h"
static uint64_t seen;
void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    answer->url = CCLB_TEXT("https://api.example.test/");
    cclb_pass_on(request, answer);
}
void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    if (cclb_bytes_equal(request->event.data, CCLB_TEXT("fail"))) {
        cclb_plugin_fail();
    }
    seen++;
    const cclb_bytes pieces[] = {cclb_decimal(seen), CCLB_TEXT(" "), cclb_decimal(request->response_status)};
    cclb_replace_event(answer, request->event.event, cclb_join(pieces, 3));
}
"""


def streams(plugin):
    """Without and with a kept sandbox, with a document, and one that fails."""
    folder = plugin.build("counting", COUNTING)
    cases = folder / "cases"
    (cases / "sse_session").mkdir()
    for kind in ("sse", "sse_session"):
        (cases / kind / "two.sse").write_text("data: a\n\ndata: b\n\n")
    (cases / "sse/status.sse").write_text("data: a\n\n")
    (cases / "sse/status.json").write_text('{"response": {"status": 203}}')
    (cases / "sse/fails.sse").write_text(": to begin with\ndata: a\n\ndata: fail\n\ndata: b\n\n")
    expect(plugin.test(folder).status == 1, "passes without expectations")
    expect(plugin.test(folder, "--update").status == 0 and plugin.test(folder).status == 0, "does not pass then")
    for name, written in (("sse/two", "data: 1 200\n\ndata: 1 200\n\n"), ("sse/status", "data: 1 203\n\n"),
                          ("sse_session/two", "data: 1 200\n\ndata: 2 200\n\n"),
                          ("sse/fails", ": to begin with\ndata: 1 200\n\n: failed: trap in hook\n")):
        with open(cases / f"{name}.expected.sse", encoding="utf-8", newline="") as file:
            text = file.read()
        expect(text == written, f"{name}: {text!r}")
    (cases / "sse/status.expected.sse").write_text("data: 1 203\r\n\n")
    expect("\n         - data: 1 203\\x0d\n         + data: 1 203\n" in plugin.test(folder).out.decode(), "a line end is not shown")
    (cases / "sse/status.json").write_text('{"response": {"body": ""}}')
    expect("$.response.status: missing" in plugin.test(folder).out.decode(), "a document that lacks something")


def refused_plugins_are_explained(plugin):
    hostile = os.path.join(plugin.bench.plugins, "x-alloc-null-w09.wasm")
    cases = plugin.fresh() / "cases"
    result = plugin.bench.run("test", hostile, "--cases", str(cases))
    admitted = plugin.bench.run("admit", hostile)
    expect(result.status == 1 and result.err == admitted.err and b"REFUSED" in result.out, f"{result.out}")
    pool = rb"\n  \d+ pooled, .*"  # which is for as many calls at a time as the command makes
    expect(re.sub(pool, b"", result.out) == re.sub(pool, b"", admitted.out), f"{result.out}\n{admitted.out}")
    value = one_object(plugin.bench.run("test", hostile, "--cases", str(cases), "--json").out)
    expect(value["report"]["verdict"]["status"] == value["error"]["status"], f"{value['error']}")


CHECKS = (all_pass, differences_are_shown, update_writes_what_came, layout_does_not_count, broken_json_names_its_place,
          junit_is_xml, junit_tells_of_runs_that_fail, junit_tells_of_runs_that_are_ended, policies_have_to_mean_something,
          json_counts, terminals_get_colours_and_a_bar, streams, refused_plugins_are_explained)


def main(words, usage, checks):
    """Runs each check with the same plugin. Returns the status to exit with."""
    if len(words) != 2:
        sys.stderr.write(usage)
        return 2
    failed = 0
    with tempfile.TemporaryDirectory(prefix="cclb-author-") as folder:
        plugin = Plugin(Bench(*words, folder), folder)
        for check in checks:
            try:
                check(plugin)
            except (Failure, OSError, ValueError, KeyError, IndexError, StopIteration) as fault:
                failed += 1
                print(f"FAILED {check.__name__}: {fault!r}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], __doc__, CHECKS))
