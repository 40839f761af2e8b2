#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds README.md against the tree: its host program compiles against the public headers, what it shows of the demo is
what the demo prints (but for figures), and every path that it names exists.

usage: readme.py ROOT CC DEMO [LAUNCHER...]
"""
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(sys.argv[1])
cc, demo, launcher = sys.argv[2], sys.argv[3], sys.argv[4:]
text = (root / "README.md").read_text()
faults = []


def block(opening):
    """The first fenced block after a line that begins with `opening`."""
    found = re.search(re.escape(opening) + r"[^\n]*\n(?:```\n)?(.*?)\n```", text, re.S)
    if not found:
        sys.exit(f"README.md has no block that begins with {opening!r}")
    return found.group(1)


with tempfile.TemporaryDirectory() as folder:
    source = pathlib.Path(folder, "host.c")
    source.write_text(block("```c") + "\n")
    command = [cc, "-std=c17", "-Wall", "-Wextra", "-Werror", "-I", str(root / "include"), "-fsyntax-only", str(source)]
    compiled = subprocess.run(command, capture_output=True, text=True)
    if compiled.returncode != 0:
        faults.append("the host program does not compile:\n" + compiled.stderr)


def without_figures(lines):
    return [re.sub(r"\d+", "N", line).rstrip() for line in lines if line.strip()]


ran = subprocess.run(launcher + [demo], capture_output=True, text=True)
if ran.returncode != 0:
    faults.append("the demo fails:\n" + ran.stdout + ran.stderr)
printed = without_figures(ran.stdout.splitlines())
for line in without_figures(block("<!-- demo -->").splitlines()):
    if line not in printed:
        faults.append(f"the demo does not print this line: {line}")

for path in re.findall(r"`((?:include|spec|docs|src|examples)/[\w./-]*)`", text):
    if not (root / path).exists():
        faults.append(f"there is no {path}")
for path in re.findall(r"`(\w+\.(?:md|tsv))`", text):
    if not any((root / folder / path).exists() for folder in ("", "spec", "docs")):
        faults.append(f"there is no {path}")

for fault in faults:
    print(f"README.md: {fault}")
sys.exit(1 if faults else 0)
