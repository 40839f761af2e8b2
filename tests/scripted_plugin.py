# SPDX-License-Identifier: Apache-2.0
"""Small plugins for tests of the command, whose hooks answer by what they find in their request.

A hook looks for words of four letters in the archive that it is called with; the first one that it knows decides of the
answer, which is an archive or a trap. So one plugin behaves and misbehaves, as the test's request says.
"""

import json
import struct

TRAP = None

ANSWERS_AT = 1024  # where the archives lie in memory
REQUEST_AT = 1 << 20  # what cc_lb_alloc answers
PAGES = 64

I32, I64 = 0x7F, 0x7E


def leb(number):
    out = bytearray()
    while True:
        byte = number & 0x7F
        number >>= 7
        out.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(out)


def signed_leb(number):
    out = bytearray()
    while True:
        byte = number & 0x7F
        number >>= 7
        ended = (number == 0 and not byte & 0x40) or (number == -1 and byte & 0x40)
        out.append(byte | (0 if ended else 0x80))
        if ended:
            return bytes(out)


def name(text):
    return leb(len(text)) + text.encode()


def vector(items):
    return leb(len(items)) + b"".join(items)


def section(number, content):
    return bytes([number]) + leb(len(content)) + content


def i32(number):
    return b"\x41" + signed_leb(number - (1 << 32) if number >= 1 << 31 else number)


def i64(number):
    return b"\x42" + signed_leb(number - (1 << 64) if number >= 1 << 63 else number)


def get(local):
    return b"\x20" + leb(local)


def body(code, locals_of=()):
    content = vector([leb(1) + bytes([kind]) for kind in locals_of]) + code + b"\x0b"
    return leb(len(content)) + content


def reply(place):
    """The code that ends a hook: its answer, or a trap."""
    return b"\x00" if place is TRAP else i64(place[0] << 32 | place[1]) + b"\x0f"


def hook_body(default, replies):
    """hook(at, len): from the first byte on, looks at four at a time."""
    at, end = 0, 1  # `end` takes the place of the length
    look = b"".join(get(at) + b"\x28\x00\x00" + i32(struct.unpack("<I", word.encode())[0]) + b"\x46\x04\x40" +
                    reply(place) + b"\x0b" for word, place in replies.items())
    loop = (b"\x03\x40" + get(at) + get(end) + b"\x4d\x04\x40" + look + get(at) + i32(1) + b"\x6a\x21" + leb(at) +
            b"\x0c\x01\x0b\x0b")
    start = get(at) + get(end) + b"\x6a" + i32(4) + b"\x6b\x21" + leb(end)
    return body(start + loop + reply(default))


def custom_sections(wasm):
    at = 8
    while at < len(wasm):
        number = wasm[at]
        length, shift = 0, 0
        at += 1
        while True:
            byte = wasm[at]
            length |= (byte & 0x7F) << shift
            shift += 7
            at += 1
            if not byte & 0x80:
                break
        if number == 0:
            end = at + 1 + wasm[at]
            yield wasm[at + 1:end].decode(), wasm[end:at + length]
        at += length


def plugin(kin, hooks):
    """A module. `kin` is a plugin of the same form, whose fingerprints it takes; `hooks` has for each hook the answer
    without a word, and then a dictionary from words to answers."""
    fingerprints = dict(custom_sections(kin))
    memory = bytearray()

    def place(answer):
        if answer is TRAP:
            return TRAP
        memory.extend(bytes(-len(memory) % 16))
        at = ANSWERS_AT + len(memory)
        memory.extend(answer)
        return at, len(answer)

    bodies = [body(i32(REQUEST_AT)), body(b"")]
    exports = [name("memory") + b"\x02\x00", name("cc_lb_alloc") + b"\x00\x00", name("cc_lb_free") + b"\x00\x01"]
    for hook, (default, replies) in hooks.items():
        exports.append(name(f"cc_lb_{hook}") + b"\x00" + leb(len(bodies)))
        bodies.append(hook_body(place(default), {word: place(answer) for word, answer in replies.items()}))
    types = [b"\x60" + vector([bytes([kind]) for kind in taken]) + vector([bytes([kind]) for kind in given])
             for taken, given in (((I32, I32), (I32,)), ((I32, I32, I32), ()), ((I32, I32), (I64,)))]
    metadata = {"name": "scripted", "version": "1.0.0", "description": "Answers by the words in its request",
                "usage": "Testing only",
                "hooks": {hook: {"wire_version": 1, "description": hook, "usage": "Testing only", "mode": "active"}
                          for hook in sorted(hooks)}}
    module = (b"\0asm\x01\0\0\0" + section(1, vector(types)) +
              section(3, vector([b"\x00", b"\x01"] + [b"\x02"] * len(hooks))) +
              section(5, vector([b"\x00" + leb(PAGES)])) + section(7, vector(exports)) + section(10, vector(bodies)) +
              section(11, vector([b"\x00" + i32(ANSWERS_AT) + b"\x0b" + leb(len(memory)) + bytes(memory)])) +
              section(0, name("cc_lb.plugin.v1") + json.dumps(metadata).encode()))
    for hook in hooks:
        key = f"cc_lb.schema.{hook}.v1"
        module += section(0, name(key) + fingerprints[key])
    return module
