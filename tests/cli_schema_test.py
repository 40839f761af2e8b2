#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what `cclb schema --json` says against the published crates: the vectors of kinds L, K and D.

    cli_schema_test.py COMMAND TREE

Every layout, hook and descriptor of a vector that belongs to a hook's messages has to be there, in every form, and no
others. Prints one line for each fault, and at last how many vectors agreed.
"""

import os
import sys
import tempfile

from cli_bench import Bench, one_object

# What a field takes in an archive (spec/wire.md section 3); a record as much as its own type says.
SIZES = {"u16": 2, "u32": 4, "u64": 8, "f64": 8, "text": 8, "bytes": 8}
ALIGNS = {"u16": 2, "u32": 4, "u64": 8, "f64": 8, "text": 4, "bytes": 4}


def layout(of_type):
    """The type as the field list of a vector."""
    def listed(fields, prefix):
        return [f"{prefix}{field['name']}:{field['offset']}" for field in fields]

    if of_type["variants"] is None:
        return ",".join(listed(of_type["fields"], ""))
    parts = []
    for tag, variant in enumerate(of_type["variants"]):
        parts += [f"#{tag}={variant['name']}", *listed(variant["fields"], variant["name"] + ".")]
    return ",".join(parts)


def size_faults(of_type, by_name):
    """Fields whose size is not what section 3 makes of their type."""
    for fields in [of_type["fields"]] if of_type["fields"] is not None else [one["fields"] for one in of_type["variants"]]:
        for field in fields:
            known = by_name.get(field["type"])
            align = 4 if field["array"] else ALIGNS.get(field["type"]) or known["align"]
            size = 8 if field["array"] else SIZES.get(field["type"]) or known["size"]
            if field["size"] != size + (align if field["optional"] else 0):
                yield f"{of_type['name']}.{field['name']} has size {field['size']}"


def gather(hooks):
    """What is printed, by the tags of vectors; a type that several hooks use must be the same in each."""
    found = {"L": {}, "K": {}, "D": {}}
    faults = []
    for hook in hooks:
        for form in hook["forms"]:
            wire = form["wire"]
            found["K"][f"{hook['hook']}@{wire}"] = (form["export"], form["section"], str(form["wire_version"]),
                                                    form["fingerprint"])
            by_name = {one["name"]: one for one in form["types"]}
            for of_type in form["types"]:
                tag = f"{of_type['name']}@{wire}"
                faults += size_faults(of_type, by_name)
                stands = (str(of_type["size"]), str(of_type["align"]), layout(of_type))
                if found["L"].setdefault(tag, stands) != stands:
                    faults.append(f"{tag} differs between hooks")
                if of_type["descriptor"] is not None:
                    found["D"][tag] = (of_type["fingerprint"], of_type["descriptor"])
    return found, faults


def main(words):
    if len(words) != 2:
        sys.stderr.write(__doc__)
        return 2
    with tempfile.TemporaryDirectory(prefix="cclb-schema-") as scratch:
        bench = Bench(words[0], words[1], scratch)
        hooks = []
        for hook in ("filter", "shape", "observe", "transform_response", "transform_sse_event"):
            hooks += one_object(bench.run("schema", hook, "--json").out)["hooks"]
    found, faults = gather(hooks)
    agreed = 0
    with open(os.path.join(bench.tree, "spec/vectors/wire-vectors.txt"), encoding="utf-8") as file:
        for line in file:
            kind, _, rest = line.rstrip("\n").partition(" ")
            if kind not in found:
                continue
            tag, _, rest = rest.partition(" ")
            if tag.split("@")[0].endswith("Ref"):  # a twin with the same archives, which is no type in C
                continue
            said = found[kind].pop(tag, None)
            if said is None or " ".join(said) != rest:
                faults.append(f"{kind} {tag}: {said} is not {rest}")
            else:
                agreed += 1
    faults += [f"{kind} {tag} is in no vector" for kind, rest in found.items() for tag in rest]
    for fault in faults:
        print(f"FAILED {fault}")
    print(f"{agreed} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
