# SPDX-License-Identifier: Apache-2.0
"""tests/cli/NAME: a shell script `cmd`, and what it prints and returns."""

import os
import re
import subprocess

from cli_bench import TIMEOUT_SECONDS, Failure, expect, read_text, write_scripted


def matches(expected, actual):
    """`*` stands for any part of a line, a line `...` for any lines."""
    pattern = ""
    for line in expected.splitlines():
        pattern += r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\*", ".*") + r"\n"
    return re.fullmatch(pattern, actual) is not None


def first_difference(expected, actual):
    """Where they part, in one line; the whole of both would hide it."""
    wanted, got = expected.splitlines(), actual.splitlines()
    for number in range(max(len(wanted), len(got)) + 1):
        if not matches("".join(f"{line}\n" for line in wanted[:number]) + "...", "".join(f"{line}\n" for line in got)):
            line = got[number - 1] if number <= len(got) else "the end"
            return f"line {number} should be {wanted[number - 1]!r}, not {line!r}"
    return f"there is more than was expected, from line {len(wanted) + 1} on: {got[len(wanted)] if len(got) > len(wanted) else ''!r}"


def run_case(bench, folder, name):
    scratch = bench.folder(f"case-{name}")
    for link, target in (("plugins", bench.plugins), ("requests", bench.requests),
                         ("vectors", os.path.join(bench.tree, "spec/vectors")),
                         ("documents", os.path.join(bench.tree, "tests/data/documents")),
                         ("streams", os.path.join(bench.tree, "tests/data/sse")), ("scripted", bench.scripted)):
        os.symlink(target, os.path.join(scratch, link))
    # Many cases throw standard error away, and a pipe the status of its first command: reports go where both are seen.
    reports = bench.folder(f"reports-{name}")
    environment = bench.environment()
    for sanitizer in ("ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"):
        environment[sanitizer] = f"{environment.get(sanitizer, '')}:log_path={reports}/{sanitizer}"
    done = subprocess.run(["sh", os.path.join(folder, "cmd")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd=scratch, timeout=TIMEOUT_SECONDS, env=environment, check=False)
    for report in sorted(os.listdir(reports)):
        lines = [line for line in read_text(os.path.join(reports, report)).splitlines() if line.strip("= ")]
        raise Failure(f"a sanitizer reports: {lines[0] if lines else report}")
    for stream, actual in (("stdout", done.stdout), ("stderr", done.stderr)):
        expected = read_text(os.path.join(folder, stream))
        text = actual.decode("utf-8", "backslashreplace")
        expect(matches(expected, text), f"{stream}: {first_difference(expected, text)}")
    expected = int(read_text(os.path.join(folder, "exit"), "0"))
    expect(done.returncode == expected, f"exit status is {done.returncode}, expected {expected}")


def cases(bench):
    write_scripted(bench)
    root = os.path.join(bench.tree, "tests/cli")
    for name in sorted(os.listdir(root)):
        folder = os.path.join(root, name)
        if os.path.isdir(folder):
            yield f"cases {name}", lambda folder=folder, name=name: run_case(bench, folder, name)
