#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `cclb test` makes of cases that cannot be run: for the plugin's form, or for their files.

    author_endings_test.py COMMAND TREE

COMMAND is the program, TREE the folder of the sources. Prints one line for each fault, and at last how many checks passed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

from author_cases_test import lines_of, main, spoil
from author_new_test import Author
from cli_bench import expect, one_line, one_object


def suite_of(report):
    return xml.etree.ElementTree.parse(report).getroot().find("testsuite")


def remove(path):
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def files_that_cannot_be_read_are_errors(plugin):
    """Pipes and devices too, which are not waited for. All others are run."""
    makers = {"a folder": (os.mkdir, "Is a directory"), "a pipe": (os.mkfifo, "a pipe or a device"),
              "a link that leads nowhere": (lambda path: os.symlink("nowhere", path), "No such file or directory"),
              "a link to a device": (lambda path: os.symlink("/dev/zero", path), "a link leads out of")}
    for name in ("filter/zeal.json", "filter/keeps-all.json", "filter/keeps-all.expected.json", "sse/zeal.sse",
                 "sse/drops-pings.expected.sse", "sse/drops-pings.json"):
        folder = plugin.fresh()
        spoil(folder)
        path = folder / "cases" / name
        case = name.split(".")[0]
        for kind, (make, words) in makers.items():
            remove(path)
            make(path)
            report = folder / "report.xml"
            result = plugin.test(folder, "--junit", str(report))
            lines = lines_of(result)
            count = 11 if "zeal" in name else 10
            expect(result.status == 2 and lines[-1] == f"{count - 2} passed, 1 failed, 1 error", f"{name}, {kind}: {lines}")
            expect(one_line(result.err).endswith(f": 1 of {count} cases failed, 1 had an error"), f"{result.err}")
            told = next(line for line in lines if line.startswith("ERROR"))
            expect(told.startswith(f"ERROR    {case}: {path}: ") and words in told, f"{name}, {kind}: {told}")
            suite = suite_of(report)
            errors = suite.findall("testcase/error")
            expect((suite.get("tests"), suite.get("failures"), suite.get("errors")) == (str(count), "1", "1") and
                   len(errors) == 1 and words in errors[0].get("message"), f"{suite.attrib}")
            value = one_object(plugin.test(folder, "--json").out)
            told = [case["name"] for case in value["cases"] if case["outcome"] == "error"]
            expect((value["passed"], value["failed"], value["errors"], told) == (count - 2, 1, 1, [case]) and
                   value["error"]["status"] == "io", f"{value}")


def updates_are_told_beside_what_cannot_be_written(plugin):
    folder = plugin.fresh()
    path, right = spoil(folder)
    last = folder / "cases/transform_sse_event/drops-pings.expected.json"
    last.unlink()
    last.symlink_to("none/there.json")
    result = plugin.test(folder, "--update")
    lines = lines_of(result)
    expect(result.status == 2 and path.read_text() == right, f"{result.status}")
    expect(lines[-1] == "8 passed, 1 updated, 0 failed, 1 error", lines[-1])
    expect(any(line.startswith("UPDATED  filter/avoids-east: changed ") for line in lines) and
           any(line.startswith(f"ERROR    transform_sse_event/drops-pings: {last}: No such file") for line in lines),
           f"{lines}")


def reports_that_cannot_be_written_stop_a_run_before_it_begins(plugin):
    folder = plugin.fresh()
    path, _ = spoil(folder)
    spoilt = path.read_text()
    result = plugin.test(folder, "--update", "--junit", str(folder / "none/report.xml"))
    expect(result.status == 2 and "No such file" in one_line(result.err), f"{result.err}")
    expect(path.read_text() == spoilt and not result.out, "something was written all the same")


def results_are_told_where_the_report_is_lost(plugin):
    """A device takes no report before the run, and this one takes none at all."""
    folder = plugin.fresh()
    result = plugin.test(folder, "--junit", "/dev/full")
    expect(result.status == 2 and "/dev/full: No space left" in one_line(result.err), f"{result.err}")
    expect(lines_of(result)[-1] == "10 passed, 0 failed", f"{result.out}")
    value = one_object(plugin.test(folder, "--junit", "/dev/full", "--json").out)
    expect((value["ok"], value["error"]["status"], value["passed"]) == (False, "io", 10) and
           "/dev/full" in value["error"]["message"], f"{value}")


def hooks_that_are_not_there(plugin):
    """Those that the form has and the plugin has not are a fault, and those that the form lacks are none."""
    folder = plugin.fresh()
    other = plugin.build("silent", (folder / "all.c").read_text())  # form 9 has no observe
    shutil.copytree(folder / "cases", other / "cases", dirs_exist_ok=True)
    (other / "cases/observe/counts-tokens.expected.json").unlink()
    result = plugin.test(other, "--update")
    expect(result.status == 0 and result.err == b"" and lines_of(result)[-1] == "8 passed, 2 skipped, 0 failed",
           f"{result.err} {result.out}")
    expect(b"\nSKIPPED  observe/counts-tokens: the plugin has no hook `observe`, which form W9 lacks: build it for form "
           b"2, 6 or 8, with that hook, or remove the case\n" in result.out, f"{result.out}")
    expect(not (other / "cases/observe/counts-tokens.expected.json").exists(), "what was skipped was updated")
    chooser = os.path.join(plugin.bench.plugins, "accept_all-pdk0.2.0.wasm")
    result = plugin.bench.run("test", chooser, "--cases", str(folder / "cases"))
    expect(result.status == 1 and b"no hook `shape`: write the hook, or remove the case\n" in result.out, f"{result.out}")
    report = other / "report.xml"
    result = plugin.test(other, "--junit", str(report), "--json")
    value = one_object(result.out)
    expect((value["ok"], value["passed"], value["skipped"], value["failed"]) == (True, 8, 2, 0), f"{value}")
    expect([case["outcome"] for case in value["cases"]].count("skipped") == 2, f"{value}")
    suite = suite_of(report)
    skipped = suite.findall("testcase/skipped")
    expect((suite.get("tests"), suite.get("skipped"), suite.get("errors")) == ("10", "2", "0") and len(skipped) == 2 and
           "which form W9 lacks" in skipped[0].get("message"), f"{suite.attrib}")


def nothing_but_skipped_is_no_success(plugin):
    folder = plugin.fresh()
    author = Author(plugin.bench.command, plugin.folder)
    transforms = ("transform_response", "transform_sse_event", "sse")
    for form, lacking in (("9", {"observe": "2, 6 or 8"}), ("2", dict.fromkeys(transforms, "6, 8 or 9"))):
        built = author.run("make", "-s", "-C", str(folder), "clean", "all", f"FORM={form}", f"CCLB={author.command}")
        expect(built.returncode == 0, built.stderr)
        for kind, forms in lacking.items():
            report = folder / "report.xml"
            result = plugin.test(folder, "--only", kind, "--junit", str(report))
            expect(result.status == 1 and b"\n0 passed, " in result.out and b" skipped, 0 failed\n" in result.out,
                   f"{kind}: {result.out}")
            expect(one_line(result.err).endswith(": every case was skipped, and nothing was tested"), f"{result.err}")
            expect(f"which form W{form} lacks: build it for form {forms}, with that hook, or remove the case\n" in
                   result.out.decode(), f"{result.out}")
            suite = suite_of(report)
            expect(suite.get("errors") == "1" and len(suite.findall("testcase")) == int(suite.get("tests")) and
                   "every case was skipped" in suite.find("testcase/error").get("message"), f"{suite.attrib}")


def files_with_names_too_long_are_errors(plugin):
    """What is to be expected cannot be there, which is told as such, and not as missing."""
    folder = plugin.fresh()
    name = "n" * 245
    shutil.copy(folder / "cases/filter/keeps-all.json", folder / f"cases/filter/{name}.json")
    for words in ((), ("--update",)):
        result = plugin.test(folder, "--only", name, *words)
        expect(result.status == 2 and b"File name too long" in result.out and b"there is no" not in result.out,
               f"{result.out}")


def links_lead_nowhere_else(plugin):
    """Cases may be a stranger's: by no link in them is a file shown or written that is not among them."""
    secret = "a line of somebody's own\n"
    for name in ("filter/keeps-all.json", "filter/keeps-all.expected.json", "sse/drops-pings.sse", "sse/drops-pings.json",
                 "sse/drops-pings.expected.sse"):
        folder = plugin.fresh()
        outside = folder / "outside"
        outside.write_text(secret)
        path = folder / "cases" / name
        remove(path)
        path.symlink_to("../../outside")
        for words in ((), ("--update",), ("--only", name.split(".", maxsplit=1)[0], "--update")):
            result = plugin.test(folder, *words)
            told = next(line for line in lines_of(result) if line.startswith("ERROR"))
            expect(result.status == 2 and f"{path}: a link leads out of {os.path.realpath(folder / 'cases')}, the folder of "
                   "the cases" in told, f"{name}: {told}")
            expect(outside.read_text() == secret and b"somebody" not in result.out, f"{name}: {result.out}")
    folder = plugin.fresh()
    shutil.move(folder / "cases/filter", folder / "filter")
    (folder / "filter/keeps-all.expected.json").unlink()
    (folder / "cases/filter").symlink_to("../filter")
    result = plugin.test(folder, "--only", "filter", "--update")
    expect(result.status == 2 and lines_of(result)[-1] == "0 passed, 0 failed, 2 errors", f"{result.out}")
    expect(not (folder / "filter/keeps-all.expected.json").exists(), "written in a folder elsewhere")
    folder, other = plugin.fresh(), plugin.fresh()
    spoil(other)
    shutil.rmtree(folder / "cases")
    (folder / "cases").symlink_to(other / "cases")
    result = plugin.test(folder, "--update")
    expect(result.status == 2 and f"{folder}/cases: a link leads out of the folder of the plugin" in one_line(result.err),
           f"{result.err}")
    expect(plugin.test(other).status == 1, "cases of another plugin were changed")
    expect(plugin.test(folder, "--cases", folder / "cases", "--update").status == 0, "not even if they are named")


def far_below(folder, names):
    """Makes folders in one another, whose path may be longer than any that the kernel takes; a descriptor of the last."""
    at = os.open(folder, os.O_DIRECTORY)
    for name in names:
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_DIRECTORY, dir_fd=at)
        os.close(at)
        at = below
    return at


def links_to_what_has_no_path_lead_elsewhere(plugin):
    """A deleted file that is open, and one whose path is too long to be told: both can be opened."""
    secret = '{"secret": "of somebody"}'
    folder = plugin.fresh()
    path = folder / "cases/filter/keeps-all.expected.json"
    names = ["d" * 200] * 15
    outside = folder.parent / f"{folder.name}-outside.json"
    outside.write_text(secret)
    (folder / "far").mkdir()
    os.close(far_below(folder / "far", names))
    half = folder.joinpath("far", *names)
    (half / "e").symlink_to("/".join(names))
    last = far_below(half, names)
    os.symlink(outside, "f", dir_fd=last)
    os.close(last)
    for target in ("/dev/stdin", f"../../far/{'/'.join(names)}/e/f"):
        path.unlink()
        path.symlink_to(target)
        with tempfile.TemporaryFile("w+") as deleted:
            deleted.write(secret)
            deleted.seek(0)
            done = subprocess.run([plugin.bench.command, "test", folder, "--only", "filter/keeps-all"], stdin=deleted,
                                  capture_output=True, text=True, env=plugin.bench.environment(), check=False)
        expect(done.returncode == 2 and "a link leads out of" in done.stdout and "somebody" not in done.stdout, done.stdout)


def links_within_are_followed(plugin):
    """From one case to another, and to the folder of all."""
    folder = plugin.fresh()
    path, _ = spoil(folder)
    path.rename(folder / "cases/expected")
    path.symlink_to("../expected")
    (folder / "cases/filter/again.json").symlink_to("keeps-all.json")
    (folder / "cases/filter/again.expected.json").symlink_to(folder / "cases/filter/keeps-all.expected.json")
    (folder / "linked").symlink_to("cases")
    result = plugin.test(folder, "--cases", folder / "linked", "--update")
    expect(result.status == 0 and lines_of(result)[-1] == "10 passed, 1 updated, 0 failed" and path.is_symlink(),
           f"{result.err} {result.out}")
    expect(plugin.test(folder).status == 0, "does not pass then")


def folders_among_cases_are_refused(plugin):
    """What is in them would not be run."""
    for name in ("filter/more", "sse/more"):
        folder = plugin.fresh()
        (folder / "cases" / name).mkdir()
        result = plugin.test(folder)
        expect(result.status == 2 and not result.out and
               f"cases/{name}: a folder, whose cases would not be run" in one_line(result.err), f"{result.err}")


CHECKS = (files_that_cannot_be_read_are_errors, files_with_names_too_long_are_errors, links_lead_nowhere_else,
          links_to_what_has_no_path_lead_elsewhere, links_within_are_followed, folders_among_cases_are_refused, updates_are_told_beside_what_cannot_be_written,
          reports_that_cannot_be_written_stop_a_run_before_it_begins, results_are_told_where_the_report_is_lost,
          hooks_that_are_not_there, nothing_but_skipped_is_no_success)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], __doc__, CHECKS))
