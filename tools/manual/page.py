# SPDX-License-Identifier: Apache-2.0
"""Makes the pages of section 3: one of each public header, and cclb(3) out of its template."""

import re

import header
import mdoc
from header import Constant, Fault, Functions, Table, Type

STATUS = re.compile(r"\bCCLB_[A-Z0-9_]+\b")


class Manual:
    """All headers, and what the tree has beside them: specification, template, examples."""

    def __init__(self, root):
        self.root = root
        self.include = root / "include" / "cclb"
        self.folder = root / "docs" / "man"
        self.headers = {path.stem: header.Header(path) for path in sorted(self.include.glob("*.h"))}
        self.statuses = {f"CCLB_{row[0]}": (row[1], row[3]) for row in Table(self.include / "status.def").rows}
        self.functions, self.types, self.members = {}, set(), set()
        for one in self.headers.values():
            for item in one.items:
                if isinstance(item, Functions):
                    self.functions |= {prototype.name: (prototype, item.comment) for prototype in item.prototypes}
                elif not isinstance(item, Constant):
                    self.types.add(item.name)
                    self.members |= set(members(item.body or []))
        self.rules = {}
        for path in sorted((root / "spec").glob("*.md")):
            for rule in re.findall(r"^\| R(\d+) \|", path.read_text(encoding="utf-8"), re.MULTILINE):
                self.rules[int(rule)] = f"spec/{path.name}"

    def names(self, own, parameters=()):
        return mdoc.Names(self.functions, self.types, self.members, self.headers, own, parameters)

    def outcomes(self, name, seen=()):
        """The statuses that the comment of a function names, and those of the functions whose outcomes it has too."""
        comment = self.functions[name][1]
        found = {status for status in STATUS.findall(comment) if status in self.statuses}
        for other in re.findall(r"outcomes of\s+(cclb_\w+)", comment):
            if other in self.functions and other not in seen:
                found |= self.outcomes(other, (*seen, name))
        return found

    def pages(self):
        """What the pages hold, by file name, without the line of the date."""
        made = {f"cclb_{name}.3": "\n".join(page(self, one)) + "\n" for name, one in self.headers.items()}
        made["cclb.3"] = overview(self)
        return made


def members(body):
    """The names of all members, those of structs inside included."""
    for entry in body:
        if entry[0] == "member":
            yield from re.findall(r"\(\*(\w+)\)", entry[1]) or re.findall(r"(\w+)(?:\[\w+\])?[,;]", entry[1])
        elif entry[0] == "nested":
            yield entry[3].strip("} ;")
            yield from members(entry[2])


def page(manual, one):
    functions = [item for item in one.items if isinstance(item, Functions)]
    prototypes = one.prototypes()
    title = f"cclb_{one.name}"
    names = [title] + [prototype.name for prototype in prototypes if prototype.name != title]
    lines = ['.\\" SPDX-License-Identifier: Apache-2.0',
             f'.\\" Made by tools/man from include/cclb/{one.name}.h; edit that.',
             f".Dt {title.upper()} 3", ".Os cclb", ".Sh NAME"]
    lines += [f".Nm {name} ," for name in names[:-1]] + [f".Nm {names[-1]}"]
    lines += [f".Nd {one.brief}", ".Sh LIBRARY", "cc-lb plugins inside C programs (libcclb, \\-lcclb)"]
    lines += [".Sh SYNOPSIS", ".In cclb.h"]
    for prototype in prototypes:
        arguments = list(map(mdoc.argument, prototype.arguments))
        if len(prototype.name) + len(arguments[0]) > mdoc.CODE_WIDTH:
            # A place to break the line at, which there is none before a first argument.
            arguments[0] = arguments[0].replace('"', '"\\:', 1)
        lines += [f".Ft {prototype.returns}", f".Fo {prototype.name}", *(f".Fa {text}" for text in arguments), ".Fc"]
    lines += [".Sh DESCRIPTION", *mdoc.prose(one.text, manual.names(one.name))]
    for name in re.findall(r"cclb/(\w+\.def)", one.source):
        if name not in one.defs:
            lines += table(manual, name)
    lines += types(manual, one)
    if functions:
        lines.append(".Sh FUNCTIONS")
    for item in functions:
        lines.append(".Ss " + ", ".join(prototype.name for prototype in item.prototypes))
        parameters = {name for prototype in item.prototypes for name in prototype.names}
        lines += mdoc.prose(item.comment, manual.names(one.name, parameters))
    lines += endings(manual, prototypes)
    lines += example(manual, one.name)
    lines += errors(manual, prototypes)
    lines += see_also(manual, one)
    lines += standards(manual, one)
    return lines


def table(manual, name):
    """A section for a table that no enum shows: its rows, by name."""
    rows = Table(manual.include / name)
    lines = [f".Sh {rows.macro}S", ".Bl -tag -width Ds"]
    for row in rows.rows:
        columns = dict(zip(rows.titles[1:], row[1:]))
        lines.append(f".It Li {unquoted(columns.pop('name'))}")
        text = unquoted(columns.pop("help"))
        more = []
        for title, value in columns.items():
            values = ", ".join(unquoted(part) for part in header.split(value.strip("()")) if part != "NULL")
            if title.isupper():
                more.append(values.lower())
            elif values:
                more.append(f"{title.strip('()').removesuffix(', or NULL')}: {values}")
        lines += mdoc.sentences(f"{text} {capital('; '.join(more))}.", manual.names(None))
    return lines + [".El"]


def unquoted(text):
    return text.strip('"')


def types(manual, one):
    items = [item for item in one.items if isinstance(item, Type)]
    if not items:
        return []
    kinds = [kind for kind, found in (("TYPES", [item for item in items if not isinstance(item, Constant)]),
                                      ("CONSTANTS", [item for item in items if isinstance(item, Constant)])) if found]
    lines = [".Sh " + " AND ".join(kinds)]
    code = []
    for item in items:
        if item.comment and code:
            lines += mdoc.literal(code)
            code = []
        if item.comment:
            lines += [] if lines[-1].startswith(".Sh") else [".Pp"]
            lines += mdoc.prose(item.comment, manual.names(one.name))
        code += [""] if code else []
        code += mdoc.declaration(item)
    return lines + mdoc.literal(code)


def endings(manual, prototypes):
    """RETURN VALUES, where functions return a status."""
    if not any(prototype.returns == "cclb_status" for prototype in prototypes):
        return []
    return [".Sh RETURN VALUES", *mdoc.prose(RETURNS, manual.names(None, ["error"]))]


RETURNS = """\
A function that returns cclb_status returns CCLB_OK, which is 0, if it did what it is for; a number above 0 for an
outcome that the host is expected to handle, where the plugin, the data or the moment is at fault; and one below 0 for a
fault of the program or of the machine, which it forwards. Unless it is CCLB_OK, the struct that `error` points to is
filled, if it is not NULL, and nothing else is touched, but for what is said above."""


def errors(manual, prototypes):
    found = set()
    for prototype in prototypes:
        if prototype.returns == "cclb_status":
            found |= manual.outcomes(prototype.name)
    found.discard("CCLB_OK")
    if not found:
        return []
    lines = [".Sh ERRORS", ".Bl -tag -width Ds -compact"]
    for status, (value, meaning) in manual.statuses.items():
        if status in found:
            lines += [f".It Dv {status} Pq {value}", *mdoc.sentences(capital(unquoted(meaning)) + ".",
                                                                    manual.names(None))]
    return lines + [".El", ".Pp", "What each function means by them stands with it;", ".Xr cclb_error 3",
                    "has them all."]


def capital(text):
    return text[:1].upper() + text[1:]


def see_also(manual, one):
    """The headers beside this one: included, naming it or named by it."""
    near = set(re.findall(r"cclb/(\w+)\.h", one.source))
    near |= {other.name for other in manual.headers.values()
             if one.name not in ("bytes", "error") and one.name in other.includes}
    near.discard(one.name)
    pages = ["cclb", *(f"cclb_{name}" for name in sorted(near & set(manual.headers)))]
    return [".Sh SEE ALSO", *(f".Xr {name} 3 ," for name in pages[:-1]), f".Xr {pages[-1]} 3"]


def standards(manual, one):
    """Where the rules are that the page names."""
    numbers = set()
    for first, last in re.findall(r"\b(?:R|rule )(\d+)(?: to R(\d+))?", one.source):
        numbers |= set(range(int(first), int(last or first) + 1))
    files = sorted({manual.rules[number] for number in numbers if number in manual.rules})
    if not files:
        return []
    lines = [".Sh STANDARDS", "Rules stand under their numbers in"]
    for place, path in enumerate(files):
        lines.append(f".Pa {path}" + (" ," if place + 2 < len(files) else ""))
        lines += ["and"] if place + 2 == len(files) else []
    return lines + ["of the sources of cclb."]


def example(manual, name):
    path = manual.folder / "examples" / f"{name}.c"
    if not path.exists():
        return []
    return [".Sh EXAMPLES", *example_text(path, manual.names(name))]


def example_text(path, names):
    """The comment of an example's file as prose, the rest as code."""
    comments = list(header.COMMENT.finditer(path.read_text(encoding="utf-8")))
    said = header.clean(comments[1][1])
    code = comments[1].string[comments[1].end():].strip("\n").split("\n")
    return [*mdoc.prose(said, names), *mdoc.literal(code)]


def overview(manual):
    """cclb(3): lines of the template that begin with @ are replaced."""
    lines = []
    for line in (manual.folder / "cclb.3.in").read_text(encoding="utf-8").rstrip("\n").split("\n"):
        if line.startswith("@example "):
            lines += example_text(manual.folder / "examples" / line.split()[1], manual.names(None))
        elif line == "@pages":
            lines += [part for name in order(manual)
                      for part in (f".It Xr cclb_{name} 3", *mdoc.sentences(manual.headers[name].brief,
                                                                            manual.names(None)))]
        elif line == "@statuses":
            lines += [part for status, (_, meaning) in manual.statuses.items()
                      for part in (f".It Dv {status}", *mdoc.sentences(unquoted(meaning), manual.names(None)))]
        elif line.startswith("@"):
            raise Fault(f"docs/man/cclb.3.in: there is no {line}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def order(manual):
    """Headers in the order in which cclb.h leads to them."""
    text = (manual.root / "include" / "cclb.h").read_text(encoding="utf-8")
    listed = re.findall(r"(\w+)\.h\s", text[text.index("WHERE TO READ ON"):text.index("#ifndef")])
    lacking = set(manual.headers) - set(listed)
    if lacking:
        raise Fault(f"include/cclb.h does not lead to {', '.join(sorted(lacking))}")
    return [name for name in listed if name in manual.headers]
