# SPDX-License-Identifier: Apache-2.0
"""Terminals, closed and full outputs, output files, large inputs, little address space."""

import concurrent.futures
import fcntl
import json
import os
import pty
import stat
import subprocess
import unicodedata

import scripted_plugin
from cli_bench import (GOOD, TIMEOUT_SECONDS, Result, expect, one_line, one_object, plugin, run_on_terminal,
                       write_scripted)


def colour_on_terminals_only(bench):
    good = plugin(bench, GOOD)
    expect(b"\x1b[1;32mADMITTED" in run_on_terminal(bench, "admit", good).out, "no colour on a terminal")
    for changes in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        expect(b"\x1b" not in run_on_terminal(bench, "admit", good, **changes).out, f"colour in spite of {changes}")
    expect(b"\x1b" in run_on_terminal(bench, "admit", good, NO_COLOR="").out, "an empty NO_COLOR counts")
    expect(b"\x1b" not in run_on_terminal(bench, "admit", "--json", good).out, "colour in JSON")
    expect(b"\x1b" not in bench.run("admit", good).out, "colour into a pipe")


def with_metadata(bench, path, **texts):
    """The smallest plugin, which says this of itself."""
    metadata = {"name": "n", "version": "1", "description": "d", "usage": "u", **texts,
                "hooks": {"filter": {"wire_version": 1, "description": "f", "usage": "u", "mode": "active"}}}
    content = scripted_plugin.name("cc_lb.plugin.v1") + json.dumps(metadata).encode()
    with open(plugin(bench, "x-good-min-w09.wasm"), "rb") as kin, open(path, "wb") as file:
        file.write(kin.read() + scripted_plugin.section(0, content))


def texts_keep_to_their_column(bench):
    """Whatever joins words, or however long they are: no text of a plugin begins a line of the page."""
    path = os.path.join(bench.folder("columns"), "plugin.wasm")
    lies = "".join(f"said{blank * 90}published{blank}runtimes" for blank in "\u00a0\u2007\u202f\u3000\u2800 ")
    for text in (lies, "x" * 500, "\u5b57" * 300, "\U0001f600" * 300, "\u00e9" * 300, "\x1b" * 100):
        with_metadata(bench, path, description=text)
        for columns, most in ((60, 60), (80, 80), (300, 100), (0, 100), (5, 31)):
            page = run_on_terminal(bench, "inspect", path, columns=columns).out.decode().replace("\r\n", "\n")
            start = page.index("\n  description  ")
            lines = page[start + 1:page.index("\n  usage")].split("\n")
            said = f"{columns} columns, {text[:10]!r}"
            expect(all(line.startswith(" " * 15) for line in lines[1:]), f"{said}: {lines}")
            wide = [sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) for line in lines]
            expect(max(wide) <= most, f"{said}: a line of {max(wide)} columns")
            if text is not lies:
                expect(min(wide[:-1]) > most - len("\\x1b"), f"{said}: a line of {min(wide[:-1])} columns")
                read = [line[15:].replace("\\x1b", "\x1b") for line in lines]  # which no line end parts
                expect("".join(read) == text, f"{said}: {lines}")


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


def run_limited(bench, limit, *words):
    """Under a limit of the shell's: "-v 2000000", say, in KiB."""
    return subprocess.run(["sh", "-c", f'ulimit {limit}; exec "$@"', "sh", bench.command, *words],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=TIMEOUT_SECONDS, env=bench.environment(), check=False)


def little_address_space(bench):
    """What to do about it is said; whose fault it is, too."""
    if run_limited(bench, "-v 2000000", "--version").returncode != 0:
        return  # a sanitizer needs more than that for itself
    good = plugin(bench, GOOD)
    for isolation, pool in (("checked", "18.0"), ("guarded", "274.1")):
        done = run_limited(bench, "-v 2000000", "admit", good, "--isolation", isolation)
        expect(done.returncode == 3, f"{isolation} ends with {done.returncode}")
        line = one_line(done.stderr)
        expect(f"the pool reserves {pool} GiB of address space and the process may have 1.9 GiB (ulimit -v): raise "
               "that, lower stores_max or memory_max_bytes, or take isolation on_demand (rule R22); --isolation "
               "on_demand does without a pool" in line, line)
    done = run_limited(bench, "-v 2000000", "inspect", good)
    expect(done.returncode == 0 and b"PASSES" in done.stdout and b"\nsandbox" not in done.stdout, "inspect fails")
    expect("no plugin can be called on this machine as it is" in one_line(done.stderr), "inspect does not say why")
    done = run_limited(bench, "-v 2000000", "admit", good, "--isolation", "on_demand")
    expect(done.returncode == 0, f"on_demand ends with {done.returncode}")
    line = one_line(run_limited(bench, "-v 200000", "admit", good, "--isolation", "on_demand").stderr)
    expect("had no room for an instance, which is not the plugin's fault" in line, line)


def little_stack(bench):
    """A capsule is replayed on the stack that its call had; elsewhere it is said what to raise."""
    if run_limited(bench, "-s 1024", "--version").returncode != 0:
        return  # a sanitizer needs more than that for itself
    done = run_limited(bench, "-s 1024", "admit", plugin(bench, GOOD))
    expect(done.returncode == 3, f"admit ends with {done.returncode}")
    line = one_line(done.stderr)
    expect("start the thread with a larger stack (ulimit -s, if it is the first of the process)" in line, line)
    capsule = os.path.join(bench.folder("stack"), "capsule.json")
    failing = plugin(bench, "x-stack-call-w09.wasm")
    bench.run("call", failing, "filter", "--raw-in", os.path.join(bench.requests, "filter-1k.W9.bin"), "--capsule",
              capsule)
    with open(capsule, encoding="utf-8") as file:
        text = file.read()
    usual = f'"stack_max_bytes": {1 << 20},'
    expect(usual in text, "the capsule has another stack than is usual")

    def replay(stack):
        with open(capsule, "w", encoding="utf-8") as file:
            file.write(text.replace(usual, f'"stack_max_bytes": {stack},'))
        return run_limited(bench, "-s 1024", "replay", capsule, failing)

    for stack in (1 << 20, 64 << 20):
        done = replay(stack)
        expect(done.returncode == 0 and done.stdout.startswith(b"the same fault again\n"),
               f"{stack} bytes: {done.returncode} {done.stdout!r} {done.stderr!r}")
    done = replay(1 << 40)
    expect(done.returncode == 1 and "$.settings: " in one_line(done.stderr), f"{done.returncode} {done.stderr!r}")


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
    for test in (colour_on_terminals_only, texts_keep_to_their_column, no_raw_bytes_on_terminals, unwritable_output,
                 closed_output_spares_files, output_files, large_inputs, little_address_space, little_stack,
                 slow_reader, events_as_they_come, large_stream_through_small_pipes, stream_without_reader,
                 stream_on_terminal):
        yield f"streams {test.__name__}", lambda test=test: test(bench)
