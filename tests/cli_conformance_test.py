#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `cclb conformance` against what must happen to each plugin of tests/data/plugins.

    cli_conformance_test.py COMMAND TREE

It ends with status 0 for exactly the rows of MANIFEST.tsv that are admitted, whose call succeeds and whose answer reads,
and with 1 for all others. Prints one line for each fault, and at last how many rows passed.
"""

import concurrent.futures
import os
import re
import sys
import tempfile
import xml.etree.ElementTree

from cli_bench import Bench, Failure, expect, one_line, one_object, plugin


def is_good(row):
    admit, call, read = row[4], row[7], row[9]
    return admit == "yes" and call == "ok" and read != "bad"


def row(bench, row):
    # These touch all the memory that they may have. The deadline is CPU time, and that of the kernel's page faults counts:
    # on a machine that is loaded or virtual they are many times the default, and here that shall not decide.
    patience = ("--deadline", "30s") if row[0].startswith("x-mem-bomb") else ()
    ran = bench.run("conformance", plugin(bench, row[0]), "--json", *patience)
    expect(ran.status == (0 if is_good(row) else 1), f"status {ran.status}: {ran.err.decode()}")
    told = one_object(ran.out)
    expect(told["ok"] == is_good(row), f"`ok` is {told['ok']}")
    expect(told["differing"] == 0, f"{told['differing']} requests had different answers")
    expect((told["failed"] == 0) == (is_good(row) or row[4] != "yes"), f"{told['failed']} requests failed")
    expect((told["report"]["verdict"] is None) == (row[4] == "yes"), "the report has another verdict")
    if is_good(row):
        expect(ran.err == b"", f"standard error: {ran.err!r}")
        expect(sorted(hook["hook"] for hook in told["hooks"]) == sorted(row[3].split(",")), "hooks are missing")
        active = [hook for hook in told["hooks"] if hook["mode"] == "active"]
        expect(active and all(len(hook["requests"]) > 10 for hook in active), "a hook was not asked")
    else:
        one_line(ran.err)


def plots(bench):
    """In a file, and in a folder under the plugin's name; hooks that were measured have a curve in both panels."""
    folder = bench.folder("plots")
    name = "a<b&c.wasm"
    os.symlink(plugin(bench, "all_hooks-pdk0.1.2.wasm"), os.path.join(folder, name))
    for where, path in ((folder, os.path.join(folder, "a<b&c.svg")), (os.path.join(folder, "x"),) * 2):
        ran = bench.run("conformance", os.path.join(folder, name), "--plot", where)
        expect(ran.status == 0 and ran.err == b"", f"{ran.status} {ran.err!r}")
        root = xml.etree.ElementTree.parse(path).getroot()
        curves = root.findall("{http://www.w3.org/2000/svg}polyline")
        expect(len(curves) == 10, f"{len(curves)} curves")
        for curve in curves:
            points = [tuple(map(float, point.split(","))) for point in curve.get("points").split()]
            expect(len(points) == 6 and points == sorted(points), f"points are {points}")
            expect(all(0 < x < 900 and 0 < y < 420 for x, y in points), f"a point is outside: {points}")
        expect(root[1].text == name, f"the title is {root[1].text}")


def plots_that_cannot_be_written(bench):
    """What was measured is told all the same; a fault of the plugin's is what is told first."""
    nowhere = ("--plot", os.path.join(bench.folder("lost"), "none", "x.svg"))
    good = plugin(bench, "accept_all-pdk0.2.0.wasm")
    ran = bench.run("conformance", good, *nowhere)
    expect(ran.status == 2 and "x.svg: No such file" in one_line(ran.err), f"{ran.status} {ran.err!r}")
    expect(ran.out.startswith(b"CONFORMS "), f"{ran.out!r}")
    ran = bench.run("conformance", good, *nowhere, "--json")
    told = one_object(ran.out)
    expect(ran.status == 2 and not told["ok"] and told["error"]["status"] == "io" and "x.svg" in told["error"]["message"],
           f"{told['error']}")
    expect(len(told["hooks"]) == 1 and told["hooks"][0]["requests"], f"{told['hooks']}")


def names_that_xml_cannot_have(bench):
    folder = bench.folder("names")
    for name in ("a\uffff.wasm", "a\ufffe\"\x1b.wasm"):
        os.symlink(plugin(bench, "accept_all-pdk0.2.0.wasm"), os.path.join(folder, name))
        path = os.path.join(folder, "x.svg")
        ran = bench.run("conformance", os.path.join(folder, name), "--plot", path)
        expect(ran.status == 0 and ran.err == b"", f"{ran.status} {ran.err!r}")
        title = xml.etree.ElementTree.parse(path).getroot()[1].text
        expect(title.startswith("a\\u{fff"), title)


def fuel_is_that_of_other_runs(bench):
    """What is counted is the same each time, whatever the machine does."""
    words = ("conformance", plugin(bench, "cache_aware-pdk0.2.0.wasm"))
    first, again = ([re.sub(r" +[0-9.]+ (us|ms|s)$", "", line) for line in bench.run(*words).out.decode().splitlines()]
                    for _ in range(2))
    expect(first == again, "two pages differ in more than times")


def main(words):
    if len(words) != 2:
        sys.stderr.write(__doc__)
        return 2
    failed = []
    with tempfile.TemporaryDirectory(prefix="cclb-conformance-") as scratch:
        bench = Bench(words[0], words[1], scratch)
        rows = bench.table("plugins/MANIFEST.tsv")
        # What takes longest first: plugins that touch all their memory, and those with many functions.
        rows.sort(key=lambda row: not re.search("mem-bomb|many-funcs|loop", row[0]))
        checks = [(each[0], lambda each=each: row(bench, each)) for each in rows]
        checks += [(check.__name__, lambda check=check: check(bench))
                   for check in (plots, plots_that_cannot_be_written, names_that_xml_cannot_have,
                                 fuel_is_that_of_other_runs)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            running = [(name, pool.submit(check)) for name, check in checks]
            for name, one in running:
                try:
                    one.result()
                except (Failure, OSError, ValueError, KeyError) as fault:
                    failed.append(name)
                    print(f"FAILED {name}: {fault}")
    print(f"{len(checks) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
