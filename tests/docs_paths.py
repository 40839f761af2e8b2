#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the documents name is there: every path in backticks that begins with a folder of the tree, or is a header.

    docs_paths.py TREE
"""

import pathlib
import re
import sys

# A path, perhaps with a star for any name; what is built or made by a run is not in the tree.
PATH = re.compile(r"`((?:src|tests|fuzz|docs|spec|cli|guest|bench|tools|rust|examples|include|cmake)/[\w./*+-]*|cclb/[\w.]+\.(?:h|def))`")


def exists(tree, path):
    if path.startswith("cclb/"):
        path = f"include/{path}"
    return any(tree.glob(path.rstrip("/"))) if "*" in path else (tree / path).exists()


def main(words):
    if len(words) != 1:
        sys.stderr.write(__doc__)
        return 2
    tree = pathlib.Path(words[0])
    documents = [tree / "README.md", *sorted(tree.glob("docs/**/*.md")), *sorted(tree.glob("*/README.md")),
                 *sorted(tree.glob("guest/**/README.md")), *sorted(tree.glob("spec/*.md"))]
    named = 0
    missing = []
    for document in documents:
        for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
            for path in PATH.findall(line):
                named += 1
                if not exists(tree, path):
                    missing.append(f"{document.relative_to(tree)}:{number}: there is no {path}")
    for fault in missing:
        print(fault)
    print(f"{named} paths named, {len(missing)} missing")
    return 1 if missing or named < 50 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
