#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what docs/json.md and the manual page say of cclb(1) against what it prints.

    cli_docs_test.py COMMAND TREE

Every key that is printed is documented, in that order, and every documented one is printed; so are the names that
statuses, phases, traps and resources have, and the options. Prints one line for each fault, and at last how many
checks passed.
"""

import json
import os
import re
import shutil
import sys
import tempfile

from cli_bench import Bench, Failure, expect, one_object, plugin, read_text

GOOD = "all_hooks-pdk0.1.2.wasm"
REFUSED = "x-alloc-null-w09.wasm"
UNREADABLE = "x-short-call-w09.wasm"
FAILING = "x-div0-call-w09.wasm"
HOOKS = ("filter", "shape", "transform_response", "transform_sse_event", "observe")


def section(text, title):
    """From a heading to the next of any level."""
    found = re.search(rf"^#+ {title}\n(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    expect(found, f"there is no section {title}")
    return found[1]


def tables(text):
    """Each table as a list of rows, without its head."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [[[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.splitlines()[2:]]
            for block in blocks]


def names(text):
    return re.findall(r"`([^`]+)`", text)


def keys(table):
    return [name for row in table for name in names(row[0])]


def same(found, documented, what):
    expect(list(found) == list(documented), f"{what}: printed {list(found)}, documented {list(documented)}")


class Documents:
    def __init__(self, bench):
        self.bench = bench
        text = read_text(os.path.join(bench.tree, "docs/json.md"))
        self.errors = tables(section(text, "Errors"))[0]
        self.report, self.hook = tables(section(text, "Reports"))
        self.answers = tables(section(text, "Answers of hooks"))
        self.command = section(text, "The command")
        self.measurements = tables(section(text, "Measurements"))
        self.conformance = tables(section(text, "Conformance"))
        self.schemas = tables(section(text, "Schemas"))
        self.capsules = tables(section(text, "Capsules"))[0]
        self.capsule = os.path.join(bench.scratch, "capsule.json")
        bench.run("call", plugin(bench, FAILING), "filter", "--raw-in",
                  os.path.join(bench.requests, "filter-1k.W9.bin"), "--capsule", self.capsule)
        self.document = os.path.join(bench.scratch, "host.json")
        with open(self.document, "w", encoding="utf-8") as file:
            file.write(re.search(r"<!-- host document -->\n```json\n(.*?)```", text, re.DOTALL)[1])

    def printed(self, *words):
        return one_object(self.bench.run(*words).out)

    def measured(self, *words):
        return self.printed("bench", *words, "--json", "--seconds", "0.01", "--threads", "2")

    def stream_summary(self):
        path = os.path.join(self.bench.scratch, "summary.json")
        self.bench.run("sse", plugin(self.bench, GOOD), "--summary", path, stdin=b"data: 1\n\n")
        with open(path, "rb") as file:
            return one_object(file.read())

    def row(self, table, key):
        return next(row[1] for row in table if key in names(row[0]))

    def defined(self, table):
        """The names in one of the tables include/cclb/NAME.def."""
        text = read_text(os.path.join(self.bench.tree, f"include/cclb/{table}.def"))
        rows = re.findall(r'^[A-Z]+\((\w+),(?: -?\d+,)? "([^"]*)"', text, re.MULTILINE)
        return [name for _, name in rows if name not in ("", "ok")]


def error_keys(docs):
    for words in (("inspect", "none.wasm"), ("inspect",), ("admit", plugin(docs.bench, REFUSED)),
                  ("wire", "check", "/dev/null")):
        same(docs.printed(*words, "--json")["error"], keys(docs.errors), words[0])


def error_values(docs):
    statuses = names(docs.row(docs.errors, "status"))
    same(docs.defined("status"), [name for name in statuses if name not in ("usage", "io")], "statuses")
    same(docs.defined("phase"), names(docs.row(docs.errors, "phase")), "phases")
    same(docs.defined("trap"), names(docs.row(docs.errors, "trap")), "traps")
    text = read_text(os.path.join(docs.bench.tree, "src/base/error.c"))
    resources = re.search(r"cclb_resource_name\(.*?^}", text, re.DOTALL | re.MULTILINE)[0]
    same(re.findall(r'"(\w+)"', resources), names(docs.row(docs.errors, "resource"))[1:], "resources")


def report_keys(docs):
    for command, name in (("admit", GOOD), ("admit", REFUSED), ("inspect", GOOD)):
        report = docs.printed(command, "--json", plugin(docs.bench, name))["report"]
        same(report, keys(docs.report), f"{command} {name}")
        for hook in report["hooks"]:
            same(hook, keys(docs.hook), "a hook")


def keys_inside_reports(docs):
    report = docs.printed("admit", "--json", plugin(docs.bench, GOOD))["report"]
    for key in ("metadata", "exports", "compiled", "sandbox", "runtimes"):
        value = report[key][0] if key == "runtimes" else report[key]
        said = [name for name in names(docs.row(docs.report, key)) if name != "inspect"]
        same(value, said, key)
    same(report["hooks"][0]["probe"], names(docs.row(docs.hook, "probe")), "probe")
    same(sorted({report["hooks"][0]["mode"], "noop"}), sorted(names(docs.row(docs.hook, "mode"))), "modes")


def keys_of_commands(docs):
    bench = docs.bench
    request = os.path.join(bench.requests, "filter-1k.W9.bin")
    documented = {name: cells[1] for cells in tables(docs.command)[0] for name in names(cells[0])}
    answer = names(docs.command.split("`answer` has", 1)[1].split("\n\n")[0].replace("`value`; else", ""))
    ran = {
        "inspect": docs.printed("inspect", "--json", plugin(bench, GOOD)),
        "admit": docs.printed("admit", "--json", plugin(bench, REFUSED)),
        "call": docs.printed("call", "--json", plugin(bench, UNREADABLE), "filter", "--raw-in", request),
        "call --request": docs.printed("call", "--json", plugin(bench, GOOD), "filter", "--request", docs.document),
        "sse --summary": docs.stream_summary(),
        "replay": docs.printed("replay", "--json", docs.capsule, plugin(bench, FAILING)),
        "bench": docs.measured(plugin(bench, GOOD), "filter"),
        "test": docs.printed("test", "--json", plugin(bench, GOOD), "--cases", docs.cases),
        "conformance": docs.printed("conformance", "--json", plugin(bench, GOOD)),
        "schema": docs.printed("schema", "--json"),
        "wire check": docs.printed("wire", "check", "--json", docs.spoilt),
    }
    same(sorted(ran), sorted(documented), "commands")
    for command, value in ran.items():
        said = [name for name in names(documented[command].split(":", 1)[0])]
        same(value, ["ok", "error", *said], command)
    same(ran["call"]["answer"], answer, "answer")
    case = names(re.sub(r"\(.*?\)", "", documented["test"].split(":", 1)[1]))
    same(ran["test"]["cases"][0], case, "a case")
    failure = names(documented["wire check"].split(":", 1)[1])
    same(ran["wire check"]["failures"][0], failure, "a failure")


def keys_of_capsules(docs):
    with open(docs.capsule, encoding="utf-8") as file:
        capsule = json.load(file)
    same(capsule, keys(docs.capsules), "a capsule")
    same(capsule["settings"], names(docs.row(docs.capsules, "settings")), "settings")
    said = names(docs.row(docs.capsules, "fault"))
    statuses = ["reject", "instantiate", "trap", "deadline", "fuel", "decode"]
    same(statuses, said[1:1 + len(statuses)], "statuses of capsules")
    same(capsule["fault"], said[:1] + said[1 + len(statuses):], "fault")


def keys_of_measurements(docs):
    comparison, step, times, failures = docs.measurements
    ran = docs.measured(plugin(docs.bench, GOOD), "transform_sse_event")
    of_call = [key for key in keys(comparison) if key not in ("renewals", "over")]
    same(ran["call"], of_call, "call")
    same(ran["session"], keys(comparison), "session")
    same(ran["call"]["over_floor"], names(docs.row(comparison, "over_floor")), "over_floor")
    same([one["threads"] for one in ran["threads"]], [1, 2], "threads")
    for one in ran["threads"]:
        same(one, keys(step), "one of threads")
    for each in (ran["call"]["plugin"], ran["session"]["floor"], ran["threads"][1]["plugin"]):
        same(each, keys(times), "times")
        expect(each["count"] > 0 and each["calls_per_second"] > 0, f"no calls: {each}")
        order = [each[key] for key in keys(times) if key.endswith("_ns")]
        expect(order == sorted(order), f"a quantile is out of order: {each}")
    same(ran["failures"], keys(failures), "failures")
    expect(ran["failures"]["failed"] == 0 and ran["failures"]["first"] is None, f"{ran['failures']}")


def keys_of_conformance(docs):
    of_hook, of_request, of_growth = docs.conformance
    for name in (GOOD, UNREADABLE):
        for hook in docs.printed("conformance", plugin(docs.bench, name), "--json")["hooks"]:
            same(hook, keys(of_hook), hook["hook"])
            same(hook["growth"], keys(of_growth), f"growth of {hook['hook']}")
            same(hook["host"], names(docs.row(of_hook, "host").split(":")[0]), "host")
            same(hook["growth"]["points"][0], names(docs.row(of_growth, "points")), "a point")
            for request in hook["requests"]:
                same(request, keys(of_request), request["name"])


def keys_of_schemas(docs):
    of_hook, of_form, of_type = docs.schemas
    of_field = [name for name in names(docs.row(of_type, "fields").split(";")[0]) if not re.fullmatch(r"[uf]\d\d|text|bytes", name)]
    for hook in docs.printed("schema", "--form", "W8", "--json")["hooks"]:
        same(hook, keys(of_hook), hook["hook"])
        same(hook["forms"][0], keys(of_form), hook["hook"])
        for each in hook["forms"][0]["types"]:
            same(each, keys(of_type), each["name"])
            for variant in each["variants"] or []:
                same(variant, ["name", "fields"], each["name"])
            for fields in [each["fields"]] if each["fields"] else [one["fields"] for one in each["variants"]]:
                for field in fields:
                    same(field, of_field, f"{each['name']}.{field['name']}")


def keys_of_results(docs):
    """What each hook of a plugin answers to the document of docs/json.md."""
    for hook, table in zip(HOOKS, docs.answers):
        printed = docs.printed("call", "--json", plugin(docs.bench, GOOD), hook, "--request", docs.document)
        same(printed["result"], keys(table), hook)
    printed = docs.printed("call", "--json", plugin(docs.bench, GOOD), "observe", "--request", docs.document)
    same(printed["result"], ["output"], "observe")
    expect("for observe it has `output`" in " ".join(docs.command.split()), "`output` is not documented")


def the_manuals_document_is_one(docs):
    """And it has what every hook needs."""
    page = read_text(os.path.join(docs.bench.tree, "docs/man/cclb.1"))
    document = re.search(r"^\.Ss HOST DOCUMENTS$.*?^\.Bd -literal.*?\n(.*?)^\.Ed$", page, re.DOTALL | re.MULTILINE)[1]
    for hook in HOOKS:
        ran = docs.bench.run("call", plugin(docs.bench, GOOD), hook, "--request", "-", stdin=document.encode())
        expect(ran.status == 0, f"{hook}: {ran.err!r}")


def ok_is_status_0(docs):
    for words in (("inspect", plugin(docs.bench, GOOD)), ("admit", plugin(docs.bench, REFUSED)), ("admit", "none.wasm"),
                  ("admit",), ("wire", "check", docs.spoilt)):
        with_json = docs.bench.run(*words, "--json")
        without = docs.bench.run(*words)
        expect(one_object(with_json.out)["ok"] == (with_json.status == 0), f"{words[0]}: `ok` is not status 0")
        expect(with_json.status == without.status, f"{words[0]}: --json changes the status")
        expect(with_json.err == without.err, f"{words[0]}: --json changes standard error")


def the_example_is_one(docs):
    text = read_text(os.path.join(docs.bench.tree, "docs/json.md"))
    example = re.search(r"```json\n(.*?)```", text, re.DOTALL)[1]
    archive = docs.bench.run("wire", "encode", "ShapeRequest@W9", stdin=example.encode())
    back = docs.bench.run("wire", "decode", "ShapeRequest@W9", stdin=archive.out)
    expect(archive.status == 0 and back.out.decode() == example, f"{archive.err!r} {back.out!r}")


COMMANDS = (("inspect",), ("admit",), ("call",), ("sse",), ("replay",), ("bench",), ("new",), ("test",),
            ("conformance",), ("schema",), ("wire", "check"), ("wire", "encode"), ("wire", "decode"))


def options(docs):
    """The manual page has every option of every command, and no others."""
    page = read_text(os.path.join(docs.bench.tree, "docs/man/cclb.1"))
    in_manual = set(re.findall(r"^\.It (?:Fl \w , )?Fl Fl ([a-z-]+)", page, re.MULTILINE))
    in_help = set()
    for command in COMMANDS:
        text = docs.bench.run("help", *command).out.decode()
        of_command = set(re.findall(r"^  (?:-\w, )?--([a-z-]+)", text, re.MULTILINE))
        in_help |= of_command
        start = page.index(f".Cm {' '.join(command)}\n")
        synopsis = page[start:page.index("\n.Nm", start)]
        named = set(re.findall(r"Fl Fl ([a-z-]+)", synopsis)) | ({"quiet"} if "Fl q" in synopsis else set())
        same(sorted(named), sorted(of_command - {"help"}), f"the synopsis of {' '.join(command)}")
    same(sorted(in_help), sorted(in_manual), "options")


def exit_statuses(docs):
    """As the manual page and each help page tell them."""
    page = read_text(os.path.join(docs.bench.tree, "docs/man/cclb.1"))
    numbers = re.findall(r"^\.It (\d)$", page, re.MULTILINE)
    for command in COMMANDS:
        text = docs.bench.run("help", *command).out.decode()
        same(re.findall(r"^  (\d)  ", text, re.MULTILINE), numbers, " ".join(command))


CHECKS = (error_keys, error_values, report_keys, keys_inside_reports, keys_of_commands,
          keys_of_capsules, keys_of_measurements, keys_of_conformance, keys_of_schemas, keys_of_results,
          ok_is_status_0, the_example_is_one, the_manuals_document_is_one, options, exit_statuses)


def main(words):
    if len(words) != 2:
        sys.stderr.write(__doc__)
        return 2
    failed = 0
    with tempfile.TemporaryDirectory(prefix="cclb-docs-") as scratch:
        docs = Documents(Bench(words[0], words[1], scratch))
        docs.spoilt = os.path.join(scratch, "vectors.txt")
        with open(docs.spoilt, "w", encoding="utf-8") as file:
            file.write("ZZ none\n")
        docs.cases = os.path.join(scratch, "cases")
        os.makedirs(os.path.join(docs.cases, "filter"))
        shutil.copy(docs.document, os.path.join(docs.cases, "filter", "host.json"))
        for check in CHECKS:
            try:
                check(docs)
            except (Failure, ValueError, KeyError, IndexError, StopIteration, json.JSONDecodeError) as fault:
                failed += 1
                print(f"FAILED {check.__name__}: {fault!r}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
