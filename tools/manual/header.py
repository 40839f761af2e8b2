# SPDX-License-Identifier: Apache-2.0
"""Reads the public headers: what each declares, and the comment that stands before it.

This is no parser of C. It takes what these headers are written in: a comment directly above what it is about, one
above several prototypes where it is about all of them, the comment of a member or an enumerator behind it or above it,
and enumerators that come from a table (cclb/NAME.def). Whatever else it meets is a Fault.
"""

import re

COMMENT = re.compile(r"/\*(.*?)\*/", re.DOTALL)
DIRECTIVE = re.compile(r"#(?:[^\n]*\\\n)*[^\n]*")


class Fault(Exception):
    """Something that no page can be made of; the text says where."""


class Prototype:
    def __init__(self, text, line):
        self.line = line
        self.inline = text.startswith("static inline")
        self.must_check = "CCLB_MUST_CHECK" in text
        text = re.sub(r"\b(CCLB_API|CCLB_MUST_CHECK|static inline)\s+", "", text)
        found = re.fullmatch(r"(.*?)(\w+)\((.*)\)", " ".join(text.split()))
        self.returns, self.name = found[1].strip(), found[2]
        self.arguments = split(found[3])
        # "void (*visit)(void *, size_t)" is called visit, "char text[SIZE]" text.
        self.names = [re.search(r"\(\*(\w+)\)|(\w+)(?:\[\w*\])?$", argument) for argument in self.arguments]
        self.names = [found[1] or found[2] for found in self.names]


class Functions:
    """One prototype, or several that share a comment."""

    def __init__(self, prototypes, comment):
        self.prototypes = prototypes
        self.comment = comment


class Type:
    """A type; `body` is None, or the list of its entries: ("comment", TEXT), ("member", CODE, COMMENT or None), or
    ("nested", "struct", ENTRIES, "name;")."""

    def __init__(self, name, opening, body, closing, comment):
        self.name = name
        self.opening = opening
        self.body = body
        self.closing = closing
        self.comment = comment


class Constant(Type):
    """A macro, or an enum without a name; `names` are all that it defines."""

    def __init__(self, names, opening, body, closing, comment):
        super().__init__(names[0], opening, body, closing, comment)
        self.names = names


class Table:
    """A .def file: its macro's name, the titles of its columns, and its rows."""

    def __init__(self, path):
        text = path.read_text(encoding="utf-8")
        comment = " ".join(clean(found[1]).replace("\n", " ") for found in COMMENT.finditer(text))
        code = COMMENT.sub("", text)
        self.macro = re.search(r"^(\w+)\(", code, re.MULTILINE)[1]
        self.titles = split(balanced(comment, comment.index(self.macro + "(") + len(self.macro)))
        self.rows = [split(balanced(code, found.end() - 1))
                     for found in re.finditer(rf"^{self.macro}\(", code, re.MULTILINE)]


class Header:
    """name: "slot"; brief: what its first line says it is; text: the rest of its comment; items: in their order."""

    def __init__(self, path):
        self.path = path
        self.name = path.stem
        self.source = path.read_text(encoding="utf-8")
        self.includes = re.findall(r'^#include "cclb/(\w+)\.h"', self.source, re.MULTILINE)
        self.defs = []
        self.items = []
        self.read()

    def prototypes(self):
        return [prototype for item in self.items if isinstance(item, Functions) for prototype in item.prototypes]

    def line(self, position):
        return self.source.count("\n", 0, position) + 1

    def fault(self, position, text):
        return Fault(f"{self.path}:{self.line(position)}: {text}")

    def read(self):
        comments = list(COMMENT.finditer(self.source))
        opening = clean(comments[1][1])
        found = re.fullmatch(rf"{self.name}\.h - (.+?)(?:\n\n(.*))?", opening, re.DOTALL)
        if not found:
            raise self.fault(comments[1].start(), f"the comment does not begin with '{self.name}.h - '")
        self.brief = " ".join(found[1].split()).rstrip(".")
        if not found[2]:
            raise self.fault(comments[1].start(), "the comment says nothing beyond its first line")
        self.text = found[2]
        position = self.source.index("#define", comments[1].end())
        position = self.source.index("\n", position)
        pending = None
        while position < len(self.source):
            gap = re.compile(r"\s*").match(self.source, position)
            if gap[0].count("\n") > 1 and pending:
                raise self.fault(position, "a comment that belongs to nothing")
            adjacent = gap[0].count("\n") == 1
            position = gap.end()
            if position == len(self.source):
                break
            if self.source.startswith("/*", position):
                found = COMMENT.match(self.source, position)
                before = self.source.rfind("\n", 0, position)
                if self.source[before:position].strip() == "":
                    pending = clean(found[1])
                position = found.end()
            elif self.source[position] == "#":
                position = self.read_directive(position, pending)
                pending = None
            else:
                position = self.read_declaration(position, pending, adjacent)
                pending = None

    def read_directive(self, position, comment):
        found = DIRECTIVE.match(self.source, position)
        if re.match(r"#\s*if", found[0]):
            # Nothing behind a condition is for the manual.
            return self.source.index("#endif", position) + len("#endif")
        macro = re.fullmatch(r"#define (CCLB_\w+) +(\S.*)", found[0])
        if macro:
            constant = Constant([macro[1]], found[0], None, None, comment)
            last = self.items[-1] if self.items else None
            if comment is None and isinstance(last, Constant) and last.body is None:
                last.opening += "\n" + found[0]
                last.names.append(macro[1])
            else:
                self.items.append(constant)
        return found.end()

    def read_declaration(self, position, comment, adjacent):
        end = self.end_of_declaration(position)
        text = self.source[position:end]
        if text.startswith("CCLB_API") or text.startswith("static inline"):
            prototype = Prototype(re.split(r"\n\{|;$", text)[0], self.line(position))
            last = self.items[-1] if self.items else None
            if comment is None and adjacent and isinstance(last, Functions):
                last.prototypes.append(prototype)
            elif comment is None:
                raise self.fault(position, f"{prototype.name} has no comment")
            else:
                self.items.append(Functions([prototype], comment))
        elif text.startswith("typedef"):
            self.items.append(self.read_type(text, position, comment))
        elif text.startswith("enum"):
            body = self.read_body(text[text.index("{") + 1:text.rindex("}")], position, ",")
            names = [re.match(r"\w+", entry[1])[0] for entry in body if entry[0] == "member"]
            self.items.append(Constant(names, "enum {", body, "};", comment))
        elif not re.fullmatch(r"struct \w+;", text):
            raise self.fault(position, f"this is no declaration that the manual knows: {text[:40]!r}")
        return end

    def read_type(self, text, position, comment):
        opening = re.match(r"typedef (struct|enum|union) \w+ \{", text)
        if not opening:
            name = re.search(r"(\w+)(?:\(.*\))?;$", text, re.DOTALL)[1]
            return Type(name, " ".join(text.split()), None, None, comment)
        closing = text.rindex("}")
        body = self.read_body(text[opening.end():closing], position, "," if opening[1] == "enum" else ";")
        return Type(text[closing + 1:-1].strip(), opening[0], body, text[closing:], comment)

    def end_of_declaration(self, start):
        """Behind its semicolon, or behind the body of a function."""
        depth = 0
        position = start
        while position < len(self.source):
            found = COMMENT.match(self.source, position)
            if found:
                position = found.end()
                continue
            if self.source[position] == "#" and self.source[position - 1] == "\n":
                position = DIRECTIVE.match(self.source, position).end()
                continue
            character = self.source[position]
            position += 1
            if character in "({":
                depth += 1
            elif character in ")}":
                depth -= 1
                if depth == 0 and character == "}" and self.source.startswith("static", start):
                    return position
            elif character == ";" and depth == 0:
                return position
        raise self.fault(start, "a declaration that does not end")

    def read_body(self, text, where, separator):
        """The entries of a struct, a union or an enum, from the text between its braces."""
        entries = []
        macro = None
        position = 0
        while position < len(text):
            gap = re.compile(r"[\s,]*").match(text, position)
            position = gap.end()
            if position == len(text):
                break
            comment = COMMENT.match(text, position)
            directive = text[position] == "#" and DIRECTIVE.match(text, position)
            nested = re.compile(r"(struct|union) \{").match(text, position)
            if comment:
                if "\n" in gap[0] or not entries:
                    entries.append(("comment", clean(comment[1])))
                else:
                    entries[-1] = (*entries[-1][:2], clean(comment[1]))
                position = comment.end()
            elif directive:
                defined = re.match(r"#define (\w+)\(([^)]*)\)\s*(.*)", directive[0])
                included = re.match(r'#include "cclb/(\w+\.def)"', directive[0])
                if defined:
                    macro = (split(defined[2]), defined[3])
                elif included:
                    entries += self.expand(included[1], *macro)
                position = directive.end()
            elif nested:
                inner = balanced(text, nested.end() - 1)
                position = nested.end() + len(inner) + 1
                end = text.index(";", position) + 1
                entries.append(("nested", nested[1], self.read_body(inner, where, ";"), text[position:end].strip()))
                position = end
            else:
                end = re.compile(rf"[^{separator}/]*").match(text, position).end()
                code = " ".join(text[position:end].split())
                if not code:
                    raise self.fault(where, f"this is no member: {text[position:position + 40]!r}")
                entries.append(("member", code + separator, None))
                position = end + text.startswith(separator, end)
        return entries

    def expand(self, name, parameters, template):
        """The enumerators that a table makes; what of a row is not in its enumerator is its comment."""
        table = Table(self.path.parent / name)
        self.defs.append(name)
        for row in table.rows:
            code = template
            rest = []
            for parameter, title, value in zip(parameters, table.titles, row):
                if re.search(rf"\b{parameter}\b|##{parameter}\b", template):
                    code = re.sub(rf"(##)?\b{parameter}\b", lambda _, value=value: value, code)
                else:
                    rest.append((title, value))
            yield ("member", code, describe(rest))


def describe(columns):
    """What the columns of a row say, as one text: its name in quotes first, its meaning as it stands."""
    name, others = None, []
    for title, value in columns:
        if value in ('""', "NULL", name):
            continue
        if title == "name" or title.startswith("name (") and name is None:
            name = value if value.startswith('"') else f'"{value}"'
        else:
            said = title in ("meaning", "text")
            others.append(value.strip('"') if said else f"{title.removesuffix(' or NULL')} {value}")
    return ": ".join(filter(None, [name, ", ".join(others)])) or None


def clean(comment):
    """The text of a comment without its stars; what is indented stays so."""
    lines = [re.sub(r"^\s*\*? ?", "", line) if number else line.strip()
             for number, line in enumerate(comment.split("\n"))]
    return "\n".join(line.rstrip() for line in lines).strip()


def balanced(text, opening):
    """What is between the bracket at `opening` and the one that closes it."""
    depth = 0
    quoted = False
    for position in range(opening, len(text)):
        character = text[position]
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "({":
            depth += 1
        elif not quoted and character in ")}":
            depth -= 1
            if depth == 0:
                return text[opening + 1:position]
    raise Fault(f"a bracket that nothing closes: {text[opening:opening + 40]!r}")


def split(text):
    """Parts between the commas that are in no brackets and in no quotes."""
    parts = [""]
    depth = 0
    quoted = False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character in "({":
            depth += not quoted
        elif character in ")}":
            depth -= not quoted
        if character == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [" ".join(part.split()) for part in parts if part.strip()]
