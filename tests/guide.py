#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs what pages for plugin authors show: every command of their `console` blocks, in order, in an empty folder.

usage: guide.py CCLB ROOT PAGE...

CCLB is the command; what lies beside it is in PATH as well. A block behind a line `<!-- file: NAME -->` is written to that
file. In a console block a line `$ COMMAND` is run by the shell, and the lines below it are what it prints, standard error
behind standard output; a last line `[N]` is the status it ends with, which is 0 if there is none. `...` stands for any
lines. Times and checksums are not compared; fuel and sizes are exact, and are. Every path that a page names has to exist.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

FIGURES = {
    re.compile(r"\b\d[\d.,]* (ns|us|ms|s)\b"): "TIME",
    re.compile(r"\b[0-9a-f]{64}\b"): "CHECKSUM",
}
BLOCK = re.compile(r"(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def comparable(line):
    for figure, name in FIGURES.items():
        line = figure.sub(name, line)
    return line.rstrip()


def is_like(lines, wanted):
    """Whether lines are the wanted ones, where `...` stands for any number of them."""
    if not wanted:
        return not lines
    if wanted[0] == "...":
        return any(is_like(lines[skipped:], wanted[1:]) for skipped in range(len(lines) + 1))
    return bool(lines) and comparable(lines[0]) == comparable(wanted[0]) and is_like(lines[1:], wanted[1:])


def commands(text):
    """Each command of a console block, and the lines that are shown below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield command, shown


def run(command, shown, folder, environment):
    """What is wrong with one command, or None."""
    status = 0
    if shown and re.fullmatch(r"\[\d+\]", shown[-1]):
        status = int(shown[-1][1:-1])
        shown = shown[:-1]
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    printed = (done.stdout + done.stderr).splitlines()
    if done.returncode == status and is_like(printed, shown):
        return None
    return f"$ {command}\nends with {done.returncode} and prints\n" + "\n".join(printed)


def run_page(page, root, environment):
    """The faults of a page, and how many commands it has."""
    text = page.read_text(encoding="utf-8")
    faults = [f"there is no {path}" for path in re.findall(r"`((?:docs|spec|guest|src|include|tests)/[\w./-]+)`", text)
              if not (root / path).exists()]
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for block in BLOCK.finditer(text):
            if block["file"]:
                file = pathlib.Path(folder, block["file"])
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block["text"], encoding="utf-8")
            for command, shown in commands(block["text"]) if block["language"] == "console" else ():
                count += 1
                fault = run(command, shown, folder, environment)
                faults += [fault] if fault else []
    return faults, count


def main(arguments):
    if len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    beside = str(pathlib.Path(arguments[0]).resolve().parent)
    environment = {**os.environ, "PATH": beside + os.pathsep + os.environ["PATH"], "LC_ALL": "C"}
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        environment.pop(name, None)
    failures = total = 0
    for page in map(pathlib.Path, arguments[2:]):
        faults, count = run_page(page, pathlib.Path(arguments[1]), environment)
        for fault in faults:
            print(f"{page.name}: {fault}\n")
        failures += len(faults)
        total += count
    print(f"{total} commands, {failures} faults")
    return 1 if failures or not total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
