#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmark for a moment and looks at the shape of what it says, never at a time.

usage: smoke.py BENCH [LAUNCHER...]
"""
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

bench, launcher = sys.argv[1], sys.argv[2:]
faults = []

# One row of every theme, the smallest; and of each what must be among its results.
ROWS = {
    "filter/accept_all-pdk0.2.0/1KiB": ("1t/cclb.p50", "2t/reference.p99", "1t/cclb.over.floor.most", "1t/kept.p99.9"),
    "observe/observe_noop-twin0.1.2/0.5KiB": ("1t/cclb.p50",),
    "stream/all_hooks-pdk0.2.0/110B": ("1t/session.p50", "1t/session.over.kept"),
    "defaults/light-filter-1KiB/guest-code": ("1t/epochs.over.no-epochs",),
    "steps/filter-1KiB": ("1t/counters.p50", "1t/floor.over.call"),
    "encode/filter/1KiB": ("1t/encode.over.memcpy", "archive"),
    "check/filter/64-results": ("1t/check.speed",),
    "lookup/100-slots-swapped": ("2t/same.p50",),
    "admission/accept_all-pdk0.2.0": ("cold", "compiled-before.least"),
    "syscalls/filter-1KiB": (),  # nothing where processes may not trace their children
}
GOAL = re.compile(r"goal/\S+\t(met|missed|not comparable)\t\S+ \(\S+ to \S+\) .+, wanted at (most|least) \S+$")
UNITS = {"us", "ns", "ms", "x", "1/s", "GB/s", "bytes", "modules", "page faults", "allocations", "system calls"}


def expect(what, holds):
    if not holds:
        faults.append(what)


def run(*options, status=0):
    ran = subprocess.run([*launcher, bench, *options], capture_output=True, text=True)
    expect(f"{options} exits {ran.returncode}, not {status}: {ran.stderr}", ran.returncode == status)
    return ran.stdout


def check_lines(row, lines, members):
    names = []
    goals = False
    for line in lines:
        if line.startswith("goal/"):
            goals = True
            expect(f"no goal: {line}", GOAL.match(line))
            continue
        expect(f"a result behind the goals: {line}", not goals)
        name, value, unit = line.split("\t")
        names.append(name)
        expect(f"not of the row: {line}", name.startswith(row + "/"))
        expect(f"not a number: {line}", math.isfinite(float(value)) and float(value) >= 0)
        expect(f"unknown unit: {line}", unit in UNITS)
    expect(f"{row}: names are told twice", len(names) == len(set(names)))
    for member in members:
        expect(f"{row} has no {member}", f"{row}/{member}" in names)
    return names


listed = run("--list").split()
expect("rows are listed twice", len(listed) == len(set(listed)))
expect("--only does not choose", run("--list", "--only", "observe").split() ==
       [row for row in listed if row.startswith("observe")])
for row, members in ROWS.items():
    expect(f"{row} is not listed", row in listed)
    with tempfile.TemporaryDirectory() as folder:
        out = run("--only", row, "--rounds", "1", "--seconds", "0.001", "--json", f"{folder}/all.json", "--plots", folder)
        lines = [line for line in out.splitlines() if line.startswith((row + "/", "goal/"))]
        names = check_lines(row, lines, members)
        document = json.loads(pathlib.Path(folder, "all.json").read_text())
        expect(f"{row}: JSON has other results", set(names) <= {result["name"] for result in document["results"]})
        expect("JSON does not name the machine", document["cpus"] > 0 and document["kernel"])
        for name in re.findall(r"'(\S+\.tsv)'", pathlib.Path(folder, "plots.gp").read_text()):
            rows = pathlib.Path(folder, name).read_text().splitlines()
            expect(f"{name} is no table", len({line.count("\t") for line in rows}) == 1 and len(rows) > 1)
alone = run("--only", "filter/accept_all-pdk0.2.0/1KiB", "--way", "cclb", "--rounds", "1", "--seconds", "0.001")
expect("--way does not choose", alone and all(re.search(r"/[12]t/cclb\.", line) for line in alone.splitlines()))
expect("help is not printed", run("--help").startswith("usage: bench"))
for wrong in (["--none"], ["--only"], ["--only", "nothing"], ["--rounds", "0"], ["--seconds", "x"]):
    run(*wrong, status=2)

for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
