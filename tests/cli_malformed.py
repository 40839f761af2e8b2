# SPDX-License-Identifier: Apache-2.0
"""Plugins that were cut short, and plugins whose exports are of types that no plugin has."""

import json
import os

import scripted_plugin
from cli_bench import GOOD, expect, one_line, one_object, plugin
from scripted_plugin import body, leb, name, section, vector


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


def cut_plugins(bench):
    folder = bench.folder("cut")
    with open(plugin(bench, GOOD), "rb") as file:
        whole = file.read()
    lengths = sorted({*range(0, 40), *range(40, len(whole), len(whole) // 60), len(whole) - 1})
    for length in lengths:
        yield f"malformed {length} of {len(whole)} bytes", lambda length=length: cut_plugin(bench, folder, whole, length)


I32, I64 = b"\x7f", b"\x7e"
EXPORTS = {"cc_lb_alloc": ([I32, I32], [I32]), "cc_lb_free": ([I32, I32, I32], []), "cc_lb_filter": ([I32, I32], [I64])}
# By the engine's word for each, or for the proposal that it is part of; some the engine refuses, none may end the process.
TYPES = {"f32": b"\x7d", "f64": b"\x7c", "v128": b"\x7b", "funcref": b"\x70", "externref": b"\x6f", "anyref": b"\x6e",
         "eqref": b"\x6d", "i31ref": b"\x6c", "structref": b"\x6b", "arrayref": b"\x6a", "exnref": b"\x69",
         "noexn": b"\x74", "nofunc": b"\x73", "noextern": b"\x72", "none": b"\x71", "cont": b"\x68", "nocont": b"\x75",
         "ref func": b"\x64\x70", "ref extern": b"\x64\x6f", "ref null 0": b"\x63\x00", "ref 0": b"\x64\x00"}
KNOWN = ("f32", "f64", "v128", "funcref")  # to the engine, without the proposals that it turns off


def typed_plugin(bench, types, others=()):
    """A filter with functions of these types, which do nothing; `others` are exports in place of functions."""
    metadata = {"name": "typed", "version": "1.0.0", "description": "Of odd types", "usage": "Testing only",
                "hooks": {"filter": {"wire_version": 1, "description": "f", "usage": "u", "mode": "active"}}}
    with open(plugin(bench, GOOD), "rb") as file:
        fingerprint = dict(scripted_plugin.custom_sections(file.read()))["cc_lb.schema.filter.v1"]
    functions = [b"\x60" + vector(taken) + vector(given) for taken, given in types.values()]
    exports = {"memory": b"\x02\x00", **{text: b"\x00" + leb(at) for at, text in enumerate(types)}, **dict(others)}
    return (b"\0asm\x01\0\0\0" + section(1, vector(functions)) +
            section(3, vector([leb(at) for at in range(len(functions))])) + section(4, vector([b"\x70\x00\x00"])) +
            section(5, vector([b"\x00\x02"])) + section(6, vector([b"\x7b\x00\xfd\x0c" + bytes(16) + b"\x0b"])) +
            section(7, vector([name(text) + kind for text, kind in exports.items()])) +
            section(10, vector([body(b"\x00")] * len(functions))) +
            section(0, name("cc_lb.plugin.v1") + json.dumps(metadata).encode()) +
            section(0, name("cc_lb.schema.filter.v1") + fingerprint))


def refuse(bench, folder, file, wasm, mistyped=None):
    """By the rules of a runtime that looks at cc_lb_free too."""
    path = os.path.join(folder, f"{file}.wasm")
    with open(path, "wb") as out:
        out.write(wasm)
    result = bench.run("admit", "--json", "--reference", "0.1.4", path)
    expect(result.status == 1, f"admit ends with {result.status}: {result.err.decode()}")
    error = one_object(result.out)["error"]
    expect(error["status"] == "probe" and f"missing or mistyped export `{mistyped}`" in error["message"] if mistyped
           else error["status"] in ("reject", "compile"), f"{error}")
    expect(error["message"] in one_line(result.err), f"{error}")


def typed_plugins(bench):
    folder = bench.folder("types")
    for export in EXPORTS:
        for at, place in enumerate(("parameter", "result")):
            for word, kind in TYPES.items():
                types = {text: [list(taken), list(given)] for text, (taken, given) in EXPORTS.items()}
                types[export][at] = [kind] + types[export][at][1:]
                title = f"{export} {place} {word}"
                mistyped = export if word in KNOWN else None
                yield title, lambda types=types, title=title, mistyped=mistyped: refuse(
                    bench, folder, title, typed_plugin(bench, types), mistyped)
    for export in ("memory", *EXPORTS):
        for word, kind in (("table", b"\x01\x00"), ("global", b"\x03\x00")):
            title = f"{export} is a {word}"
            wasm = typed_plugin(bench, EXPORTS, {export: kind}.items())
            yield title, lambda wasm=wasm, title=title: refuse(bench, folder, title, wasm)


def malformed(bench):
    yield from cut_plugins(bench)
    yield from typed_plugins(bench)
