#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What it costs to compile the worst modules that the default limits let through (docs/adr/0015-compile-bounds.md).

    worst_modules.py COMMAND TREE [--most | --full]

Each shape is a plugin that works and besides has what its name says, up to a limit of src/admission/limits.c. Shapes of
code come in small functions and in a large one, since some take longer than in proportion; of both enough to be measured.
With --full they are as large, and as many, as `body_bytes` and `code_work` allow, which takes minutes; with --most that is
done of those alone that take most time or memory. The command admits each; its CPU time and peak of resident memory are
printed, and have to stay below the bounds. Machines differ, and busy ones take longer: so the bound on time is so many times
what divisions take in the same run, for as much work.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

from scripted_plugin import body, custom_sections, get, i32, i64, leb, name, section, vector

KIB = 1024
CODE_WORK = 20_000_000
BODY_BYTES, TYPE_BYTES, ELEMENT_BYTES, MODULE_BYTES = 128 * KIB, 16 * KIB, 64 * KIB, 32 * KIB * KIB
FUNCTIONS, GLOBALS, EXPORTS, DATA_SEGMENTS, TABLE_ELEMENTS = 20000, 10000, 10000, 2000, 20000
LOCALS, LOOP_NESTING, LOOP_LOCALS, NESTING = 1000, 64, 20000, 10000

TIMES_DIVISIONS, MEMORY_MAX_MIB = 4, 800
NOISE_SECONDS = 0.05  # of a process that does nothing, and some
SMALL_BYTES = 4 * KIB  # of a small function
SOME_WORK, MUCH_WORK = 1_000_000, 4_000_000  # of all small functions, and of a large one, where not all limits are reached

ANSWER = i64(16 << 32 | 8)  # eight zeros at 16: no results
OWN_BODIES = [body(i32(65536)), body(b""), body(ANSWER)]
OWN_BYTES = 64  # more than the plugin's own functions have in each of the sections
NOTHING = 3  # the type () -> ()
TABLE = [b"\x70\x00" + leb(10)]


def put(index):
    return b"\x21" + leb(index)


def load_i32(address, local):
    return i32(address) + b"\x28\x00\x00" + put(local)


def function(code, local_count=0):
    """A body of type () -> () with so many locals, all i32; what is in the first is not known before."""
    content = (vector([leb(local_count) + b"\x7f"]) + load_i32(0, 0) if local_count else leb(0)) + code + b"\x0b"
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


# A local of each type, with a value that is not known before: what a chain of operators is made of.
I32, I64, F32, F64, V128, OTHER_V128, OTHER_I32 = range(7)
LOCAL_TYPES = b"\x7f\x7e\x7d\x7c\x7b\x7b\x7f"
LOADS = (b"\x28", b"\x29", b"\x2a", b"\x2b", b"\xfd\x00", b"\xfd\x00", b"\x28")
STORES = (b"\x36", b"\x37", b"\x38", b"\x39", b"\xfd\x0b")
KEPT = put(0) + i32(0) + get(0) + b"\x36\x00\x00"  # an i32 on the stack, with the help of local 0


def chain(kind, step):
    """What makes a function of a size: it takes a value of a type through a step again and again, and keeps it. What ends in
    nothing is left out by the compiler, and shows nothing."""
    numbered = step if callable(step) else lambda number: step

    def make(size):
        begin = b"".join(i32(16 * local) + load + b"\x00\x00" + put(local) for local, load in enumerate(LOADS))
        steps = bytearray()
        number = 0
        while len(steps) + 100 < size - len(begin):
            steps += numbered(number)
            number += 1
        content = (vector([b"\x01" + bytes([type_]) for type_ in LOCAL_TYPES]) + begin + i32(0) + get(kind) + steps +
                   STORES[kind] + b"\x00\x00\x0b")
        return leb(len(content)) + content

    return make


DIVISIONS = chain(I32, get(I32) + b"\x6d")


def simd(number):
    return b"\xfd" + leb(number)


def i32_of(number):
    """One of many i32 that look like nothing."""
    return (0x9E3779B1 * (number + 1)) & 0xFFFFFFFF


def v128_of(number):
    return simd(12) + b"".join((i32_of(4 * number + lane)).to_bytes(4, "little") for lane in range(4))


# --- code that is hard to compile for its size ---

def loaded_locals(count):
    """That many locals get values that are not known before."""
    return b"".join(load_i32(4 * i, i) for i in range(count))


def kept_locals(count):
    return b"".join(i32(0) + get(i) + b"\x36\x00\x00" for i in range(count))


def merges(size):
    """A block that is left from everywhere: the compiler's work grows with the square of that."""
    return function(b"\x02\x40" + again(get(0) + b"\x0d\x00", size) + b"\x0b", 1)


def ladder(size, local_count=LOCALS):
    """Conditions that each set one of many locals, all of which are alive to the end."""
    last = kept_locals(local_count)
    first = loaded_locals(local_count)
    step = [get(i % local_count) + b"\x04\x40" + i32(i & 63) + b"\x21" + leb(i * 7 % local_count) + b"\x0b"
            for i in range(local_count)]
    count = max(0, size - len(first) - len(last)) // 11
    return function(first + b"".join(step[i % local_count] for i in range(count)) + last, local_count)


def loops(depth=LOOP_NESTING):
    """Loops inside one another, through which locals are alive: as many as `loop_locals` allows."""
    local_count = LOOP_LOCALS // depth
    work = b"".join(get(i) + i32(1) + b"\x6a\x21" + leb(i) for i in range(local_count))
    last = kept_locals(local_count)
    return function(b"\x03\x40" * depth + work + (get(0) + b"\x0d\x00\x0b") * depth + last, local_count)


def values_through_loops(size):
    """Loops after one another, each behind a value that is used at the end: all are alive in all loops."""
    count = min(LOOP_LOCALS, size // 13)
    return function(i32(0) * 2 + b"".join(get(0) + b"\x28\x00" + leb(4 * i) + b"\x6a\x03\x40\x0b" for i in range(count)) +
                    b"\x36\x00\x00", 1)


def nested(size):
    """Blocks inside one another, each left for the outermost one."""
    depth = min(NESTING, size // 8)
    return function(b"\x02\x40" * depth + b"".join(get(0) + b"\x0d" + leb(depth - 1 - i) + b"\x0b" for i in range(depth)),
                    1)


def written(number, local_count):
    """One of many locals gets the value of another."""
    return get((number * 7 + 3) % local_count) + put(number % local_count)


def among_written(before, steps, local_count):
    """Locals with values that are not known before, something before them, so many steps of a kind, and all are kept."""
    return function(loaded_locals(local_count) + before + b"".join(steps) + kept_locals(local_count), local_count)


def nested_conditions(size, local_count=300):
    """Conditions inside one another, behind each of which one local more may have any of two values."""
    depth = min(NESTING, max(0, size - 12 * local_count) // 10)
    return among_written((get(0) + b"\x04\x40") * depth,
                         (written(i, local_count) + b"\x0b" for i in range(depth)), local_count)


def written_inside_conditions(size, local_count=300):
    """Conditions inside one another, behind each of which all locals may have any of two values."""
    depth = min(NESTING, max(0, size - 20 * local_count) // 5)
    return among_written((get(0) + b"\x04\x40") * depth,
                         [*(written(i, local_count) for i in range(local_count)), b"\x0b" * depth], local_count)


def written_among_blocks(size, local_count=600):
    """Loops, blocks and conditions inside one another, and in each of those some locals are written."""
    loop_count = LOOP_LOCALS // local_count
    depth = max(loop_count, (size - 20 * local_count) // 120)
    before = bytearray()
    for level in range(depth):
        before += (b"\x03\x40" if level < loop_count else b"") + b"\x02\x40" * 2 + get(0) + b"\x04\x40"
        for number in range(10 * level, 10 * level + 10):
            before += get(0) + get(number * 7 % local_count) + b"\x6a" + put(number % local_count)
    return among_written(bytes(before), [b"\x0b" * (3 * depth + loop_count)], local_count)


def staircase(size, local_count=300):
    """Blocks inside one another, each of which a table leads out of, and a local is written behind each."""
    depth = min(NESTING, max(0, size - 12 * local_count) // 10)
    jump = get(0) + b"\x0e" + vector([leb(i) for i in range(depth)]) + leb(0)
    return among_written(b"\x02\x40" * depth + jump,
                         (b"\x0b" + written(i, local_count) for i in range(depth)), local_count)


def values_through_nested_conditions(size, many=30):
    """Conditions inside one another, through all of which values go."""
    depth = min(NESTING, size // 5)
    return function(i32(0) * many + (get(0) + b"\x04" + leb(NOTHING + 1)) * depth + b"\x6a" + get(0) + b"\x0b" * depth +
                    KEPT * many, 1)


def values_through_empty_loops(size, many=20):
    """Loops after one another, through all of which values go."""
    count = min(LOOP_LOCALS, size // 3)
    return function(i32(0) * many + (b"\x03" + leb(NOTHING + 1) + b"\x0b") * count + KEPT * many, 1)


def carrying_branches(size, many=1000):
    """Branches that each bring along many values which the next ones bring along too."""
    def values(offset):
        return b"".join(i32(0) + b"\x28\x02" + leb(4 * i + offset) for i in range(many))

    before = b"\x02\x04" + values(0) + values(4)
    behind = b"\x1a" * many + b"\x0b" + KEPT * many
    return function(before + again(get(0) + b"\x0d\x00", max(0, size - len(before) - len(behind))) + behind, 1)


def merging_locals(size, local_count=100):
    """Branches out of a block behind which all locals may have any of two values."""
    before = loaded_locals(local_count) + b"\x02\x40" + get(0) + b"\x0d\x00"
    again_loaded = b"".join(load_i32(4 * i + 4, i) for i in range(local_count))
    behind = b"\x0b" + kept_locals(local_count)
    room = max(0, size - len(before) - len(again_loaded) - len(behind))
    return function(before + again_loaded + again(get(0) + b"\x0d\x00", room) + behind, local_count)


def among_locals(code, operands, local_count=100):
    """An operator that takes any of many locals, all of which are alive to the end."""
    def make(size):
        first = loaded_locals(local_count)
        last = kept_locals(local_count)
        step_bytes = 2 * operands + len(code)
        steps = b"".join(
            b"".join(get(i32_of(number * operands + i) % local_count) for i in range(operands)) + code
            for number in range(max(0, size - len(first) - len(last)) // step_bytes))
        return function(first + steps + last, local_count)

    return make


def behind_results(code=b"", most=MODULE_BYTES):
    """Results of calls, all of which are alive to the end, and something between."""
    def make(size):
        count = max(2, min(most, (size - 40) // 3))
        room = max(0, size - 40 - 3 * count)
        return function(b"\x10\x03" * count + (again(code, room) if code else b"") + b"\x6a" * (count - 1) + KEPT, 1)

    return make


def chains():
    """Chains of operators: name, what makes a body of a size. The worst of each weight, and what others stand for."""
    yield "divisions", DIVISIONS
    yield "remainders", chain(I64, get(I64) + b"\x81")
    yield "divisions by constants", chain(I32, lambda number: i32(7 + number) + b"\x6d")
    yield "truncations", chain(F32, b"\xa8\xb2")
    yield "saturating truncations", chain(F32, b"\xfc\x04\xb4")
    yield "constants subtracted", chain(I32, i32(1) + b"\x6b")
    yield "constants added", chain(I32, lambda number: i32(i32_of(number)) + b"\x6a")
    yield "shifts by constants", chain(I32, lambda number: i32(i32_of(number)) + b"\x74")
    yield "additions", chain(I32, get(I32) + b"\x6a")
    yield "rotations", chain(I32, get(I32) + b"\x77")
    yield "square roots", chain(F64, b"\x9f")
    yield "roundings", chain(F32, b"\x8d")
    yield "demotions", chain(F64, b"\xb6\xbb")
    yield "loads that depend on one another", chain(I32, b"\x2d\x00\x00")
    yield "loads of one place", chain(I32, get(I32) + b"\x28\x00\x00\x6a")
    yield "loads of neighbours", chain(I32, lambda number: get(I32) + b"\x28\x00" + leb(4 * number) + b"\x6a")
    yield "stores", chain(I32, b"\x22\x00" + get(I32) + get(I32) + b"\x36\x00\x00")
    yield "lanes of one place", chain(V128, put(V128) + get(I32) + get(V128) + simd(85) + b"\x00\x00\x01")
    yield "vectors that depend on one another", chain(I32, simd(93) + b"\x00\x00" + simd(27) + b"\x03")
    yield "i32x4.trunc_sat_f32x4_u", chain(V128, simd(249))
    yield "i32x4.trunc_sat_f64x2_u_zero", chain(V128, simd(253))
    yield "i32x4.extadd_pairwise_i16x8_u", chain(V128, simd(127))
    yield "i8x16.shr_s", chain(V128, get(I32) + simd(108))
    yield "i32x4.all_true", chain(V128, simd(163) + simd(17))
    yield "i16x8.gt_u", chain(V128, get(OTHER_V128) + simd(50))
    yield "f32x4.max", chain(V128, get(OTHER_V128) + simd(233))
    yield "f64x2.abs", chain(V128, simd(236))
    yield "constants shifted by lanes", chain(
        I32, lambda number: put(I32) + v128_of(number) + get(I32) + simd(109) + simd(131))
    yield "values through conditions", chain(
        V128, get(I32) + b"\x04\x40" + get(I32) + put(OTHER_I32) + b"\x0b" + get(OTHER_I32) + simd(28) + b"\x03")
    yield "constants compared", chain(V128, lambda number: v128_of(number) + simd(217) + simd(202))


def code_shapes():
    """Shapes of one function: name, what makes a body of about a size, other parts of the module."""
    functions = {"elements": [b"\x01\x00\x01\x00"], "tables": TABLE}

    def repeated(code, before=b"", behind=b"", local_count=0):
        return lambda size: function(before + again(code, size - len(before) - len(behind)) + behind, local_count)

    for label, make in chains():
        yield label, make, {}
    many = 1000
    carried = {"types": [b"\x60" + vector([b"\x7f"] * many) * 2],
               "carriers": [function(b"".join(get(i) for i in range(many)))]}
    values = b"".join(i32(0) + b"\x28\x02" + leb(4 * i) for i in range(many))
    yield "blocks that 1000 values go through", repeated(get(0) + b"\x04\x04\x0b", values, KEPT * many, 1), carried
    yield "calls with 1000 values", repeated(b"\x10\x03", values, KEPT * many, 1), carried
    for count in (1000, 100):
        yield f"branches with {count} values", lambda size, count=count: carrying_branches(size, count), {
            "types": [b"\x60\x00" + vector([b"\x7f"] * count)]}
    yield "branches with 100 locals", merging_locals, {}
    yield "calls", repeated(b"\x10" + leb(NOTHING)), {}
    gives_one = {"types": [b"\x60\x00\x01\x7f"], "carriers": [function(i32(0) + b"\x28\x00\x00")]}
    copied = get(0) * 3 + b"\xfc\x0a\x00\x00"
    yield "results of calls kept", behind_results(), gives_one
    yield "memory.copy behind 5000 results", behind_results(copied, 5000), gives_one
    yield "conditions behind 2000 results", behind_results(get(0) + b"\x04\x40\x0b", 2000), gives_one
    yield "divisions behind 2000 results", behind_results(get(0) * 2 + b"\x6d" + put(0), 2000), gives_one
    yield "values through loops", values_through_loops, {}
    yield "memory.grow", chain(I32, get(I32) + b"\x40\x00\x6a"), {}
    yield "memory.copy among 100 locals", among_locals(b"\xfc\x0a\x00\x00", 3), {}
    yield "memory.fill among 100 locals", among_locals(b"\xfc\x0b\x00", 3), {}
    yield "table.copy among 100 locals", among_locals(b"\xfc\x0e\x00\x00", 3), functions
    yield "table.init among 100 locals", among_locals(b"\xfc\x0c\x00\x00", 3), functions
    yield "memory.copy", repeated(i32(0) * 2 + i32(-1) + b"\xfc\x0a\x00\x00"), {}
    yield "values of call_indirect", chain(I32, get(I32) * 3 + b"\x11\x00\x00\x6a"), functions
    yield "call_indirect", repeated(i32(0) + b"\x11" + leb(NOTHING) + b"\x00"), functions
    yield "table.get", chain(I32, i32(0) + b"\x25\x00\xd1\x6a"), functions
    yield "table.fill", repeated(i32(0) + b"\xd0\x70" + i32(-1) + b"\xfc\x11\x00"), functions
    yield "table.copy", repeated(i32(0) * 2 + i32(-1) + b"\xfc\x0e\x00\x00"), functions
    yield "table.init", repeated(i32(0) * 2 + i32(-1) + b"\xfc\x0c\x00\x00"), functions
    yield "one block left from everywhere", merges, {}
    yield "many locals through conditions", ladder, {}
    yield "100 locals through conditions", lambda size: ladder(size, 100), {}
    yield "locals through 64 nested loops", lambda size: loops(), {}
    yield "locals through 20 nested loops", lambda size: loops(20), {}
    yield "nested blocks", nested, {}
    yield "locals through nested conditions", nested_conditions, {}
    yield "100 locals through nested conditions", lambda size: nested_conditions(size, 100), {}
    yield "locals written inside conditions", written_inside_conditions, {}
    yield "1000 locals written inside conditions", lambda size: written_inside_conditions(size, 1000), {}
    yield "locals written among loops, blocks and conditions", written_among_blocks, {}
    yield "locals through a staircase of blocks", staircase, {}
    for label, make, many in (("nested conditions", values_through_nested_conditions, 30),
                              ("empty loops", values_through_empty_loops, 20)):
        yield f"{many} values through {label}", make, {"types": [b"\x60" + vector([b"\x7f"] * many) * 2]}


def other_shapes():
    """Shapes of everything but code: name, parts of the module."""
    def function_type(count, number):
        return b"\x60" + vector([bytes([0x7f - (number >> 2 * i & 3)]) for i in range(min(count, 8))] +
                                [b"\x7f"] * (count - 8)) + b"\x00"

    for count in (1000, 100, 10):
        types = [function_type(count, i) for i in range((TYPE_BYTES - OWN_BYTES) // (count + 4))]
        yield f"types of {count} parameters", {"types": types}
    yield "functions", {"bodies": [function(b"")] * (FUNCTIONS - 3)}
    escaping = CODE_WORK // (200 + 25 * 2000) - 10  # what lets a table call a function is code too
    yield "functions of 1000 values in a table", {
        "types": [b"\x60" + vector([b"\x7f"] * 1000) * 2], "carriers": [function(b"\x00")] * escaping,
        "elements": [b"\x01\x00" + leb(escaping) + b"".join(leb(3 + i) for i in range(escaping))]}
    yield "functions in a table", {
        "bodies": [function(b"")] * (FUNCTIONS - 3),
        "elements": [b"\x01\x00" + leb(FUNCTIONS - 3) + b"".join(leb(3 + i) for i in range(FUNCTIONS - 3))]}
    yield "globals", {"globals_": [b"\x7f\x01\x41\x00\x0b"] * GLOBALS}
    deepest = int((40 * CODE_WORK) ** 0.5) - 300  # of constants added up, as `code_work` has it
    deep = i32(1) * deepest + b"\x6a" * (deepest - 1) + b"\x0b"
    yield "a global of constants added up", {"globals_": [b"\x7f\x01" + deep]}
    yield "a data segment at constants added up", {"data": [b"\x00" + deep + b"\x01x"]}
    some = deepest // 1000
    yield "globals of 1000 constants each", {"globals_": [b"\x7f\x01" + i32(1) * 1000 + b"\x6a" * 999 + b"\x0b"] * some}
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


MOST = {"calls with 1000 values", "conditions behind 2000 results", "divisions behind 2000 results", "results of calls kept",
        "many locals through conditions", "table.copy among 100 locals", "1000 locals written inside conditions"}


class Worst:
    """The command, the fingerprint of its filters, and a file to write modules to."""

    def __init__(self, command, fingerprint, path):
        self.command = command
        self.fingerprint = fingerprint
        self.path = path
        self.own = self.work({})

    def admit(self, parts, *options):
        with open(self.path, "wb") as file:
            file.write(module(self.fingerprint, **parts))
        return admit(self.command, self.path, *options)

    def work(self, parts):
        """How much work for the compiler the command sees in a module."""
        found = re.search(r"module has (\d+) units of work", self.admit(parts, "--limit", "code_work=1")[2])
        if not found:
            raise SystemExit("the command does not tell how much work a module is")
        return int(found.group(1))

    def function(self, make, parts, size, work_max):
        """A function of that size, or as large a one as has no more work; and its work."""
        def measured(size):
            one_body = make(size)
            return one_body, self.work({**parts, "bodies": [one_body]}) - self.own

        found = measured(size)
        if found[1] > work_max:
            low, high = 0, size
            while high - low > 100:
                middle = (low + high) // 2
                tried = measured(middle)
                if tried[1] > work_max:
                    high = middle
                else:
                    low, found = middle, tried
        return found

    def as_many(self, make, parts, size, function_work, work):
        """A module with as many such functions as that is work for, one at least; and its work."""
        one_body, one_work = self.function(make, parts, size, function_work)
        count = max(1, min(work // one_work, FUNCTIONS - 3, (MODULE_BYTES - 4 * KIB) // len(one_body)))
        return {**parts, "bodies": [one_body] * count}, count * one_work

    def shapes(self, full):
        """Modules: name, what makes their parts and tells their work."""
        room = CODE_WORK - self.own
        of_one, of_all = (room, room) if full else (MUCH_WORK, SOME_WORK)
        for label, make in chains():
            yield f"{label}, small functions", lambda make=make: self.as_many(make, {}, SMALL_BYTES, room, of_all)
        for label, make, parts in code_shapes():
            yield label, lambda make=make, parts=parts: self.as_many(make, parts, BODY_BYTES - 2 * OWN_BYTES, of_one, of_all)
        for label, parts in other_shapes():
            yield label, lambda parts=parts: (parts, CODE_WORK)

    def division_seconds(self):
        """What a unit of work takes in divisions, now."""
        parts, work = self.as_many(DIVISIONS, {}, SMALL_BYTES, SOME_WORK, SOME_WORK)
        return statistics.median(self.admit(parts)[0] for _ in range(3)) / work


def main(words):
    if len(words) not in (2, 3) or words[2:] not in ([], ["--full"], ["--most"]):
        sys.stderr.write(__doc__)
        return 2
    with open(os.path.join(words[1], "tests/data/plugins/all_hooks-pdk0.2.0.wasm"), "rb") as file:
        fingerprint = dict(custom_sections(file.read()))["cc_lb.schema.filter.v1"]
    failed = 0
    count = 0
    with tempfile.TemporaryDirectory(prefix="cclb-worst-") as folder:
        worst = Worst(words[0], fingerprint, os.path.join(folder, "module.wasm"))
        division = worst.division_seconds()
        for label, make in worst.shapes(bool(words[2:])):
            if words[2:] == ["--most"] and label not in MOST:
                continue
            parts, work = make()
            for _ in range(3):
                seconds, mib, wrong = worst.admit(parts)
                times = max(0, seconds - NOISE_SECONDS) / (division * work)
                if times <= TIMES_DIVISIONS:
                    break
                division = worst.division_seconds()  # the machine may have become slower
            if times > TIMES_DIVISIONS or mib > MEMORY_MAX_MIB:
                wrong = wrong or "above the bound"
            print(f"{label:54}{os.path.getsize(worst.path) / KIB:7.0f} KiB {work:9} units {seconds:6.2f} s {times:5.2f} times "
                  f"{mib:5.0f} MiB  {wrong}", flush=True)
            failed += bool(wrong)
            count += 1
    print(f"{count - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
