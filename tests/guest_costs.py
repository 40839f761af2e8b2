#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A plugin in C costs no more than its published twin in Rust: fuel and memory, which are exact, request by request.

usage: guest_costs.py CCLB TWINS PUBLISHED

CCLB is the command, TWINS the folder with the plugins of the C kit, PUBLISHED that with those of the same names.
"""

import json
import pathlib
import subprocess
import sys


def run(cclb, *words):
    done = subprocess.run([cclb, *map(str, words), "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def conformance(cclb, plugin):
    """What each request of the conformance run takes, and each size of a payload."""
    for hook in run(cclb, "conformance", plugin)["hooks"]:
        for request in hook["requests"]:
            yield f"{hook['hook']}, {request['name']}", (request["fuel"], request["memory_bytes"])
        for point in (hook.get("growth") or {}).get("points") or []:
            yield f"{hook['hook']}, payload of {point['payload_bytes']} bytes", (point["fuel"], point["memory_bytes"])


def usual(cclb, plugin, hook):
    """What a request of usual size takes. How much of the memory it touches is bench's to show: that is the kernel's word
    for a moment."""
    result = run(cclb, "bench", plugin, hook, "--seconds", "0.01", "--threads", "1", "--deadline", "2s")
    return result["fuel"], result["memory_bytes"]


def costs(cclb, plugin):
    """Everything that is measured of a plugin: what it was, and two figures."""
    measured = dict(conformance(cclb, plugin))
    for hook in dict.fromkeys(name.split(", ", 1)[0] for name in measured):
        measured[f"{hook}, of usual size"] = usual(cclb, plugin, hook)
    return measured


def main(arguments):
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    cclb, twins, published = arguments
    count = failures = 0
    for twin in sorted(pathlib.Path(twins).glob("*.wasm")):
        ours, theirs = costs(cclb, twin), costs(cclb, pathlib.Path(published, twin.name))
        if ours.keys() != theirs.keys():
            sys.exit(f"{twin.name}: not both were asked {sorted(ours.keys() ^ theirs.keys())}")
        for name, (fuel, memory) in ours.items():
            count += 1
            if fuel > theirs[name][0] or memory > theirs[name][1]:
                failures += 1
                print(f"{twin.name}: {name}: fuel {fuel:,}, memory {memory:,}; in Rust {theirs[name]}")
    print(f"{count} requests, {failures} cost more in C")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
