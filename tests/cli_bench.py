# SPDX-License-Identifier: Apache-2.0
"""The command under test, how it is run, and what its results are held against."""

import concurrent.futures
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios

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


def read_text(path, default=""):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return default


def run_on_terminal(bench, *words, stdin=subprocess.DEVNULL, columns=0, **changes):
    """Standard output and error on a terminal of their own each, of so many columns; 0: it does not say."""
    environment = {**bench.environment(), **changes}
    out_here, out_there = pty.openpty()
    err_here, err_there = pty.openpty()
    fcntl.ioctl(out_there, termios.TIOCSWINSZ, struct.pack("HHHH", 24 if columns else 0, columns, 0, 0))
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


GOOD = "accept_all-pdk0.2.0.wasm"


def plugin(bench, name):
    return os.path.join(bench.plugins, name)


def write_scripted(bench):
    """For the first suite that calls them."""
    if bench.scripted is None:
        bench.scripted = bench.folder("scripted")
        cli_plugins.write(bench, bench.scripted)
