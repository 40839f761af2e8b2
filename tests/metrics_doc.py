#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/metrics.md against the tree: its tables are those of metric.def and probes.def, and its program compiles,
runs and prints an exposition.

usage: metrics_doc.py ROOT CC [LIBRARY]     LIBRARY: libcclb.so; without it the program is only compiled
       metrics_doc.py ROOT --write          put the tables into the document
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

DOCUMENT = "docs/metrics.md"


def rows_of(text, macro):
    """The arguments of each row of a table: strings without their quotes, lists in parentheses as lists of words."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for row in re.findall(rf'^{macro}\((.*?)\)$', text, re.M | re.S):
        yield [re.findall(r"[^,]+", part[1:-1]) if part.startswith("(") else part.strip('"')
               for part in re.findall(r'"[^"]*"|\([^()]*\)|[\w ]+', re.sub(r"\s+", " ", row)) if part.strip()]


def metric_table(root):
    lines = ["| name | type | labels | |", "| --- | --- | --- | --- |"]
    for _, name, kind, labels, text in rows_of((root / "include/cclb/metric.def").read_text(), "METRIC"):
        words = ", ".join(label.strip(' "') for label in labels if label.strip() != "NULL")
        lines.append(f"| `{name}` | {kind.strip().lower()} | {words} | {text} |".replace("|  |", "| |"))
    return lines


def probe_table(root):
    lines = ["| probe | arguments | when |", "| --- | --- | --- |"]
    for name, parameters, arguments, when in rows_of((root / "src/metrics/probes.def").read_text(), "PROBE"):
        typed = dict(zip((argument.strip() for argument in arguments), (part.strip() for part in parameters)))
        for argument, parameter in typed.items():
            assert re.search(rf"\b{argument}$", parameter), f"probe {name}: {argument} is not {parameter}"
        lines.append(f"| `{name}` | {', '.join(typed)} | {when} |")
    return lines


def with_table(text, mark, lines):
    begin = text.index(f"<!-- {mark} -->")
    end = text.index("<!-- end -->", begin)
    return text[:begin] + "\n".join([f"<!-- {mark} -->"] + lines) + "\n" + text[end:]


def check_program(root, text, compiler, library):
    program = re.search(r"^```c\n(.*?)^```$", text, re.M | re.S)[1]
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "host.c")
        source.write_text(program)
        command = [compiler, "-Wall", "-Wextra", "-Werror", "-I", str(root / "include"), str(source)]
        if library is None:
            built = subprocess.run(command + ["-fsyntax-only"], capture_output=True, text=True)
            return [] if built.returncode == 0 else [f"the program does not compile:\n{built.stderr}"]
        where = os.path.dirname(library)
        built = subprocess.run(command + ["-o", f"{folder}/host", library, f"-Wl,-rpath,{where}"],
                               capture_output=True, text=True)
        if built.returncode != 0:
            return [f"the program does not compile:\n{built.stderr}"]
        ran = subprocess.run([f"{folder}/host"], capture_output=True, text=True)
        if ran.returncode != 0 or "\ncclb_plugin_labels_refused_total 0\n" not in ran.stdout or ran.stderr:
            return [f"the program fails:\n{ran.stdout}{ran.stderr}"]
        return []


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(arguments[0])
    path = root / DOCUMENT
    text = path.read_text()
    wanted = with_table(with_table(text, "metrics", metric_table(root)), "probes", probe_table(root))
    if arguments[1] == "--write":
        path.write_text(wanted)
        return 0
    faults = [f"this line is not as in the table: {line}"
              for line in sorted(set(text.split("\n")) ^ set(wanted.split("\n")))]
    if text != wanted and not faults:
        faults.append("the tables are in another order")
    faults += check_program(root, text, arguments[1], arguments[2] if len(arguments) == 3 else None)
    for name in re.findall(r"`(cclb_\w+|[\w/]+\.(?:def|h))`", text):
        known = (root / name).exists() or subprocess.run(["grep", "-rqw", name, root / "include"]).returncode == 0
        if not known:
            faults.append(f"there is no {name}")
    for fault in faults:
        print(f"{DOCUMENT}: {fault}")
    if faults:
        print("tests/metrics_doc.py ROOT --write puts the tables right")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
