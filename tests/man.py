#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the manual pages of section 3 against the headers, by what the compiler makes of these, and the library.

usage: man.py ROOT LIBRARY CC     pages are as tools/man makes them; every function that the library shows, every type,
                                  constant and status has its page, and what pages name exists; mandoc has nothing to
                                  say to them, and the examples compile
       man.py ROOT --groff        groff has nothing to say either, and no line is wider than a terminal
       man.py ROOT --self-test    every complaint of tools/man must be seen on a made-up tree
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Of a terminal, and of the text on it.
WIDTH, LINE = 80, 78
# Words of other languages that begin like names of C.
FOREIGN = {"cclb_static", "cclb_"}


def run(*command, text=None):
    return subprocess.run([str(word) for word in command], input=text, capture_output=True, text=True, check=False)


def output(*command, text=None):
    done = run(*command, text=text)
    if done.returncode != 0:
        sys.exit(f"man.py: {' '.join(map(str, command))}: {done.stdout}{done.stderr}")
    return done.stdout


def words(text, prefix):
    return set(re.findall(rf"\b{prefix}\w*", text))


class Pages:
    """The text of each page, without its comments and its title, which is in capitals."""

    def __init__(self, root):
        self.path = {path.stem: path for path in sorted((root / "docs" / "man").glob("*.3"))}
        self.text = {name: re.sub(r'^\.(\\"|Dt ).*\n', "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
                     for name, path in self.path.items()}

    def named(self, name):
        return re.findall(r"^\.Nm (\w+)", self.text[name], re.MULTILINE)


class Code:
    """What the headers declare: by the compiler's eyes, but for macros and comments."""

    def __init__(self, root, compiler, library):
        include = root / "include"
        seen = output(compiler, "-std=c17", "-E", "-P", f"-I{include}", "-", text="#include <cclb.h>\n")
        macros = output(compiler, "-std=c17", "-E", "-dM", f"-I{include}", "-", text="#include <cclb.h>\n")
        self.constants = words(seen, "CCLB_") | set(re.findall(r"^#define (CCLB_\w+) \S", macros, re.MULTILINE))
        self.constants -= {"CCLB_API", "CCLB_MUST_CHECK"}
        self.inline = set(re.findall(r"^\s*static inline [^;{]*?\b(cclb_\w+)\(", seen, re.MULTILINE))
        self.exported = set(re.findall(r" T (cclb_\w+)", output("nm", "-D", "--defined-only", library)))
        self.types = set(re.findall(r"^typedef (?:struct|enum) (cclb_\w+)", seen, re.MULTILINE))
        self.types |= set(re.findall(r"^typedef [^;{]*\b(cclb_\w+)\(", seen, re.MULTILINE))
        tables = "".join(path.read_text(encoding="utf-8") for path in (include / "cclb").glob("*.def"))
        self.strings = set(re.findall(r'"(cclb_\w+)"', tables))


def check_names(pages, code):
    """Both ways: what there is has a page, and what pages name there is."""
    functions = code.exported | code.inline
    listed = {name for page in pages.text for name in pages.named(page)}
    for name in sorted(functions - listed):
        yield f"no page lists {name}"
    for name in sorted(listed - functions - set(pages.text)):
        yield f"a page lists {name}, which no header declares and the library does not show"
    everything = "\n".join(pages.text.values())
    for name in sorted((code.types - words(everything, "cclb_")) | (code.constants - words(everything, "CCLB_"))):
        yield f"no page has {name}"
    known = functions | code.types | code.strings | code.constants | set(pages.text) | FOREIGN
    for page, text in pages.text.items():
        for name in sorted((words(text, "cclb_") | words(text, "CCLB_")) - known):
            yield f"{page}.3 names {name}, which there is not"
        for name in re.findall(r"^\.Xr (cclb\w*) 3", text, re.MULTILINE):
            if name not in pages.text:
                yield f"{page}.3 refers to {name}.3, which there is not"


def check_functions(pages, code):
    """A page that lists a function has its prototype, and a section on it with words in it."""
    for page, text in pages.text.items():
        sections = re.findall(r"^\.Ss (cclb_.*)\n(.*)", text, re.MULTILINE)
        explained = {name for title, first in sections if not first.startswith(".S") for name in title.split(", ")}
        for name in pages.named(page):
            if name in code.exported | code.inline and name not in explained:
                yield f"{page}.3 has no words on {name}"
            if name in code.exported | code.inline and not re.search(rf"^\.Fo {name}$", text, re.MULTILINE):
                yield f"{page}.3 has no prototype of {name}"


def check_lint(root):
    for path in sorted((root / "docs" / "man").glob("*.[1-9]")):
        yield from run("mandoc", "-T", "lint", "-W", "warning", path).stdout.splitlines()


def check_examples(root, compiler):
    for path in sorted((root / "docs" / "man" / "examples").glob("*.c")):
        flags = ["-std=c17", "-Wall", "-Wextra", "-Wshadow", "-Werror", "-fsyntax-only", f"-I{root}/include"]
        done = run(compiler, *flags, path)
        if done.returncode != 0:
            yield done.stderr


def check(root, library, compiler):
    done = run(root / "tools" / "man", "--check")
    if done.returncode != 0:
        yield done.stdout + done.stderr
    pages = Pages(root)
    code = Code(root, compiler, library)
    print(f"{len(pages.text)} pages, {len(code.exported)} functions and {len(code.inline)} inline ones, "
          f"{len(code.types)} types, {len(code.constants)} constants")
    yield from check_names(pages, code)
    yield from check_functions(pages, code)
    yield from check_lint(root)
    yield from check_examples(root, compiler)


def check_groff(root):
    for path in sorted((root / "docs" / "man").glob("*.[1-9]")):
        done = run("groff", "-ww", "-mandoc", "-Tutf8", "-P-cbou", f"-rLL={LINE}n", path)
        if done.returncode != 0 or done.stderr:
            yield f"{path.name}: {done.stderr}"
        for line in done.stdout.splitlines():
            if len(line) > WIDTH:
                yield f"{path.name}: wider than {WIDTH} columns: {line}"


HEADER = """\
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thing.h - things.
 *
 * Some are good:
 * - one,
 *   or another;
 * - none.
 *
 *     thing = NULL;
 *
 * Every function here may be called from any thread and allocates nothing.
 */
#ifndef CCLB_THING_H
#define CCLB_THING_H

/* Kinds. The table is cclb/thing.def. */
typedef enum cclb_thing_kind {
#define THING(NAME, value, name, meaning) CCLB_THING_##NAME = value,
#include "cclb/thing.def"
#undef THING
    CCLB_THING_COUNT /* how many */
} cclb_thing_kind;

/*
 * Makes `thing`, of any kind but CCLB_THING_GOOD. CCLB_OK sets *thing, to be freed with cclb_thing_destroy; CCLB_BUSY.
 * Blocks.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_thing_create(void (*made)(void *context, int a), char **thing);

/* Frees a thing. Does not block. */
CCLB_API void cclb_thing_destroy(char *thing);

#endif
"""

EXPECTED = """\
Some are good:
.Bl -bullet -compact -offset indent
.It
one, or another;
.It
none.
.El
.Bd -literal -offset indent
thing = NULL;
.Ed
.Pp
Every function here may be called from any thread and allocates nothing.
.Sh TYPES
Kinds.
The table is
.Pa cclb/thing.def .
.Bd -literal
typedef enum cclb_thing_kind {
    CCLB_THING_GOOD = 1, /* "good": does good */
    CCLB_THING_BAD = \\-2, /* does it\\(aqs worst */
    CCLB_THING_COUNT,    /* how many */
} cclb_thing_kind;
.Ed
.Sh FUNCTIONS
.Ss cclb_thing_create
Makes
.Fa thing ,
of any kind but
.Dv CCLB_THING_GOOD .
.Dv CCLB_OK
sets
.Fa *thing ,
to be freed with
.Fn cclb_thing_destroy ;
.Dv CCLB_BUSY .
Blocks.
"""


def self_test(root):
    files = {
        "include/cclb.h": "/* WHERE TO READ ON\n * thing.h  things\n */\n#ifndef CCLB_H\n#endif\n",
        "include/cclb/thing.h": HEADER,
        "include/cclb/thing.def": '/* THING(NAME, value, name, meaning) */\nTHING(GOOD, 1, "good", "does good")\n'
                                  'THING(BAD, -2, "", "does it\'s worst")\n',
        "include/cclb/status.def": '/* STATUS(NAME, value, name, meaning) */\nSTATUS(OK, 0, "ok", "done")\n'
                                   'STATUS(BUSY, 11, "busy", "in use")\n',
        "docs/man/cclb.3.in": ".Sh PAGES\n@pages\n@statuses\n",
    }
    thing = "include/cclb/thing.h"
    damaged = [
        ("cclb_thing_destroy has no comment", thing, "/* Frees a thing. Does not block. */", ""),
        ("cclb_thing_destroy does not say: whether it blocks", thing, " Does not block.", ""),
        ("cclb_thing_create does not say: threads", thing, "may be called from any thread and ", ""),
        ("cclb_thing_create does not say: whether it allocates", thing, " and allocates nothing", ""),
        ("cclb_thing_create does not say: how it fails", thing, "; CCLB_BUSY", ""),
        ("cclb_thing_create does not say: who frees", thing, ", to be freed with cclb_thing_destroy", ""),
        ("the comment does not begin with 'thing.h - '", thing, " * thing.h - things.", " * Things."),
        ("a comment that belongs to nothing", thing, "/* Frees", "/* Lost. */\n\n/* Frees"),
        ("no declaration that the manual knows", thing, "#endif\n", "int lost;\n#endif\n"),
        ("cclb_thing.3: not what the headers say", thing, "Frees a thing.", "Frees."),
        ("cclb_thing.3: not what the headers say", "include/cclb/thing.def", "does good", "does well"),
        ("does not lead to thing", "include/cclb.h", "thing.h", "none.h"),
        ("cclb.3: not what the headers say", "docs/man/cclb.3.in", "PAGES", "OTHERS"),
        ("there is no @other", "docs/man/cclb.3.in", "@pages", "@other"),
        ("cclb_lost.3: no header makes this page", "docs/man/cclb_lost.3", "", "lost"),
    ]
    failed = 0

    def expect(what, said, wanted):
        nonlocal failed
        if not wanted:
            failed += 1
            print(f"{what}: {said}")

    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        for name in ("include/cclb", "docs/man", "tools", "spec"):
            (tree / name).mkdir(parents=True)
        shutil.copy(root / "tools" / "man", tree / "tools")
        shutil.copytree(root / "tools" / "manual", tree / "tools" / "manual")
        for name, text in files.items():
            (tree / name).write_text(text, encoding="utf-8")
        done = run(tree / "tools" / "man")
        expect("a good tree", done.stdout + done.stderr, done.returncode == 0)
        made = (tree / "docs/man/cclb_thing.3").read_text(encoding="utf-8") if done.returncode == 0 else ""
        expect("the page", made, EXPECTED in made)
        expect("what was written", "is not up to date", run(tree / "tools" / "man", "--check").returncode == 0)
        for wanted, name, old, new in damaged:
            path = tree / name
            text = path.read_text(encoding="utf-8") if path.exists() else None
            path.write_text((text or "").replace(old, new, 1) if old else new, encoding="utf-8")
            done = run(tree / "tools" / "man", "--check")
            expect(wanted, done.stdout + done.stderr, done.returncode != 0 and wanted in done.stdout + done.stderr)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
    print(f"{3 + len(damaged) - failed} passed, {failed} failed")
    return failed == 0


def main(arguments):
    if len(arguments) == 2 and arguments[1] == "--self-test":
        return 0 if self_test(pathlib.Path(arguments[0])) else 1
    if len(arguments) == 2 and arguments[1] == "--groff":
        faults = list(check_groff(pathlib.Path(arguments[0])))
    elif len(arguments) == 3:
        faults = list(check(pathlib.Path(arguments[0]), *arguments[1:]))
    else:
        print(__doc__, file=sys.stderr)
        return 2
    for fault in faults:
        print(fault.rstrip())
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
