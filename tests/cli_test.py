#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the command cclb(1).

    cli_test.py COMMAND TREE [SUITE...]

COMMAND is the program, TREE the folder of the sources. A suite is one of

    cases       tests/cli/NAME: a shell script `cmd` and what it prints and returns (stdout, stderr, exit); it finds the
                folders plugins, requests, vectors, documents and streams beside it, and in `scripted` plugins that
                answer by the words in their request
    streams     terminals, closed and full outputs, output files, large inputs, little address space
    malformed   plugins cut short at many places
    checked, guarded, on_demand
                every row of the tables in tests/data/plugins and tests/data/hostile, in that isolation

and all of them without an argument. Prints one line for each case that fails, and at last how many did.
"""

import concurrent.futures
import fcntl
import hashlib
import json
import os
import pty
import re
import shutil
import stat
import subprocess
import sys
import tempfile

import cli_plugins

TIMEOUT_SECONDS = 120


class Failure(Exception):
    """What is wrong, in one line."""


def expect(condition, words):
    if not condition:
        raise Failure(words)


class Result:
    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err


class Bench:
    """The command, the data, and a scratch folder."""

    def __init__(self, command, tree, scratch):
        self.command = os.path.abspath(command)
        self.tree = os.path.abspath(tree)
        self.scratch = scratch
        self.plugins = os.path.join(self.tree, "tests/data/plugins")
        self.requests = os.path.join(self.tree, "tests/data/requests")
        self.scripted = None

    def environment(self):
        kept = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS")
        keep = {name: os.environ[name] for name in kept if name in os.environ}
        return {**keep, "LC_ALL": "C.UTF-8", "TERM": "xterm", "CCLB": self.command}

    def run(self, *words, stdin=b"", **more):
        done = subprocess.run([self.command, *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=TIMEOUT_SECONDS, env=self.environment(), check=False, **more)
        return Result(done.returncode, done.stdout, done.stderr)

    def folder(self, name):
        path = os.path.join(self.scratch, re.sub(r"[^A-Za-z0-9._-]", "_", name))
        os.makedirs(path)
        return path

    def table(self, name):
        """The rows of plugins/NAME or hostile/NAME."""
        with open(os.path.join(self.tree, "tests/data", name), encoding="utf-8") as file:
            lines = [line.rstrip("\n") for line in file]
        return [line.split("\t") for line in lines if line and not line.startswith("#")]


def one_line(err):
    """The only line of standard error, which has to be one and safe to print."""
    text = err.decode("utf-8")
    expect(text.startswith("cclb: ") and text.endswith("\n") and text.count("\n") == 1,
           f"standard error is not one line of ours: {text!r}")
    expect(all(char >= " " and char != "\x7f" for char in text[:-1]), f"standard error has controls: {text!r}")
    return text[:-1]


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    expect(len(keys) == len(set(keys)), f"a key is there twice: {keys}")
    return dict(pairs)


def one_object(out):
    value = json.loads(out.decode("utf-8"), object_pairs_hook=unique_keys)
    expect(isinstance(value, dict), "standard output is no JSON object")
    expect(isinstance(value.get("ok"), bool), "`ok` is missing")
    expect((value["error"] is None) == value["ok"], "`ok` and `error` do not agree")
    return value


# --- cases -----------------------------------------------------------------------------------------------------------


def read_text(path, default=""):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return default


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


def write_scripted(bench):
    """For the first suite that calls them."""
    if bench.scripted is None:
        bench.scripted = bench.folder("scripted")
        cli_plugins.write(bench, bench.scripted)


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


# --- streams ---------------------------------------------------------------------------------------------------------


def run_on_terminal(bench, *words, stdin=subprocess.DEVNULL, **changes):
    """Standard output and error on a terminal of their own each."""
    environment = {**bench.environment(), **changes}
    out_here, out_there = pty.openpty()
    err_here, err_there = pty.openpty()
    with subprocess.Popen([bench.command, *words], stdin=stdin, stdout=out_there, stderr=err_there,
                          env=environment) as process:
        os.close(out_there)
        os.close(err_there)
        texts = [b"", b""]
        with concurrent.futures.ThreadPoolExecutor(2) as readers:
            def drain(here):
                text = b""
                while True:
                    try:
                        piece = os.read(here, 65536)
                    except OSError:  # the other side is closed
                        return text
                    if not piece:
                        return text
                    text += piece
            texts = list(readers.map(drain, (out_here, err_here)))
        status = process.wait(TIMEOUT_SECONDS)
    os.close(out_here)
    os.close(err_here)
    return Result(status, texts[0], texts[1])


def plugin(bench, name):
    return os.path.join(bench.plugins, name)


GOOD = "accept_all-pdk0.2.0.wasm"


def colour_on_terminals_only(bench):
    good = plugin(bench, GOOD)
    expect(b"\x1b[1;32mADMITTED" in run_on_terminal(bench, "admit", good).out, "no colour on a terminal")
    for changes in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        expect(b"\x1b" not in run_on_terminal(bench, "admit", good, **changes).out, f"colour in spite of {changes}")
    expect(b"\x1b" in run_on_terminal(bench, "admit", good, NO_COLOR="").out, "an empty NO_COLOR counts")
    expect(b"\x1b" not in run_on_terminal(bench, "admit", "--json", good).out, "colour in JSON")
    expect(b"\x1b" not in bench.run("admit", good).out, "colour into a pipe")


def no_raw_bytes_on_terminals(bench):
    request = os.path.join(bench.requests, "filter-small.W9.bin")
    result = run_on_terminal(bench, "call", plugin(bench, GOOD), "filter", "--raw-in", request, "--raw-out", "-")
    expect(result.status == 2 and result.out == b"", f"--raw-out -: {result.status} {result.out!r}")
    text = bench.run("wire", "decode", "FilterRequest@W9", request)
    path = os.path.join(bench.folder("terminal"), "request.json")
    with open(path, "wb") as file:
        file.write(text.out)
    result = run_on_terminal(bench, "wire", "encode", "FilterRequest@W9", path)
    expect(result.status == 2 and result.out == b"", f"wire encode: {result.status} {result.out!r}")


def run_with_output(bench, output, *words):
    done = subprocess.run([bench.command, *words], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE,
                          timeout=TIMEOUT_SECONDS, env=bench.environment(), check=False)
    return Result(done.returncode, b"", done.stderr)


def unwritable_output(bench):
    good = plugin(bench, GOOD)
    for words in (("admit", good), ("inspect", "--json", good), ("--help",), ("--version",)):
        with open("/dev/full", "wb") as full:
            result = run_with_output(bench, full, *words)
        expect(result.status == 2, f"full: {words[0]} ends with {result.status}")
        expect("cannot write to standard output: No space left" in one_line(result.err), f"full: {result.err!r}")
        reader, writer = os.pipe()
        os.close(reader)
        result = run_with_output(bench, writer, *words)
        os.close(writer)
        expect(result.status == 2, f"no reader: {words[0]} ends with {result.status}")
        expect("cannot write to standard output: Broken pipe" in one_line(result.err), f"no reader: {result.err!r}")
        done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", bench.command, *words], stdin=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=TIMEOUT_SECONDS, env=bench.environment(), check=False)
        expect(done.returncode == 2, f"closed: {words[0]} ends with {done.returncode}")
        expect("cannot write to standard output: Bad file" in one_line(done.stderr), f"closed: {done.stderr!r}")


def closed_output_spares_files(bench):
    """With standard output closed, the next file opened must not take its number, and its content."""
    path = os.path.join(bench.folder("closed"), "answer.bin")
    request = os.path.join(bench.requests, "filter-small.W9.bin")
    done = subprocess.run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", bench.command, "call", plugin(bench, GOOD),
                           "filter", "--raw-in", request, "--raw-out", path], timeout=TIMEOUT_SECONDS,
                          env=bench.environment(), check=False)
    expect(done.returncode == 0, f"ends with {done.returncode}")  # nothing goes to standard output here
    expect(os.path.getsize(path) == 140, f"the answer has {os.path.getsize(path)} bytes")


def output_files(bench):
    folder = bench.folder("outputs")
    request = os.path.join(bench.requests, "filter-small.W9.bin")

    def store(path, hook="filter"):
        return bench.run("call", plugin(bench, GOOD), hook, "--raw-in", request, "--raw-out", path, umask=0o027)

    path = os.path.join(folder, "new")
    expect(store(path).status == 0, "a new file")
    expect(stat.S_IMODE(os.stat(path).st_mode) == 0o640, "a new file has the permissions that umask leaves")
    os.chmod(path, 0o604)
    expect(store(path).status == 0, "the same file again")
    expect(stat.S_IMODE(os.stat(path).st_mode) == 0o604, "permissions stay")
    link = os.path.join(folder, "link")
    os.symlink("new", link)
    with open(path, "wb") as file:
        file.write(b"old")
    expect(store(link).status == 0 and os.path.islink(link), "a link stays a link")
    expect(os.path.getsize(path) == 140, "what it points to is replaced")
    os.chmod(path, 0o4755)
    expect(store(path).status == 0, "a file with set-user-ID")
    expect(stat.S_IMODE(os.stat(path).st_mode) == 0o755, "set-user-ID does not pass to other contents")
    for name, to in (("dangling", "nowhere"), ("looping", "looping")):
        os.symlink(to, os.path.join(folder, name))
        expect(store(os.path.join(folder, name)).status == 2, f"a {name} link")
        expect(os.path.islink(os.path.join(folder, name)), f"a {name} link stays as it is")
    expect(store("/dev/null").status == 0, "/dev/null")
    expect(stat.S_ISCHR(os.stat("/dev/null").st_mode), "/dev/null is still a device")
    result = store(folder)
    expect(result.status == 2 and "Is a directory" in one_line(result.err.splitlines(True)[-1]), "a folder")
    result = store(os.path.join(folder, "none", "answer"))
    expect(result.status == 2 and "No such file" in one_line(result.err.splitlines(True)[-1]), "no such folder")
    before = sorted(os.listdir(folder))
    result = store(path, hook="shape")
    expect(result.status == 1 and os.path.getsize(path) == 140, "a call that fails leaves the old file")
    expect(sorted(os.listdir(folder)) == before, "nothing is left behind")
    if os.geteuid() != 0:  # root may write anywhere
        os.chmod(folder, 0o555)
        result = store(os.path.join(folder, "other"))
        os.chmod(folder, 0o755)
        expect(result.status == 2 and "Permission denied" in one_line(result.err), "a folder that is read-only")


def large_inputs(bench):
    path = os.path.join(bench.folder("large"), "large.wasm")
    with open(path, "wb") as file:
        file.truncate(40 << 20)
    for command in ("inspect", "admit"):
        result = bench.run(command, path)
        line = one_line(result.err)
        expect(result.status == 1 and result.out == b"", f"{command} ends with {result.status}")
        expect("41943040 bytes, above the limit of 33554432 bytes; raise it with --max-module-bytes" in line, line)
        line = one_line(bench.run(command, path, "--max-module-bytes=64M").err)
        expect("wasm parse error" in line, line)
    with open("/dev/zero", "rb") as endless:
        done = subprocess.run([bench.command, "inspect", "-"], stdin=endless, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=TIMEOUT_SECONDS, env=bench.environment(), check=False)
    expect(done.returncode == 1 and b"above the limit" in done.stderr, f"/dev/zero: {done.stderr!r}")


def run_in_address_space(bench, kib, *words):
    return subprocess.run(["sh", "-c", f'ulimit -v {kib}; exec "$@"', "sh", bench.command, *words],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=TIMEOUT_SECONDS, env=bench.environment(), check=False)


def little_address_space(bench):
    """What to do about it is said; whose fault it is, too."""
    if run_in_address_space(bench, 2000000, "--version").returncode != 0:
        return  # a sanitizer needs more than that for itself
    good = plugin(bench, GOOD)
    for isolation, pool in (("checked", "18.0"), ("guarded", "274.1")):
        done = run_in_address_space(bench, 2000000, "admit", good, "--isolation", isolation)
        expect(done.returncode == 3, f"{isolation} ends with {done.returncode}")
        line = one_line(done.stderr)
        expect(f"the pool reserves {pool} GiB of address space and the process may have 1.9 GiB (ulimit -v): raise "
               "that, lower stores_max or memory_max_bytes, or take isolation on_demand (rule R22); --isolation "
               "on_demand does without a pool" in line, line)
    done = run_in_address_space(bench, 2000000, "inspect", good)
    expect(done.returncode == 0 and b"PASSES" in done.stdout and b"\nsandbox" not in done.stdout, "inspect fails")
    expect("no plugin can be called on this machine as it is" in one_line(done.stderr), "inspect does not say why")
    done = run_in_address_space(bench, 2000000, "admit", good, "--isolation", "on_demand")
    expect(done.returncode == 0, f"on_demand ends with {done.returncode}")
    line = one_line(run_in_address_space(bench, 200000, "admit", good, "--isolation", "on_demand").stderr)
    expect("had no room for an instance, which is not the plugin's fault" in line, line)


def slow_reader(bench):
    """More than a pipe holds, taken slowly, arrives whole."""
    request = os.path.join(bench.requests, "shape-1m.bin")
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen([bench.command, "wire", "decode", "ShapeRequest@W9", request], stdout=writer,
                          env=bench.environment()) as process:
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            text = stream.read()
        expect(process.wait(TIMEOUT_SECONDS) == 0, "decode fails")
    back = bench.run("wire", "encode", "ShapeRequest@W9", "-", stdin=text)
    with open(request, "rb") as file:
        expect(back.out == file.read(), "the archive is another")


def events_as_they_come(bench):
    """Each event is there while the next one is awaited, also where descriptors do not wait."""
    for does_wait in (True, False):
        source, sink = os.pipe()
        os.set_blocking(source, does_wait)
        with subprocess.Popen([bench.command, "sse", os.path.join(bench.scripted, "shape.wasm")], stdin=source,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=bench.environment()) as process:
            os.close(source)
            for event, expected in ((b"data: 1\n\n", b"data: 1\n\n"), (b": alive\n", b": alive\n"),
                                    (b"data: DROP\n\ndata: 2\n\n", b"data: 2\n\n")):
                os.write(sink, event)
                got = b""
                while len(got) < len(expected):
                    piece = os.read(process.stdout.fileno(), 4096)
                    expect(piece, f"the stream ended behind {got!r}")
                    got += piece
                expect(got == expected, f"{got!r} came, not {expected!r}")
            os.close(sink)
            expect(process.stdout.read() == b"", "there is more")
            line = one_line(process.stderr.read())
            expect("3 events: 2 unchanged, 0 replaced, 1 dropped" in line, line)
            expect(process.wait(TIMEOUT_SECONDS) == 0, f"ends with {process.returncode}")


def large_stream_through_small_pipes(bench):
    stream = b"".join(b"data: %d %s\n\n" % (i, b"x" * (i * 37 % 3000)) for i in range(1000))
    for does_wait in (True, False):
        source, sink = os.pipe()
        fcntl.fcntl(sink, fcntl.F_SETPIPE_SZ, 4096)
        os.set_blocking(sink, does_wait)
        with subprocess.Popen([bench.command, "sse", os.path.join(bench.scripted, "shape.wasm")],
                              stdin=subprocess.PIPE, stdout=sink, stderr=subprocess.PIPE,
                              env=bench.environment()) as process, os.fdopen(source, "rb") as reader, \
                concurrent.futures.ThreadPoolExecutor(1) as feeder:
            os.close(sink)
            feeder.submit(lambda: (process.stdin.write(stream), process.stdin.close()))
            got = reader.read()
            line = one_line(process.stderr.read())
            expect(process.wait(TIMEOUT_SECONDS) == 0, f"ends with {process.returncode}: {line}")
        expect(got == stream, f"{len(got)} bytes of {len(stream)}, or others")


def stream_without_reader(bench):
    """Whoever reads has gone: that is an error of writing, and the rest of the stream is not waited for."""
    def lines(err):
        return [one_line(line) for line in err.splitlines(True)]

    summary = os.path.join(bench.folder("gone"), "summary.json")
    plugin_path = os.path.join(bench.scripted, "shape.wasm")
    with subprocess.Popen([bench.command, "sse", plugin_path, "--summary", summary], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=bench.environment()) as process:
        process.stdout.close()
        process.stdin.write(b"data: 1\n\n")
        process.stdin.flush()
        first, second = lines(process.stderr.read())
        expect(process.wait(TIMEOUT_SECONDS) == 2, f"no reader: ends with {process.returncode}")
        expect(first == "cclb: cannot write to standard output: Broken pipe", first)
        expect("9 bytes in, 0 out" in second, second)
    with open(summary, "rb") as file:
        value = one_object(file.read())
    expect(value["error"]["status"] == "io" and value["bytes_out"] == 0, f"{value}")
    for end, words in (("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")):
        done = subprocess.run(["sh", "-c", f'"$@" {end}', "sh", bench.command, "sse", plugin_path],
                              input=b"data: 1\n\n", stderr=subprocess.PIPE, timeout=TIMEOUT_SECONDS,
                              env=bench.environment(), check=False)
        expect(done.returncode == 2, f"{end}: ends with {done.returncode}")
        expect(lines(done.stderr)[0] == f"cclb: cannot write to standard output: {words}", f"{end}: {done.stderr!r}")


def stream_on_terminal(bench):
    """What is typed at one is awaited, and what is shown on one cannot steer it."""
    here, there = pty.openpty()
    with subprocess.Popen([bench.command, "sse", os.path.join(bench.scripted, "shape.wasm")], stdin=there,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=bench.environment()) as process:
        os.close(there)
        expect(b"reading an event stream from the terminal" in process.stderr.readline(), "nothing is said")
        os.write(here, b"data: typed\n\n\x04")
        expect(process.stdout.read() == b"data: typed\n\n", "what was typed does not come")
        expect(process.wait(TIMEOUT_SECONDS) == 0, f"ends with {process.returncode}")
        os.close(here)
    path = os.path.join(bench.folder("steering"), "stream.sse")
    with open(path, "wb") as file:
        file.write('data: \x1b[2J \u202e "a\\nb"\n\n'.encode())
    with open(path, "rb") as file:
        result = run_on_terminal(bench, "sse", os.path.join(bench.scripted, "shape.wasm"), stdin=file)
    expect(result.out == b'data: \\x1b[2J \\u{202e} "a\\nb"\r\n\r\n', f"{result.out!r}")


def streams(bench):
    write_scripted(bench)
    for test in (colour_on_terminals_only, no_raw_bytes_on_terminals, unwritable_output, closed_output_spares_files,
                 output_files, large_inputs, little_address_space, slow_reader, events_as_they_come,
                 large_stream_through_small_pipes, stream_without_reader, stream_on_terminal):
        yield f"streams {test.__name__}", lambda test=test: test(bench)


# --- malformed -------------------------------------------------------------------------------------------------------


def cut_plugin(bench, folder, whole, length):
    path = os.path.join(folder, f"{length}.wasm")
    with open(path, "wb") as file:
        file.write(whole[:length])
    for command in ("inspect", "admit"):
        result = bench.run(command, "--json", path)
        expect(result.status == 1, f"{command} ends with {result.status}")
        line = one_line(result.err)
        error = one_object(result.out)["error"]
        expect(error["status"] == "reject" and error["rule"] is not None, f"{command}: {error}")
        expect(f"(rule R{error['rule']}" in line and error["message"] in line, f"{command}: {line}")


def malformed(bench):
    folder = bench.folder("cut")
    with open(plugin(bench, GOOD), "rb") as file:
        whole = file.read()
    lengths = sorted({*range(0, 40), *range(40, len(whole), len(whole) // 60), len(whole) - 1})
    for length in lengths:
        yield f"malformed {length} of {len(whole)} bytes", lambda length=length: cut_plugin(bench, folder, whole, length)


# --- tables ----------------------------------------------------------------------------------------------------------

REQUESTS = {"shape": "shape-1k.bin", "observe": "observe-started.bin"}
FILTER_REQUESTS = {"W2": "filter-1k.W2.bin", "W6": "filter-1k.W6.bin", "W8": "filter-1k.W9.bin",
                   "W9": "filter-1k.W9.bin"}


def manifest_request(forms, hook):
    return FILTER_REQUESTS[forms.split(",")[-1]] if hook == "filter" else REQUESTS[hook]


def sandbox(isolation, file):
    """What a row is run with. Touching all of the memory is a matter of memory and not of time: how long the page faults
    take is the machine's business."""
    return ["--isolation", isolation, "--deadline", "60s" if "mem-bomb" in file else "100ms"]


def admit_row(bench, isolation, folder, row):
    file, _, _, hooks, admit, category, contains = row[:7]
    result = bench.run("admit", "--json", *sandbox(isolation, file), os.path.join(bench.tree, "tests/data", folder, file))
    verdict = one_object(result.out)
    report = verdict["report"]
    if admit == "yes":
        expect(result.status == 0 and verdict["ok"] and result.err == b"", f"refused: {result.err!r}")
        expect(sorted(hook["hook"] for hook in report["hooks"]) == sorted(hooks.split(",")), f"hooks: {report['hooks']}")
        expect(any(runtime["admits"] for runtime in report["runtimes"]), "no published runtime takes it")
        return
    expect(result.status == 1 and not verdict["ok"], f"ends with {result.status}")
    line = one_line(result.err)
    expect(contains in line and contains in verdict["error"]["message"], f"{contains!r} is not in {line!r}")
    if category:
        expect(verdict["error"]["status"] == category, f"category {verdict['error']['status']}, expected {category}")


def call_row(bench, isolation, folder, row):
    file, _, forms, hooks, _, _, _, call, contains, read = row[:10]
    hook = hooks.split(",")[0]
    request = os.path.join(bench.requests, manifest_request(forms, hook))
    result = bench.run("call", os.path.join(bench.tree, "tests/data", folder, file), hook, "--raw-in", request, "--json",
                       *sandbox(isolation, file))
    value = one_object(result.out)
    if call == "fault":
        line = one_line(result.err)
        expect(result.status == 1, f"ends with {result.status}")
        expect(contains in line, f"{contains!r} is not in {line!r}")
        return
    expect(result.status == 0, f"ends with {result.status}: {result.err!r}")
    answer = value["answer"]
    if contains:
        expect(f"{answer['bytes']} bytes" == contains, f"{answer['bytes']} bytes, expected {contains}")
    if read == "bad":
        expect(answer["value"] is None and answer["unreadable"]["status"] == "decode", f"reads: {answer}")
        expect(b"note: the answer does not read" in result.err, f"no note: {result.err!r}")
    elif read != "-":
        results = answer["value"]["results"]
        accepted = sum(reason["decision"] == "accept" for reason in results)
        found = f"{len(results)} results, {accepted} accepted"
        expect(found == read, f"{found}, expected {read}")


def verdict_row(bench, isolation, row):
    file, runtime, slot, verdict, text = (row + [""])[:5]
    result = bench.run("admit", "--json", "--slot", slot, "--reference", runtime, *sandbox(isolation, file),
                       plugin(bench, file))
    value = one_object(result.out)
    if verdict == "ok":
        expect(result.status == 0, f"refused: {result.err!r}")
        expect(value["report"]["reference"] == runtime, f"by the rules of {value['report']['reference']}")
    else:
        expect(result.status == 1, f"ends with {result.status}")
        message = value["error"]["message"]
        expect(message.startswith(text.strip()), f"{message!r} does not begin with {text!r}")


def answer_row(bench, isolation, row, folder):
    file, hook, request, length, digest = row[:5]
    path = os.path.join(folder, f"{file}.{hook}.{request}")
    result = bench.run("call", plugin(bench, file), hook, "--raw-in", os.path.join(bench.requests, request),
                       "--raw-out", path, *sandbox(isolation, file))
    expect(result.status == 0, f"ends with {result.status}: {result.err!r}")
    expect(result.out == b"", f"standard output is {result.out!r}")
    one_line(result.err)
    with open(path, "rb") as stream:
        answer = stream.read()
    os.unlink(path)
    expect(len(answer) == int(length), f"{len(answer)} bytes, expected {length}")
    expect(hashlib.sha256(answer).hexdigest() == digest, "the bytes are others")


def session_row(bench, isolation):
    """A stream whose instance was kept, and which then gets the event that the plugin never returns from."""
    stream = b"data: 1\n\ndata: " + b"x" * 2000 + b"\n\n"
    result = bench.run("sse", os.path.join(bench.tree, "tests/data/hostile/stream-loop.wasm"), "--session",
                       *sandbox(isolation, ""), stdin=stream)
    expect(result.status == 1 and result.out == b"data: 1\n\n", f"ends with {result.status}: {result.out!r}")
    expect(b"guest stopped during cc_lb_transform_sse_event: its deadline of 100 ms" in result.err, f"{result.err!r}")


def tables(bench, isolation):
    for folder in ("plugins", "hostile"):
        for row in bench.table(f"{folder}/MANIFEST.tsv"):
            yield f"{isolation} admit {row[0]}", lambda folder=folder, row=row: admit_row(bench, isolation, folder, row)
            if row[7] != "-":
                yield f"{isolation} call {row[0]}", lambda folder=folder, row=row: call_row(bench, isolation, folder, row)
    yield f"{isolation} session stream-loop.wasm", lambda: session_row(bench, isolation)
    for row in bench.table("plugins/verdicts.tsv"):
        yield f"{isolation} {' '.join(row[:3])}", lambda row=row: verdict_row(bench, isolation, row)
    folder = bench.folder(f"answers-{isolation}")
    for row in bench.table("plugins/answers.tsv"):
        yield f"{isolation} {' '.join(row[:3])}", lambda row=row: answer_row(bench, isolation, row, folder)


SUITES = {
    "cases": cases,
    "streams": streams,
    "malformed": malformed,
    "checked": lambda bench: tables(bench, "checked"),
    "guarded": lambda bench: tables(bench, "guarded"),
    "on_demand": lambda bench: tables(bench, "on_demand"),
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
