#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plugins as `cclb new` begins them.

    author_new_test.py COMMAND TREE BUILD tree|installed

COMMAND is the program, TREE the folder of the sources, BUILD that of the build. A suite is one of

    tree        every combination of hooks that is legal, in each form, is made, built without a warning, admitted by the
                runtimes of its form, and passes; one with all hooks is made once, and passes in every form; and a name may
                be that of a file or target that there is already
    installed   the same with an installation, from PATH, in a folder with a space in its name

Prints one line for each fault, and at last how many checks passed.
"""

import concurrent.futures
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from cli_bench import Bench, Failure, expect, one_object

STRICT = "-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wundef -Werror"
RUNTIMES = {2: ("0.1.1",), 6: ("0.1.2",), 8: ("0.1.4",), 9: ("0.3.0",)}
TRANSFORMS = ("transform_response", "transform_sse_event")
TIMEOUT_SECONDS = 120


def combinations():
    """Form and hooks of every plugin there can be."""
    hooks = ("filter", "shape", "observe", *TRANSFORMS)
    for form in RUNTIMES:
        for count in range(1, len(hooks) + 1):
            for chosen in itertools.combinations(hooks, count):
                transforms = set(chosen) & set(TRANSFORMS)
                if not (transforms and (form == 2 or "shape" not in chosen) or form == 9 and "observe" in chosen):
                    yield form, chosen


class Author:
    """A command to begin plugins with, and how to build what it made."""

    def __init__(self, command, folder, path=None):
        self.command, self.folder = command, folder
        self.named = path is None
        self.environment = {**os.environ, **({"PATH": path} if path else {})}
        self.environment.pop("MAKEFLAGS", None)

    def run(self, *words):
        return subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              timeout=TIMEOUT_SECONDS, check=False)

    def make(self, plugin, *targets):
        named = [f"CCLB={self.command}"] if self.named else []
        return self.run("make", "-C", plugin, *targets, f"CFLAGS={STRICT}", *named)


def check_hooks(report, form, hooks):
    """Declared are those that were asked for, and with shape the transforms, which nothing calls unless asked for."""
    found = {hook["hook"]: hook["mode"] for hook in report["hooks"]}
    wanted = {hook: "active" for hook in hooks}
    if "shape" in hooks and form >= 6:
        wanted = {**{hook: "noop" for hook in TRANSFORMS}, **wanted}
    expect(found == wanted, f"hooks {found}, not {wanted}")


def check_combination(author, form, hooks):
    name = f"p{form}-" + "-".join(hooks)
    made = author.run(author.command, "new", name, "--hooks", ",".join(hooks), "--form", str(form))
    expect(made.returncode == 0 and made.stderr == "", f"new: {made.stderr}")
    tested = author.make(name, "test")
    expect(tested.returncode == 0 and tested.stderr == "", f"make test: {tested.stdout}{tested.stderr}")
    expect(re.search(r"^[1-9]\d* passed, 0 failed$", tested.stdout, re.MULTILINE), f"make test: {tested.stdout}")
    for runtime in RUNTIMES[form]:
        admitted = author.run(author.command, "admit", f"{name}/{name}.wasm", "--reference", runtime, "--json")
        report = one_object(admitted.stdout.encode())["report"]
        expect(admitted.returncode == 0, f"runtime {runtime} does not admit it: {admitted.stderr}")
        check_hooks(report, form, hooks)


def every_combination(author):
    """The faults, and how many combinations there are."""
    faults = []

    def check(combination):
        try:
            check_combination(author, *combination)
        except Failure as fault:
            faults.append(f"{combination}: {fault}")

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        count = sum(1 for _ in workers.map(check, combinations()))
    return faults, count


def one_source_for_every_form(author):
    """What a form lacks is skipped, and all else passes."""
    hooks = ("filter", "shape", "observe", *TRANSFORMS)
    made = author.run(author.command, "new", "one-source", "--hooks", ",".join(hooks), "--form", "8")
    expect(made.returncode == 0, made.stderr)
    skipped = {2: 4, 6: 0, 8: 0, 9: 2}
    count = sum(name.endswith((".json", ".sse")) and ".expected." not in name
                for _, _, names in os.walk(os.path.join(author.folder, "one-source", "cases")) for name in names)
    for form, runtimes in RUNTIMES.items():
        tested = author.make("one-source", "clean", "test", f"FORM={form}")
        expect(tested.returncode == 0 and tested.stderr == "", f"form {form}: {tested.stdout}{tested.stderr}")
        said = f"{skipped[form]} skipped, " if skipped[form] else ""
        expect(f"\n{count - skipped[form]} passed, {said}0 failed\n" in tested.stdout, f"form {form}: {tested.stdout}")
        expect(len(re.findall(rf"^SKIPPED  .*, which form W{form} lacks: ", tested.stdout, re.MULTILINE)) == skipped[form],
               tested.stdout)
        admitted = author.run(author.command, "admit", "one-source/one-source.wasm", "--reference", runtimes[0])
        expect(admitted.returncode == 0, admitted.stderr)
        conforms = author.run(author.command, "conformance", "one-source/one-source.wasm")
        expect(conforms.returncode == 0 and conforms.stdout.startswith("CONFORMS  "), conforms.stdout)


def names_that_are_taken(author):
    """By files of the folder, and by targets of make."""
    for name in ("Makefile", "makefile", "GNUmakefile", "README.md", "plugin.c", "plugin", "cases", "built-with", "all",
                 "test", "clean", "FORCE"):
        made = author.run(author.command, "new", name, "--hooks", "filter", f"taken/{name}")
        expect(made.returncode == 0, made.stderr)
        makefile = pathlib.Path(author.folder, "taken", name, "Makefile")
        before = makefile.read_text()
        os.utime(makefile, (10**9, 10**9))  # the source was edited since
        tested = author.make(f"taken/{name}", "test")
        expect(tested.returncode == 0 and tested.stderr == "" and "\n2 passed, 0 failed\n" in tested.stdout,
               f"{name}: {tested.stdout}{tested.stderr}")
        expect(makefile.read_text() == before, f"{name}: the Makefile is another one")


def tree(bench, build, folder):
    del build
    author = Author(bench.command, folder)
    os.mkdir(os.path.join(folder, "taken"))
    faults, count = every_combination(author)
    for check in (one_source_for_every_form, names_that_are_taken):
        try:
            check(author)
        except Failure as fault:
            faults.append(f"{check.__name__}: {fault}")
    return faults, count + 2


def installed(bench, build, folder):
    del bench
    prefix = os.path.join(folder, "a prefix")
    done = subprocess.run(["cmake", "--install", build, "--prefix", prefix], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return [f"cmake --install: {done.stdout}{done.stderr}"], 1
    moved = os.path.join(folder, "moved prefix")
    os.rename(prefix, moved)
    path = f"{moved}/bin:{os.environ['PATH']}"
    return every_combination(Author("cclb", folder, path))


def main(words):
    suites = {suite.__name__: suite for suite in (tree, installed)}
    if len(words) != 4 or words[3] not in suites:
        sys.stderr.write(__doc__)
        return 2
    with tempfile.TemporaryDirectory(prefix="cclb-author-") as folder:
        bench = Bench(words[0], words[1], folder)
        faults, count = suites[words[3]](bench, words[2], folder)
    for fault in faults:
        print(f"FAILED {fault}")
    print(f"{count - len(faults)} passed, {len(faults)} failed")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
