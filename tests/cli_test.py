#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the command cclb(1).

    cli_test.py COMMAND TREE [SUITE...]

COMMAND is the program, TREE the folder of the sources. A suite is one of

    cases       tests/cli/NAME: a shell script `cmd` and what it prints and returns (stdout, stderr, exit); it finds the
                folders plugins, requests, vectors, documents and streams beside it, and in `scripted` plugins that
                answer by the words in their request
    streams     terminals, closed and full outputs, output files, large inputs, little address space
    malformed   plugins cut short at many places, and with exports of odd types
    checked, guarded, on_demand
                every row of the tables in tests/data/plugins and tests/data/hostile, in that isolation

and all of them without an argument. Prints one line for each case that fails, and at last how many did.
"""

import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile

import cli_cases
import cli_malformed
import cli_streams
import cli_tables
from cli_bench import Bench, Failure

SUITES = {
    "cases": cli_cases.cases,
    "streams": cli_streams.streams,
    "malformed": cli_malformed.malformed,
    "checked": lambda bench: cli_tables.tables(bench, "checked"),
    "guarded": lambda bench: cli_tables.tables(bench, "guarded"),
    "on_demand": lambda bench: cli_tables.tables(bench, "on_demand"),
}


def judge(test):
    name, run = test
    try:
        run()
        return None
    except (Failure, OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as fault:
        kind = "" if isinstance(fault, Failure) else f"{type(fault).__name__}: "
        return f"FAILED {name}: {kind}{fault}"


def main(words):
    if len(words) < 2 or any(suite not in SUITES for suite in words[2:]):
        sys.stderr.write(__doc__)
        return 2
    scratch = tempfile.mkdtemp(prefix="cclb-cli-")
    try:
        bench = Bench(words[0], words[1], scratch)
        tests = [test for suite in words[2:] or SUITES for test in SUITES[suite](bench)]
        failed = 0
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for fault in pool.map(judge, tests):
                if fault:
                    failed += 1
                    print(fault, flush=True)
        print(f"{len(tests) - failed} passed, {failed} failed")
        return 1 if failed or not tests else 0
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
