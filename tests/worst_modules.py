#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What it costs to compile the worst modules that the default limits let through (docs/adr/0015-compile-bounds.md).

    worst_modules.py COMMAND TREE [--full]

Each shape is a plugin that works and besides has what its name says, up to a limit of src/admission/limits.c. Shapes of
code fill one function, up to `body_bytes` or `code_work`; with --full as many of them as `code_work` allows, which takes
minutes. The command admits it; its CPU time and peak of resident memory are printed, and have to stay below the bounds. A machine that is busy or
slow takes longer than the figures say, which the bound on time leaves room for; memory is the same everywhere.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

from scripted_plugin import body, custom_sections, get, i32, i64, leb, name, section, vector

KIB = 1024
CODE_WORK = 20_000_000
BODY_BYTES, TYPE_BYTES, ELEMENT_BYTES, MODULE_BYTES = 128 * KIB, 16 * KIB, 64 * KIB, 32 * KIB * KIB
FUNCTIONS, GLOBALS, EXPORTS, DATA_SEGMENTS, TABLE_ELEMENTS = 20000, 10000, 10000, 2000, 20000
LOCALS, LOOP_NESTING, LOOP_LOCALS, NESTING = 1000, 64, 20000, 10000

CPU_MAX_SECONDS, MEMORY_MAX_MIB = 120, 1024

ANSWER = i64(16 << 32 | 8)  # eight zeros at 16: no results
OWN_BODIES = [body(i32(65536)), body(b""), body(ANSWER)]
OWN_BYTES = 64  # more than the plugin's own functions have in each of the sections
NOTHING = 3  # the type () -> ()
TABLE = [b"\x70\x00" + leb(10)]


def function(code, local_count=0):
    """A body of type () -> () with so many locals, all i32."""
    content = (vector([leb(local_count) + b"\x7f"]) if local_count else leb(0)) + code + b"\x0b"
    return leb(len(content)) + content


def module(fingerprint, bodies=(), carriers=(), types=(), tables=(), memory_pages=2, globals_=(), exports=(), elements=(), data=()):
    """A filter of form W9 with all that besides; `carriers` are functions of the first of the types, before the bodies."""
    own_types = [b"\x60\x02\x7f\x7f\x01\x7f", b"\x60\x03\x7f\x7f\x7f\x00", b"\x60\x02\x7f\x7f\x01\x7e", b"\x60\x00\x00"]
    own_exports = [name("memory") + b"\x02\x00"] + [name(f"cc_lb_{text}") + b"\x00" + leb(index)
                                                   for index, text in enumerate(("alloc", "free", "filter"))]
    metadata = {"name": "worst", "version": "1.0.0", "description": "Hard to compile", "usage": "Testing only",
                "hooks": {"filter": {"wire_version": 1, "description": "f", "usage": "u", "mode": "active"}}}
    sections = ((1, own_types + list(types)), (3, [b"\x00", b"\x01", b"\x02"] + [leb(len(own_types))] * len(carriers) + [leb(NOTHING)] * len(bodies)), (4, tables),
                (5, [b"\x00" + leb(memory_pages)]), (6, globals_), (7, own_exports + list(exports)), (9, elements),
                (10, OWN_BODIES + list(carriers) + list(bodies)), (11, data))
    return (b"\0asm\x01\0\0\0" + b"".join(section(number, vector(items)) for number, items in sections if items) +
            section(0, name("cc_lb.plugin.v1") + json.dumps(metadata).encode()) +
            section(0, name("cc_lb.schema.filter.v1") + fingerprint))


def again(code, size):
    """As much of that code as fits into that size."""
    return code * (size // len(code))


# --- code that is hard to compile for its size ---

def merges(size):
    """A block that is left from everywhere: the compiler's work grows with the square of that."""
    return function(b"\x02\x40" + again(get(0) + b"\x0d\x00", size) + b"\x0b", 1)


def ladder(size, local_count=LOCALS):
    """Conditions that each set one of many locals, all of which are alive to the end."""
    last = b"".join(get(i) + b"\x1a" for i in range(local_count))
    step = [get(i % local_count) + b"\x04\x40" + i32(i & 63) + b"\x21" + leb(i * 7 % local_count) + b"\x0b"
            for i in range(local_count)]
    count = max(0, size - len(last)) // 11
    return function(b"".join(step[i % local_count] for i in range(count)) + last, local_count)


def loops(depth=LOOP_NESTING):
    """Loops inside one another, through which locals are alive: as many as `loop_locals` allows."""
    local_count = LOOP_LOCALS // depth
    work = b"".join(get(i) + i32(1) + b"\x6a\x21" + leb(i) for i in range(local_count))
    return function(b"\x03\x40" * depth + work + (get(0) + b"\x0d\x00\x0b") * depth, local_count)


def nested(size):
    """Blocks inside one another, each left for the outermost one."""
    depth = min(NESTING, size // 8)
    return function(b"\x02\x40" * depth + b"".join(get(0) + b"\x0d" + leb(depth - 1 - i) + b"\x0b" for i in range(depth)),
                    1)


def carrying_branches(size):
    """Branches that each bring along a thousand values which the next ones bring along too."""
    def values(offset):
        return b"".join(i32(0) + b"\x28\x02" + leb(4 * i + offset) for i in range(1000))

    code = b"\x02\x04" + values(0) + values(4)
    return function(code + again(get(0) + b"\x0d\x00", size - len(code) - 3 * KIB) + b"\x1a" * 1000 + b"\x0b" +
                    b"\x1a" * 1000, 1)


def code_shapes():
    """Shapes of one function: name, what makes a body of about a size, other parts of the module."""
    functions = {"elements": [b"\x01\x00\x01\x00"], "tables": TABLE}

    def repeated(code, before=b"", behind=b"", local_count=0):
        return lambda size: function(before + again(code, size) + behind, local_count)

    many = 1000
    carried = {"types": [b"\x60" + vector([b"\x7f"] * many) * 2],
               "carriers": [function(b"".join(get(i) for i in range(many)))]}
    yield "blocks that 1000 values go through", repeated(get(0) + b"\x04\x04\x0b", i32(0) * many, b"\x1a" * many, 1), carried
    yield "calls with 1000 values", repeated(b"\x10\x03", i32(0) * many, b"\x1a" * many), carried
    yield "branches with 1000 values", carrying_branches, {"types": [b"\x60\x00" + vector([b"\x7f"] * many)]}
    yield "constants subtracted", repeated(i32(1) + b"\x6b", get(0), b"\x1a", 1), {}
    yield "divisions", repeated(get(0) + b"\x6d", get(0), b"\x1a", 1), {}
    yield "truncations", repeated(get(0) + b"\xb7\xb1\x1a", local_count=1), {}
    yield "loads that depend on one another", repeated(b"\x2d\x00\x00", get(0), b"\x1a", 1), {}
    yield "calls", repeated(b"\x10" + leb(NOTHING)), {}
    yield "additions", repeated(get(0) + b"\x6a", get(0), b"\x1a", 1), {}
    yield "square roots", repeated(b"\x9f", b"\x44" + bytes(8), b"\x1a"), {}
    yield "loads", repeated(i32(0) + b"\x28\x00\x00\x1a"), {}
    yield "memory.grow", repeated(i32(0) + b"\x40\x00\x1a"), {}
    yield "memory.copy", repeated(i32(0) * 2 + i32(-1) + b"\xfc\x0a\x00\x00"), {}
    yield "call_indirect", repeated(i32(0) + b"\x11" + leb(NOTHING) + b"\x00"), functions
    yield "table.get", repeated(i32(0) + b"\x25\x00\x1a"), functions
    yield "table.fill", repeated(i32(0) + b"\xd0\x70" + i32(-1) + b"\xfc\x11\x00"), functions
    yield "table.copy", repeated(i32(0) * 2 + i32(-1) + b"\xfc\x0e\x00\x00"), functions
    yield "table.init", repeated(i32(0) * 2 + i32(-1) + b"\xfc\x0c\x00\x00"), functions
    yield "one block left from everywhere", merges, {}
    yield "many locals through conditions", ladder, {}
    yield "100 locals through conditions", lambda size: ladder(size, 100), {}
    yield "locals through 64 nested loops", lambda size: loops(), {}
    yield "locals through 20 nested loops", lambda size: loops(20), {}
    yield "nested blocks", nested, {}


def other_shapes():
    """Shapes of everything but code: name, parts of the module."""
    def function_type(count, number):
        return b"\x60" + vector([bytes([0x7f - (number >> 2 * i & 3)]) for i in range(min(count, 8))] +
                                [b"\x7f"] * (count - 8)) + b"\x00"

    for count in (1000, 100, 10):
        types = [function_type(count, i) for i in range((TYPE_BYTES - OWN_BYTES) // (count + 4))]
        yield f"types of {count} parameters", {"types": types}
    yield "functions", {"bodies": [function(b"")] * (FUNCTIONS - 3)}
    escaping = CODE_WORK // (200 + 15 * 2000) - 10  # what lets a table call a function is code too
    yield "functions of 1000 values in a table", {
        "types": [b"\x60" + vector([b"\x7f"] * 1000) * 2], "carriers": [function(b"\x00")] * escaping,
        "elements": [b"\x01\x00" + leb(escaping) + b"".join(leb(3 + i) for i in range(escaping))]}
    yield "functions in a table", {
        "bodies": [function(b"")] * (FUNCTIONS - 3),
        "elements": [b"\x01\x00" + leb(FUNCTIONS - 3) + b"".join(leb(3 + i) for i in range(FUNCTIONS - 3))]}
    yield "globals", {"globals_": [b"\x7f\x01\x41\x00\x0b"] * GLOBALS}
    yield "exports", {"exports": [name(f"e{i}") + b"\x00\x00" for i in range(EXPORTS - 4)]}
    yield "active data segments", {"data": [b"\x00" + i32(0) + b"\x0b\x01x"] * DATA_SEGMENTS}
    yield "data segments on pages of their own", {
        "data": [b"\x00" + i32(65536 * i + 7) + b"\x0b\x01x" for i in range(DATA_SEGMENTS)], "memory_pages": 2048}
    items = ELEMENT_BYTES - OWN_BYTES
    yield "passive elements", {"elements": [b"\x01\x00" + leb(items) + bytes(items)]}
    yield "passive element segments", {"elements": [b"\x01\x00\x01\x00"] * (items // 4)}
    active = [b"\x00" + i32(0) + b"\x0b" + leb(TABLE_ELEMENTS) + bytes(TABLE_ELEMENTS)] * (items // (TABLE_ELEMENTS + 8))
    yield "active elements over one another", {"elements": active, "tables": [b"\x70\x00" + leb(TABLE_ELEMENTS)]}
    # The last one: a process that was forked by a larger one is measured with the size of that.
    huge = MODULE_BYTES - 4 * KIB
    yield "a huge data segment", {"data": [b"\x00" + i32(65536) + b"\x0b" + leb(huge) + b"x" * huge], "memory_pages": 600}


def admit(command, path, *options):
    """Admits a plugin in a process of its own: CPU seconds, MiB, what is wrong."""
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen([command, "admit", path, "--reference", "0.3.0", "--deadline", "60s", *options],
                                   stdout=subprocess.DEVNULL, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / KIB, err.read().decode() if status else ""


class Worst:
    """The command, the fingerprint of its filters, and a file to write modules to."""

    def __init__(self, command, fingerprint, path):
        self.command = command
        self.fingerprint = fingerprint
        self.path = path

    def write(self, parts):
        with open(self.path, "wb") as file:
            file.write(module(self.fingerprint, **parts))

    def work(self, parts):
        """How much work for the compiler the command sees in a module."""
        self.write(parts)
        found = re.search(r"module has (\d+) units of work", admit(self.command, self.path, "--limit", "code_work=1")[2])
        if not found:
            raise SystemExit("the command does not tell how much work a module is")
        return int(found.group(1))

    def shapes(self, full):
        own = self.work({})
        for label, make, parts in code_shapes():
            size = BODY_BYTES - 2 * OWN_BYTES
            work = self.work({**parts, "bodies": [make(size)]}) - own
            if work > CODE_WORK - own:
                size = size * (CODE_WORK - own) // work // 100 * 99
                work = self.work({**parts, "bodies": [make(size)]}) - own
            one_body = make(size)
            copies = min((CODE_WORK - own) // work, FUNCTIONS - 3, (MODULE_BYTES - 4 * KIB) // len(one_body))
            yield label, {**parts, "bodies": [one_body] * (copies if full else 1)}
        yield from other_shapes()


def main(words):
    if len(words) not in (2, 3) or words[2:] not in ([], ["--full"]):
        sys.stderr.write(__doc__)
        return 2
    full = bool(words[2:])
    with open(os.path.join(words[1], "tests/data/plugins/all_hooks-pdk0.2.0.wasm"), "rb") as file:
        fingerprint = dict(custom_sections(file.read()))["cc_lb.schema.filter.v1"]
    failed = 0
    count = 0
    with tempfile.TemporaryDirectory(prefix="cclb-worst-") as folder:
        path = os.path.join(folder, "module.wasm")
        worst = Worst(words[0], fingerprint, path)
        for label, parts in worst.shapes(full):
            worst.write(parts)
            seconds, mib, wrong = admit(words[0], path)
            if seconds > CPU_MAX_SECONDS or mib > MEMORY_MAX_MIB:
                wrong = wrong or "above the bound"
            print(f"{label:40}{os.path.getsize(path) / KIB:9.0f} KiB {seconds:8.2f} s {mib:7.0f} MiB  {wrong}", flush=True)
            failed += bool(wrong)
            count += 1
    print(f"{count - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
