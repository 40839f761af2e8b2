#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What authors meet: plugins that must compile and what they answer, and plugins that must not, and why.

usage: guest_test.py CCLB ROOT WORK refused|usage|answers|fields|wide|sessions|damaged

CCLB is the command, ROOT the source folder, WORK a folder for what is built; CLANG in the environment is guest/build's.
"""

import base64
import json
import pathlib
import random
import re
import subprocess
import sys

from guest_fields import messages

WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wundef -Wmissing-prototypes -Werror".split()
FORMS = (2, 6, 8, 9)
RUNTIME = {2: "0.1.1", 6: "0.1.2", 8: "0.1.4", 9: "0.3.0"}
DEADLINE = "2s"


class Kit:
    def __init__(self, cclb, root, work):
        self.cclb, self.root, self.work = cclb, pathlib.Path(root), pathlib.Path(work)
        self.sources = self.root / "tests" / "guest"
        self.requests = self.root / "tests" / "data" / "requests"
        self.work.mkdir(parents=True, exist_ok=True)

    def build(self, source, plugin, *options):
        return self.run_build(source, "-o", plugin, *options)

    def run_build(self, *words):
        return subprocess.run([self.root / "guest" / "build", *words], capture_output=True, text=True, check=False)

    def plugin(self, source, form, *options):
        """Builds a plugin that has to build, without a warning."""
        source = self.sources / source
        standard = "".join(option for option in options if option.startswith("-std")).replace("=", "")
        plugin = self.work / f"{source.name}{standard}.{form}.wasm"
        done = self.build(source, plugin, f"-DCCLB_PLUGIN_FORM={form}", *WARNINGS, *options)
        if done.returncode != 0 or done.stderr:
            sys.exit(f"{source.name} for form {form} does not build without a warning:\n{done.stderr}")
        return plugin

    def run(self, *words, stdin=None):
        done = subprocess.run([self.cclb, *map(str, words)], input=stdin, capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr.decode()

    def call(self, plugin, hook, request, form):
        status, out, _ = self.run("call", plugin, hook, "--raw-in", request, "--reference", RUNTIME[form],
                                  "--deadline", DEADLINE, "--json")
        return status, json.loads(out)

    def answer(self, plugin, hook, request, form):
        status, result = self.call(plugin, hook, self.requests / request, form)
        if status != 0:
            sys.exit(f"{plugin.name}: {hook} with {request}: {result['error']}")
        return result["answer"]


class Checks:
    def __init__(self):
        self.count = self.failures = 0

    def __call__(self, holds, *words):
        self.count += 1
        if not holds:
            self.failures += 1
            print(*words)


def refused(kit, check):
    """Each source says in its second line what the compiler, or the linker, has to say, in C as in C++."""
    for source in sorted((kit.sources / "refused").glob("*.c")):
        check_refused(kit, check, source, source)
        as_cpp = kit.work / f"{source.stem}.cc"
        as_cpp.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        check_refused(kit, check, source, as_cpp)
    latin1 = kit.work / "latin1.c"
    latin1.write_bytes((kit.sources / "kinds.c").read_bytes().replace(b"For tests.", b"Caf\xe9."))
    done = kit.build(latin1, kit.work / "refused.wasm")
    check(done.returncode != 0 and "error: illegal character encoding" in done.stderr, f"Latin-1: {done.stderr}")
    for suffix in (".c", ".cc"):
        check_controls(kit, check, suffix)
        check_libraries(kit, check, suffix)


def check_controls(kit, check, suffix):
    """What is in a string of C and in none of JSON; in one that is used in several places it is told of each."""
    source = kit.work / f"control{suffix}"
    text = (kit.sources / "kinds.c").read_bytes()
    some = b"\t\x1b"
    for name, old, controls in (("CCLB_PLUGIN_NAME", b'NAME "kinds', range(1, 32) if suffix == ".c" else some),
                                ("CCLB_PLUGIN_USAGE", b'USAGE "For tests', some)):
        check(text.count(old) == 1, "kinds.c has changed")
        for control in controls:
            if control not in b"\r\n":  # which end a line, and the string with it
                source.write_bytes(text.replace(old, old + bytes([control])))
                done = kit.build(source, kit.work / "refused.wasm")
                check(done.returncode != 0 and f"{name} has a control character in it" in done.stderr,
                      f"{source.name}, {name} with {control:#x}: {done.stderr}")


LIBRARIES = {"string.h": "take cclb_bytes_equal", "stdlib.h": "take cclb_alloc", "stdio.h": "take cclb_join",
             "cstddef": "take <stddef.h>", "cstdint": "take <stdint.h>", "string": "take cclb_bytes and CCLB_TEXT",
             "vector": "cclb_plugin.h has what there is"}


def check_libraries(kit, check, suffix):
    """A header of a library that is not there, which is told apart from one of the author's; and what C++ asks of one."""
    source = kit.work / f"library{suffix}"
    text = (kit.sources / "kinds.c").read_text(encoding="utf-8")
    for header, wanted in LIBRARIES.items():
        source.write_text(f"#include <{header}>\n{text}", encoding="utf-8")
        said = kit.build(source, kit.work / "refused.wasm").stderr.splitlines()
        check(said[-1].startswith(f"build: <{header}>: there is neither a libc nor a library of C++: {wanted}"),
              f"{source.name}, {header}: {said}")
    source.write_text(f'#include "mine/own.h"\n{text}', encoding="utf-8")
    done = kit.build(source, kit.work / "refused.wasm")
    check("'mine/own.h' file not found" in done.stderr and "build: " not in done.stderr, done.stderr)
    if suffix == ".cc":
        source.write_text(f"{text}\nextern int *volatile kept;\nint *volatile kept;\n"
                          "__attribute__((constructor)) void keep()\n{\n    delete kept;\n    kept = new int;\n}\n",
                          encoding="utf-8")
        done = kit.build(source, kit.work / "refused.wasm")
        for name in ("operator new(unsigned long)", "operator delete(void*)"):
            check(f"build: {name}: take cclb_alloc; nothing needs to be freed\n" in done.stderr, f"{name}: {done.stderr}")


def check_refused(kit, check, source, built):
    wanted = re.search(r"/\* expect: (.*) \*/", source.read_text(encoding="utf-8")).group(1)
    done = kit.build(built, kit.work / "refused.wasm")
    check(done.returncode != 0, f"{built.name} is built, and should not be")
    check(wanted in done.stderr, f"{built.name}: not '{wanted}', but:\n{done.stderr}")
    if "write: #define" in wanted:
        check(done.stderr.count("error: ") == 1, f"{built.name}: more than one error:\n{done.stderr}")


def usage(kit, check):
    """What the script that builds plugins says to a command line that is none, and what it leaves alone."""
    source = kit.work / "plugin.c"
    source.write_bytes((kit.sources / "every_hook.c").read_bytes())
    for words, wanted in (([], "there is no source: "), (["-O2", "-o", "x.wasm"], "there is no source: "),
                          (["-o", "x.c"], "there is no source: "),
                          (["-I", "x.c", "-o", "x.wasm"], "there is no source: "),
                          ([source], "where does the plugin go? Add: -o PLUGIN.wasm"),
                          ([source, "-o"], "-o needs the name of the plugin"),
                          (["none.c", "-o", "x.wasm"], "none.c: there is no such file"),
                          (["none.c", "-o", source], "none.c: there is no such file"),
                          ([source, "-o", source], "would replace a source"),
                          ([source, f"-o{source}"], "would replace a source")):
        done = kit.run_build(*words)
        lines = done.stderr.splitlines()
        check(done.returncode == 2 and len(lines) == 1 and lines[0].startswith("build: ") and wanted in lines[0] and
              not done.stdout, f"{words}: status {done.returncode}, {done.stderr}")
    for word in ("-h", "--help"):
        done = kit.run_build(source, word)
        check(done.returncode == 0 and done.stdout.startswith("usage: build SOURCE -o PLUGIN.wasm") and not done.stderr,
              f"{word}: status {done.returncode}, {done.stdout}")
    done = kit.run_build(source, "-o", kit.work / "x.wasm", "--frob")
    check(done.returncode == 1 and "--frob" in done.stderr, f"--frob: status {done.returncode}, {done.stderr}")
    check(source.read_bytes() == (kit.sources / "every_hook.c").read_bytes(), "the source was written to")
    check(sorted(path.name for path in kit.work.iterdir()) == ["plugin.c"], "a file was left behind")


def check_answers(kit, check, plugin, form):
    wire = "W9" if form == 8 else f"W{form}"
    results = kit.answer(plugin, "filter", f"filter-1k.{wire}.bin", form)["value"]["results"]
    check(len(results) == 8 and all(one["decision"] == "accept" for one in results), plugin.name, results)
    shaped = kit.answer(plugin, "shape", "shape-1k.bin", form)["value"]
    check(shaped["url"] == "https://api.example.test/base//v1/messages", plugin.name, shaped["url"])
    check(shaped["headers"][-1] == {"name": "x-claims", "value": "3"}, plugin.name, shaped["headers"])
    check(shaped["body"].endswith("tail"), plugin.name, shaped["body"])
    if form >= 6:
        changed = kit.answer(plugin, "transform_response", "transform_response-1k.bin", form)["value"]
        check(changed["status"] == 201 and changed["body"] == "replaced", plugin.name, changed)
        changed = kit.answer(plugin, "transform_sse_event", "transform_sse_event-small.bin", form)["value"]
        check(changed["events"][1] == {"event": "content_block_delta", "data": "again"}, plugin.name, changed)
    if form <= 8:
        record = kit.answer(plugin, "observe", "observe-finished.bin", form)
        check(bytes.fromhex(record["hex"]) == b"12 0 tokens", plugin.name, record)
        record = kit.answer(plugin, "observe", "observe-started.bin", form)
        check(record["bytes"] == 0, plugin.name, record)


def check_metadata(kit, check, plugin, form):
    _, out, _ = kit.run("admit", plugin, "--reference", RUNTIME[form], "--json")
    report = json.loads(out)["report"]
    check(report["ok"], plugin.name, report["verdict"])
    check(report["metadata"]["description"] == "Says \"h\u00e9\" in \u00e9, tab\tnew line\nreturn\rback\\slash.",
          plugin.name, report["metadata"])
    usage = {hook["hook"]: hook["usage"] for hook in report["hooks"]}
    check(usage["filter"] == "For tests of filters." and usage["shape"] == "For tests.", plugin.name, usage)
    check(("observe" in usage) == (form < 9) and ("transform_response" in usage) == (form > 2), plugin.name, usage)


def check_readme(kit, check):
    """The first plugin that authors meet."""
    text = (kit.root / "guest" / "README.md").read_text(encoding="utf-8")
    source = kit.work / "readme.c"
    source.write_text(re.search(r"```c\n(.*?)```", text, re.DOTALL).group(1), encoding="utf-8")
    for form in FORMS:
        plugin = kit.plugin(source, form)
        results = kit.answer(plugin, "filter", f"filter-1k.W{9 if form == 8 else form}.bin", form)["value"]["results"]
        check(all(one["decision"] == "accept" for one in results), results)


def check_memory(kit, check):
    """The memory that a module starts with holds what is usual; more is there when it takes more."""
    plugin = kit.plugin("every_hook.c", 9)
    for request, least, most in (("shape-1k.bin", 4, 4), ("shape-64k.bin", 4, 4), ("shape-1m.bin", 32, 40)):
        _, result = kit.call(plugin, "shape", kit.requests / request, 9)
        pages = result["memory_bytes"] / 65536
        check(result["ok"] and least <= pages <= most, f"{request}: {pages} pages")


def check_stack(kit, check):
    """A stack of another size is not taken from the rest of the memory."""
    for size, pages in ((4096, 4), (65536, 4), (65552, 5), (262144, 7)):
        plugin = kit.plugin("every_hook.c", 9, f"-Wl,-z,stack-size={size}")
        _, result = kit.call(plugin, "filter", kit.requests / "filter-1k.W9.bin", 9)
        check(result["memory_bytes"] == pages * 65536, f"stack of {size} bytes: {result['memory_bytes']} of memory")


def check_nothing(kit, check):
    """Nothing may be without an address, to which C lets nobody add anything, not even 0."""
    plugin = kit.plugin("nothing.c", 9, "-fsanitize=undefined", "-fsanitize-trap=all")
    status, result = kit.call(plugin, "filter", kit.requests / "filter-1k.W9.bin", 9)
    check(status == 0 and result["answer"]["value"]["results"][0]["reason"] == "0 ab", f"{result['error']}")


def check_kinds(kit, check):
    """A kind of answer that there is not is a trap, also where one byte of it is a kind."""
    plugin = kit.plugin("kinds.c", 9)
    document = kit.work / "kind.json"
    for hook, kinds in (("transform_response", 2), ("transform_sse_event", 3)):
        for kind in (0, 1, 2, 3, 256, 257, 2**32 - 1):
            document.write_text(json.dumps({"request": {"method": "POST", "path": "/"}, "event": {"data": str(kind)},
                                            "response": {"status": 200, "body": str(kind)}}), encoding="utf-8")
            _, out, _ = kit.run("call", plugin, hook, "--request", document, "--json")
            error = json.loads(out)["error"]
            check((error and error["status"]) == (None if kind < kinds else "trap"), f"{hook} of kind {kind}: {error}")



def answers(kit, check):
    """One source, in both languages, for all forms."""
    check_readme(kit, check)
    check_memory(kit, check)
    check_stack(kit, check)
    check_kinds(kit, check)
    check_nothing(kit, check)
    for form in FORMS:
        for source, *options in (("every_hook.c",), ("every_hook.cc",), ("every_hook.cc", "-std=c++11")):
            plugin = kit.plugin(source, form, *options)
            check_metadata(kit, check, plugin, form)
            check_answers(kit, check, plugin, form)
        kit.plugin("own_allocator.c", form)


def echoed(hook, answer):
    """What echo.c said, in the answer of each hook."""
    if hook == "observe":
        return bytes.fromhex(answer["hex"]).decode()
    value = answer["value"]
    return {"filter": lambda: value["results"][0]["reason"], "shape": lambda: value["body"],
            "transform_response": lambda: value["body"],
            "transform_sse_event": lambda: value["events"][0]["data"]}[hook]()


def fields(kit, check):
    """Every field of every request in every form reads as what was sent, or as absent."""
    document = kit.work / "message.json"
    for form in FORMS:
        plugin = kit.plugin("echo.c", form)
        for full in (True, False):
            for hook, message, lines in messages(form, full):
                document.write_text(json.dumps(message), encoding="utf-8")
                status, out, errors = kit.run("call", plugin, hook, "--archive-json", document, "--reference",
                                              RUNTIME[form], "--deadline", DEADLINE, "--json")
                if status != 0:
                    sys.exit(f"{hook} in form {form}: {errors}{out.decode()}")
                said = echoed(hook, json.loads(out)["answer"]).split("\n")[:-1]
                check(said == lines, f"{hook} in form {form}, {message}:\n{said}\nand not\n{lines}")


WIDE_BITS = 128
WIDE_NUMBERS = (0, 1, 7, 63, 64, 65, 10**9, 2**32 - 1, 2**32, 2**63, 2**64 - 1, 2**64, 3 * 2**64 + 5, 2**127 - 1,
                2**127, 2**128 - 10**9, 2**128 - 1)


def signed(number):
    return number - (number >> WIDE_BITS - 1 << WIDE_BITS)


def divided(a, b):
    """Quotient and remainder as C has them, rounded towards zero."""
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return quotient, a - quotient * b


def checked_product(a, b):
    product = a % 2**64 * (b % 2**64)
    return product if product < 2**64 else -1


WIDE_TASKS = {
    "*": lambda a, b: a * b,
    "o": checked_product,
    "/": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "d": lambda a, b: divided(signed(a), signed(b))[0],
    "m": lambda a, b: divided(signed(a), signed(b))[1],
    "<": lambda a, b: a << b % WIDE_BITS,
    ">": lambda a, b: a >> b % WIDE_BITS,
    "s": lambda a, b: signed(a) >> b % WIDE_BITS,
}


def wide(kit, check):
    """Numbers of 128 bits, which take functions of a library that is not there; a division by zero is a trap."""
    plugin = kit.plugin("wide_numbers.c", 9)
    chance = random.Random(1)
    numbers = [*WIDE_NUMBERS, *(chance.getrandbits(chance.randrange(1, WIDE_BITS + 1)) for _ in range(15))]
    tasks = [(task, a, b) for task in WIDE_TASKS for a in numbers for b in numbers if b or task not in "/%dm"]
    status, result = shape_body(kit, plugin, b"".join(wide_task(*task) for task in tasks))
    body = base64.b64decode(result["answer"]["value"]["body"]["base64"])
    check(status == 0 and len(body) == 16 * len(tasks), f"{result['error']}, {len(body)} bytes")
    for i, (task, a, b) in enumerate(tasks):
        solved = int.from_bytes(body[16 * i:16 * i + 16], "little")
        check(solved == WIDE_TASKS[task](a, b) % 2**WIDE_BITS, f"{a:x} {task} {b:x}: {solved:x}")
    for task in "/%dm":
        status, result = shape_body(kit, plugin, wide_task(task, 1, 0))
        check(status == 1 and result["error"]["status"] == "trap", f"1 {task} 0: {result}")


def wide_task(task, a, b):
    return task.encode() + a.to_bytes(16, "little") + b.to_bytes(16, "little")


def shape_body(kit, plugin, body):
    """Asks a plugin's shape with that body."""
    document = kit.work / "body.json"
    message = next(message for hook, message, _ in messages(9, False) if hook == "shape")
    message["body"] = {"base64": base64.b64encode(body).decode()}
    document.write_text(json.dumps(message), encoding="utf-8")
    status, out, _ = kit.run("call", plugin, "shape", "--archive-json", document, "--deadline", DEADLINE, "--json")
    return status, json.loads(out)


def sessions(kit, check):
    """What a plugin takes for one event of a stream is there again for the next."""
    plugin = kit.plugin("own_allocator.c", 9)
    summary = kit.work / "summary.json"
    stream = b"data: event\n\n" * 1000
    status, out, errors = kit.run("sse", plugin, "--session", "--summary", summary, stdin=stream)
    check(status == 0, errors)
    numbers = set(re.findall(rb"^data: (.*)$", out, re.MULTILINE))
    check(numbers == {b"2 of 16"}, "blocks taken, which are the request and what a constructor took:", numbers)
    check(json.loads(summary.read_text())["session"]["renewals"] == 0, summary.read_text())
    plugin = kit.plugin("every_hook.c", 9)
    status, out, errors = kit.run("sse", plugin, "--session", "--summary", summary, stdin=stream)
    check(status == 0 and out.count(b"data: again") == 1000, errors)
    report = json.loads(summary.read_text())
    check(report["session"]["renewals"] == 0, report)
    check_constructors(kit, check)


def check_constructors(kit, check):
    """Constructors run once in an instance: in a session, once for fewer events than a host renews it after."""
    stream = b"data: event\n\n" * 200
    for source, *options in (("constructors.c",), ("constructors.cc",), ("constructors.cc", "-std=c++11")):
        plugin = kit.plugin(source, 9, *options)
        for session, last in ((["--session"], 299), ([], 100)):
            status, out, errors = kit.run("sse", plugin, *session, stdin=stream)
            counts = [[int(word) for word in data.split()] for data in re.findall(rb"^data: (.*)$", out, re.MULTILINE)]
            check(status == 0 and [len(counts), counts[0], counts[-1]] == [200, [1, 100, 1], [1, last, 1]],
                  f"{plugin.name} {session}: {counts[:3]}, {counts[-1:]} {errors}")


def damaged(kit, check):
    """Whatever is in the request, a call ends by itself: with an answer or a trap."""
    plugin = kit.plugin("every_hook.c", 9)
    request = bytearray((kit.requests / "shape-small.bin").read_bytes())
    chance = random.Random(1)
    broken = kit.work / "broken.bin"
    for length in (1, 91, 92, 93, len(request) - 1):
        broken.write_bytes(request[:length])
        check_end(kit, check, plugin, broken, f"cut off at {length}")
    for _ in range(60):
        copy = bytearray(request)
        at = len(copy) - 92 + 4 * chance.randrange(23)
        copy[at:at + 4] = chance.choice((0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x10000000)).to_bytes(4, "little")
        broken.write_bytes(copy)
        check_end(kit, check, plugin, broken, f"other bytes at {at}")


def check_end(kit, check, plugin, request, what):
    status, result = kit.call(plugin, "shape", request, 9)
    fault = result["error"]["status"] if result["error"] else ""
    check(status == 0 or fault == "trap", f"{what}: {result['error']}")


def main(arguments):
    suites = {suite.__name__: suite for suite in (refused, usage, answers, fields, wide, sessions, damaged)}
    if len(arguments) != 4 or arguments[3] not in suites:
        print(__doc__, file=sys.stderr)
        return 2
    check = Checks()
    suites[arguments[3]](Kit(*arguments[:3]), check)
    print(f"{check.count} checks, {check.failures} failed")
    return 1 if check.failures or not check.count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
