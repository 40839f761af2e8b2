#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of docs/completion/cclb.bash, the completion of cclb(1) for bash.

    cli_completion_test.py COMMAND TREE

What is offered is held against what the command itself says: its help pages, and the errors that list what there is.
Then lines are typed at an interactive bash, with the tabulator, to see what becomes of them. Prints one line for each
fault, and at last how many checks passed.
"""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

from cli_bench import Bench, Failure, expect

TIMEOUT_SECONDS = 60

# The function alone, as bash calls it, with the words that bash makes of a line: "=" and "@" part words, and are some.
ASK = r"""
source "$SCRIPT"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_cclb
printf '%s\n' "${COMPREPLY[@]}"
"""


class Completion:
    def __init__(self, bench):
        self.bench = bench
        self.script = os.path.join(bench.tree, "docs/completion/cclb.bash")
        self.folder = bench.folder("completion")
        for name in ("a plugin.wasm", "plain.wasm", "request.json", "folder/inner.wasm"):
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb"):
                pass

    def environment(self):
        return {**self.bench.environment(), "SCRIPT": self.script}

    def offered(self, line):
        """What is offered at the end of a line."""
        words = [part for word in line.split(" ") for part in (re.findall(r"[=@]|[^=@]+", word) or [""])]
        done = subprocess.run(["bash", "--norc", "-c", ASK, "bash", *words], stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, cwd=self.folder, env=self.environment(), timeout=TIMEOUT_SECONDS,
                              check=False)
        expect(done.returncode == 0 and done.stderr == "", f"{line!r}: {done.stderr!r}")
        return done.stdout.split("\n")[:-1] if done.stdout != "\n" else []

    def said(self, *words):
        done = self.bench.run(*words)
        return (done.out + done.err).decode()

    def listed(self, *words):
        """The names that an error lists behind "there is"."""
        text = self.said(*words)
        return re.search(r"; there is (.*?) \(see|: there is (.*?) \(see", text).group(1, 2)

    def there_is(self, *words):
        return next(found for found in self.listed(*words) if found).split(", ")


def same(found, expected, what):
    expect(sorted(found) == sorted(expected), f"{what}: offered {sorted(found)}, there is {sorted(expected)}")


COMMANDS = ("inspect", "admit", "call", "sse", "replay", "bench", "new", "test", "conformance", "schema", "wire check",
            "wire encode", "wire decode")


def commands(completion):
    page = completion.said("help")
    names = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", page, re.MULTILINE)
    same([name for name in names if name != "help"], COMMANDS, "this test's commands")
    same(completion.offered("cclb "), {name.split()[0] for name in names}, "commands")
    same(completion.offered("cclb help "), {name.split()[0] for name in names}, "commands to be helped with")
    for line in ("cclb wire ", "cclb help wire "):
        same(completion.offered(line), [name.split()[1] for name in names if " " in name], line)
    same(completion.offered("cclb -"), ["--help", "--version"], "options without a command")


def options(completion):
    for command in COMMANDS:
        page = completion.said("help", *command.split())
        found = re.findall(r"^  (?:-\w, )?(--[a-z-]+)", page, re.MULTILINE)
        same(completion.offered(f"cclb {command} -"), found, command)
        takes_value = {name for name, value in re.findall(r"^  (?:-\w, )?(--[a-z-]+) ([A-Z]+)", page, re.MULTILINE)}
        for name in found:
            # Whatever is behind one that takes a value is its value; behind others options go on.
            goes_on = "--help" in completion.offered(f"cclb {command} {name} --h") if name != "--help" else True
            expect(goes_on == (name not in takes_value), f"{command} {name}: a value is, or is not, expected")


def values(completion):
    """By the errors of the command that list them, for each command that has the option."""
    given = {"inspect": ("a",), "admit": ("a",), "call": ("a", "filter", "--request", "b"), "sse": ("a",),
             "bench": ("a", "filter"), "test": ("a",), "conformance": ("a",)}
    for command, rest in given.items():
        for option in completion.offered(f"cclb {command} --"):
            if option in ("--slot", "--reference", "--isolation", "--reset", "--failure-policy", "--origin-policy"):
                for line in (f"cclb {command} {option} ", f"cclb {command} {option}="):
                    same(completion.offered(line), completion.there_is(command, *rest, option, "?"), line)
        names = [f"{name}=" for name in completion.there_is(command, *rest, "--limit", "?=1")]
        same(completion.offered(f"cclb {command} --limit "), names, f"{command} --limit")
        same(completion.offered(f"cclb {command} --limit="), names, f"{command} --limit")
        expect(completion.offered(f"cclb {command} --limit functions=1") == [], "a limit's number has no name")
        expect(completion.offered(f"cclb {command} --max-module-bytes ") == [], "a size has no name")
    for option in ("--hooks", "--form"):
        same(completion.offered(f"cclb new {option} "), completion.there_is("new", "a", option, "?"), option)
    expect(completion.offered("cclb test --only ") == [], "cases are not looked for")
    for line in ("cclb sse --event-max-bytes=", "cclb admit --deadline ", "cclb bench --seconds ", "cclb bench --threads=",
                 "cclb replay --memory "):
        expect(completion.offered(line) == [], f"{line}: a number has no name")


def operands(completion):
    for command in ("call", "bench"):
        same(completion.offered(f"cclb {command} plain.wasm "), completion.there_is(command, "a", "?"), "hooks")
    same(completion.offered("cclb schema "), completion.there_is("schema", "?"), "hooks of schema")
    same(completion.offered("cclb schema --form "), completion.there_is("schema", "--form", "?"), "forms of schema")
    forms = re.search(r"the forms are (.*?) \(see", completion.said("wire", "encode", "?"))[1].split(", ")
    types = set()
    for form in forms:
        done = completion.bench.run("wire", "encode", f"?@{form}", stdin=b"{}")
        types |= set(re.search(r"; it has (.*?) \(see", done.err.decode())[1].split(", "))
    for command in ("wire encode", "wire decode"):
        same(completion.offered(f"cclb {command} "), [f"{name}@" for name in types], f"types of {command}")
        same(completion.offered(f"cclb {command} FilterRequest@"), [f"@{form}" for form in forms], f"forms of {command}")
        same(completion.offered(f"cclb {command} FilterRequest@W9 req"), ["request.json"], f"files of {command}")


def files(completion):
    modules = ["a plugin.wasm", "plain.wasm", "folder"]
    for command in ("inspect", "admit", "call", "sse", "bench", "test", "conformance"):
        same(completion.offered(f"cclb {command} "), modules, f"plugins of {command}")
        same(completion.offered(f"cclb {command} --json "), modules, f"plugins of {command}, behind an option")
    everything = [*modules, "request.json"]
    same(completion.offered("cclb wire check "), everything, "vectors")
    same(completion.offered("cclb replay "), everything, "capsules")
    same(completion.offered("cclb replay request.json "), modules, "plugins of replay")
    for option in ("--request", "--archive-json", "--raw-in", "--raw-out", "--capsule"):
        same(completion.offered(f"cclb call {option} "), everything, option)
        same(completion.offered(f"cclb call {option}=req"), ["request.json"], option)
    for line in ("cclb new my-plugin ", "cclb test --cases ", "cclb test --junit "):
        same(completion.offered(line), everything, line)
    same(completion.offered("cclb sse plain.wasm --summary "), everything, "--summary")
    same(completion.offered("cclb bench plain.wasm filter --request "), everything, "--request of bench")
    same(completion.offered("cclb conformance plain.wasm --plot "), everything, "--plot")
    same(completion.offered("cclb admit folder/"), ["folder/inner.wasm"], "plugins of a folder")


def situations(completion):
    for line, expected in (
            ("cclb a", ["admit"]),
            ("cclb call plain.wasm tr", ["transform_response", "transform_sse_event"]),
            ("cclb call --request request.json plain.wasm sh", ["shape"]),
            ("cclb call --request=request.json plain.wasm sh", ["shape"]),
            ("cclb call plain.wasm --isolation guarded f", ["filter"]),
            ("cclb call plain.wasm filter --failure-policy p", ["pass-through"]),
            ("cclb call plain.wasm filter --failure-policy=f", ["fail-closed"]),
            ("cclb call plain.wasm filter --ra", ["--raw-in", "--raw-out"]),
            ("cclb call plain.wasm filter --raw-in request.json --ra", ["--raw-out"]),  # none is offered twice,
            ("cclb call plain.wasm filter --limit tables=1 --li", ["--limit"]),  # but for the one that may be
            ("cclb call plain.wasm filter --limit=tables=1 --limit max_h", ["max_headers=", "max_header_value_bytes="]),
            ("cclb inspect plain.wasm --limit max_h", []),
            ("cclb call plain.wasm filter ", []),
            ("cclb inspect -- -", []),
            ("cclb wire decode TransformS", ["TransformSseEventRequest@", "TransformSseEventResult@"]),
            ("cclb wire encode ShapeRequest@W", ["@W2", "@W3", "@W4", "@W5", "@W6", "@W8", "@W9"]),
            ("cclb help adm", ["admit"]),
            ("cclb help admit ", []),
            ("cclb frobnicate ", []),
            ("cclb frobnicate --", [])):
        same(completion.offered(line), expected, line)


class Shell:
    """An interactive bash that shows the words of each command line instead of running cclb."""

    def __init__(self, completion):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(completion.folder)
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"],
                       {**completion.environment(), "TERM": "dumb", "PS1": "", "INPUTRC": "/dev/null", "HISTFILE": ""})
        self.type("bind 'set bell-style none'; source \"$SCRIPT\"; cclb() { printf '<%s>' \"$@\"; echo '<end>'; }\n")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def words(self, line):
        """Types a line with its tabulators, and returns what bash made of it."""
        self.type(line + "\n")
        text = ""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while "<end>\r\n" not in text:
            ready, _, _ = select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))
            expect(ready, f"{line!r}: nothing came behind {text!r}")
            text += os.read(self.terminal, 4096).decode()
        return re.findall(r"<(.*?)>", text.rsplit("<end>\r\n", 1)[0].rsplit("\n", 1)[-1])

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.process, 0)


def typed(completion):
    shell = Shell(completion)
    try:
        for line, expected in (
                ("cclb adm\tpl\t", ["admit", "plain.wasm"]),
                ("cclb inspect a\t", ["inspect", "a plugin.wasm"]),
                ("cclb inspect fo\tin\t", ["inspect", "folder/inner.wasm"]),
                ("cclb call plain.wasm sh\t--req\tre\t", ["call", "plain.wasm", "shape", "--request", "request.json"]),
                ("cclb admit --isolation=gu\t--sl\tfi\t", ["admit", "--isolation=guarded", "--slot", "filter"]),
                ("cclb admit --limit fun\t10 --js\t", ["admit", "--limit", "functions=10", "--json"]),
                ("cclb admit --limit=loop_n\t10", ["admit", "--limit=loop_nesting=10"]),
                ("cclb wire dec\tFilterReq\tW\t9", ["wire", "decode", "FilterRequest@W9"]),
                ("cclb wire enc\tObs\tW8\treq\t", ["wire", "encode", "ObserveEvent@W8", "request.json"])):
            found = shell.words(line)
            expect(found == expected, f"{line!r} became {found}")
    finally:
        shell.close()


CHECKS = (commands, options, values, operands, files, situations, typed)


def main(words):
    if len(words) != 2:
        sys.stderr.write(__doc__)
        return 2
    failed = 0
    scratch = tempfile.mkdtemp(prefix="cclb-completion-")
    try:
        completion = Completion(Bench(words[0], words[1], scratch))
        for check in CHECKS:
            try:
                check(completion)
            except (Failure, OSError, ValueError, TypeError, subprocess.TimeoutExpired) as fault:
                failed += 1
                print(f"FAILED {check.__name__}: {fault!r}")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
