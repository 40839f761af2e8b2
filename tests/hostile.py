#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plugins that never end, and one that looks for what others left, written as text: tests/data/hostile/NAME.wat,
and NAME.wasm, which is built of it.

    hostile.py TREE [--write]

Without --write it compares: every NAME.wasm is what wat2wasm makes of its text, with the metadata and the fingerprints
of form W9 for the hooks that it exports, and MANIFEST.tsv has a row for each. Exit 0 if so, 77 without wat2wasm.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import scripted_plugin

SKIPPED = 77


def built(tool, path, fingerprints):
    """The module of a text: what the tool makes of it, and the custom sections of a plugin."""
    with open(path, encoding="utf-8") as file:
        hooks = sorted(re.findall(r'\(export "cc_lb_(filter|shape|observe|transform_\w+)"\)', file.read()))
    done = subprocess.run([tool, path, "--output=-"], stdout=subprocess.PIPE, check=True)
    module = done.stdout + scripted_plugin.section(0, scripted_plugin.name("cc_lb.plugin.v1") + json.dumps(
        {"name": os.path.basename(path)[:-len(".wat")], "version": "1.0.0", "description": "Means harm",
         "usage": "Testing only",
         "hooks": {hook: {"wire_version": 1, "description": hook, "usage": "Testing only", "mode": "active"}
                   for hook in hooks}}).encode())
    for hook in hooks:
        key = f"cc_lb.schema.{hook}.v1"
        module += scripted_plugin.section(0, scripted_plugin.name(key) + fingerprints[key])
    return module


def main(words):
    if len(words) not in (1, 2) or words[1:] not in ([], ["--write"]):
        sys.stderr.write(__doc__)
        return 2
    tool = shutil.which("wat2wasm")
    if tool is None:
        print("no wat2wasm here: skipped")
        return SKIPPED
    folder = os.path.join(words[0], "tests/data/hostile")
    with open(os.path.join(words[0], "tests/data/plugins/all_hooks-pdk0.2.0.wasm"), "rb") as file:
        fingerprints = dict(scripted_plugin.custom_sections(file.read()))
    names = sorted(name[:-len(".wat")] for name in os.listdir(folder) if name.endswith(".wat"))
    faults = []
    for name in names:
        module = built(tool, os.path.join(folder, f"{name}.wat"), fingerprints)
        path = os.path.join(folder, f"{name}.wasm")
        if words[1:]:
            with open(path, "wb") as file:
                file.write(module)
            continue
        with open(path, "rb") as file:
            if file.read() != module:
                faults.append(f"{name}.wasm is not what {name}.wat says: hostile.py --write builds it")
    with open(os.path.join(folder, "MANIFEST.tsv"), encoding="utf-8") as file:
        rows = sorted(line.split("\t")[0] for line in file if not line.startswith("#"))
    if rows != sorted(f"{name}.wasm" for name in names):
        faults.append(f"MANIFEST.tsv has rows for {rows}")
    for fault in faults:
        print(fault)
    print(f"{len(names)} plugins, {len(faults)} faults")
    return 1 if faults or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
