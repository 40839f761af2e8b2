#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds spec/rules.tsv against the tree: every rule from R1 to R105 has its line of source, what switches it off, and
the case of a test that then fails. Rules from R106 to R109 may lack a row. tools/rules-off proves the last part; this
looks that nothing in the table is gone.

usage: tests/rules.py ROOT [--build FOLDER] FOLDER: a build, whose list of tests must have those of the table
       tests/rules.py ROOT --list           FILE:LINE, rule, test and case of every row
       tests/rules.py --self-test           every complaint must be seen on a made-up tree
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

RULES = range(1, 110)
REQUIRED = range(1, 106)  # the others, which are about the conformance harness, may lack a row
COLUMNS = ["rule", "title", "file", "snippet", "mutation", "test", "case", "note"]
TABLE = "spec/rules.tsv"
PLUGIN_TABLES = ["MANIFEST.tsv", "verdicts.tsv", "answers.tsv"]


def unescape(text):
    """\\n, \\t and \\\\ stand for what cannot be written in a column."""
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)


class Row:
    def __init__(self, number, columns):
        self.number = number
        self.rule, self.title, self.file, snippet, mutation, self.test, self.case, self.note = columns
        # Where switching off takes more than one edit, " @@ " separates them.
        self.snippets = [unescape(part) for part in snippet.split(" @@ ")]
        self.mutations = [unescape(part) for part in mutation.split(" @@ ")]


def read_table(root):
    """All rows, and what is wrong with those that are none."""
    rows, faults = [], []
    for number, line in enumerate((root / TABLE).read_text().split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) == len(COLUMNS):
            rows.append(Row(number, columns))
        else:
            faults.append((number, f"{len(columns)} columns, not {len(COLUMNS)}"))
    return rows, faults


def source_line(text, snippet):
    return text.count("\n", 0, text.index(snippet)) + 1


def test_source(root, test):
    """The source of a test, by the naming that tests/CMakeLists.txt follows."""
    layer, _, name = test.partition("_")
    unit = root / "src" / layer / f"{name}.c"
    if unit.exists():
        return unit
    if test.startswith("plugins_"):
        return root / "tests" / "plugins_test.c"
    return root / "tests" / f"{test}.c"


def has_case(root, test, case):
    """Whether a test has a case of that name: a function that is run, or a plugin in one of its tables."""
    source = test_source(root, test)
    if not source.exists():
        return False
    if test.startswith("plugins_"):
        folder = root / "tests" / "data" / "plugins"
        return any(line.startswith(case + "\t")
                   for name in PLUGIN_TABLES for line in (folder / name).read_text().split("\n"))
    text = source.read_text()
    return (re.search(rf"^static void {re.escape(case)}\(", text, re.MULTILINE) is not None and
            len(re.findall(rf"\b{re.escape(case)}\b", text)) > 1)


def check_row(root, row, tests):
    path = root / row.file
    if not re.fullmatch(r"R[1-9][0-9]*", row.rule) or int(row.rule[1:]) not in RULES:
        yield f"{row.rule} is no rule from R1 to R109"
    if not path.is_file():
        yield f"there is no file {row.file}"
    else:
        text = path.read_text()
        for snippet in row.snippets:
            count = text.count(snippet) if snippet else 0
            if count != 1:
                yield f"{row.rule}: {row.file} has the snippet {count} times, not once: {snippet!r}"
    if len(row.snippets) != len(row.mutations):
        yield f"{row.rule}: {len(row.snippets)} snippets, {len(row.mutations)} replacements"
    for snippet, mutation in zip(row.snippets, row.mutations):
        if snippet == mutation:
            yield f"{row.rule}: the replacement changes nothing: {snippet!r}"
    if tests is not None and row.test not in tests:
        yield f"{row.rule}: there is no test {row.test}"
    if not has_case(root, row.test, row.case):
        yield f"{row.rule}: the test {row.test} has no case {row.case}"


def check(root, tests):
    """(line in the table, what is wrong), for all that is wrong."""
    rows, faults = read_table(root)
    for row in rows:
        faults += [(row.number, fault) for fault in check_row(root, row, tests)]
    covered = {row.rule for row in rows}
    faults += [(0, f"R{rule} has no row") for rule in REQUIRED if f"R{rule}" not in covered]
    return len(rows), faults


def list_rows(root):
    rows, _ = read_table(root)
    for row in sorted(rows, key=lambda row: int(row.rule[1:])):
        line = source_line((root / row.file).read_text(), row.snippets[0])
        print(f"{row.rule:4} {row.file}:{line}  {row.title}: {row.test}, {row.case}")


def self_test():
    def row(rule="R1", file="src/a/b.c", snippet="if (bad) {", mutation="if (false) {", test="a_b_test",
            case="it_works"):
        return "\t".join([rule, "title", file, snippet, mutation, test, case, ""])

    good = [row(f"R{rule}") for rule in REQUIRED]
    damaged = [
        ("R7 has no row", good[:6] + good[7:]),
        ("5 columns", good + ["R1\ta\tb\tc\td"]),
        ("R110 is no rule", good + [row("R110")]),
        ("R0 is no rule", good + [row("R0")]),
        ("no file src/none.c", good + [row(file="src/none.c")]),
        ("0 times", good + [row(snippet="if (good) {")]),
        ("2 times", good + [row(snippet="twice();")]),
        ("0 times", good + [row(snippet="")]),
        ("2 snippets, 1 replacements", good + [row(snippet="if (bad) { @@ return;")]),
        ("changes nothing", good + [row(mutation="if (bad) {")]),
        ("no test a_c_test", good + [row(test="a_c_test")]),
        ("no case it_is_not_there", good + [row(case="it_is_not_there")]),
        ("no case it_is_never_run", good + [row(case="it_is_never_run")]),
        ("no case y.wasm", good + [row(test="plugins_checked", case="y.wasm")]),
    ]
    fine = good + [row("R64"), row("R109"), row(snippet="if (bad) {\\n        return;", mutation="{"),
                   row(snippet="\\\\x04", mutation="\\\\x05"), row(test="plugins_checked", case="x.wasm"),
                   row(snippet="if (bad) { @@ return;", mutation="{ @@ ;")]
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in ["src/a", "spec", "tests/data/plugins"]:
            (root / name).mkdir(parents=True)
        (root / "src/a/b.c").write_text('void b(void)\n{\n    if (bad) {\n        return;\n    }\n    twice();\n'
                                        '    twice();\n    text("\\x04");\n}\n')
        (root / "src/a/b_test.c").write_text("static void it_works(void **state)\n{\n}\nTEST(it_works)\n"
                                             "static void it_is_never_run(void **state)\n{\n}\n")
        (root / "tests/plugins_test.c").write_text("")
        for name in PLUGIN_TABLES:
            (root / "tests/data/plugins" / name).write_text("x.wasm\tW2\n")
        tests = {"a_b_test", "plugins_checked"}
        failed = 0
        for expected, lines in [(None, fine)] + damaged:
            (root / TABLE).write_text("# header\n" + "\n".join(lines) + "\n")
            texts = [fault for _, fault in check(root, tests)[1]]
            seen = not texts if expected is None else any(expected in text for text in texts)
            if not seen:
                failed += 1
                print(f"expected {expected or 'no complaint'}, got {texts}")
    print(f"{1 + len(damaged) - failed} passed, {failed} failed")
    return failed == 0


def main(arguments):
    if arguments == ["--self-test"]:
        return 0 if self_test() else 1
    if len(arguments) == 2 and arguments[1] == "--list":
        list_rows(pathlib.Path(arguments[0]))
        return 0
    if len(arguments) not in (1, 3) or len(arguments) == 3 and arguments[1] != "--build":
        print(__doc__, file=sys.stderr)
        return 2
    tests = None
    if len(arguments) == 3:
        shown = subprocess.run(["ctest", "--test-dir", arguments[2], "--show-only=json-v1"], check=True,
                               stdout=subprocess.PIPE, text=True).stdout
        tests = {test["name"] for test in json.loads(shown)["tests"]}
    count, faults = check(pathlib.Path(arguments[0]), tests)
    for number, fault in faults:
        print(f"{TABLE}:{number}: {fault}" if number else f"{TABLE}: {fault}")
    print(f"{count} rows, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
