# SPDX-License-Identifier: Apache-2.0
"""Every row of the tables of plugins."""

import hashlib
import os

from cli_bench import expect, one_line, one_object, plugin


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
