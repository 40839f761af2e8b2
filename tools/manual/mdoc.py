# SPDX-License-Identifier: Apache-2.0
"""Writes mdoc(7): prose with the names in it marked up, and C in literal blocks of 72 columns."""

import re
import textwrap

WIDTH = 78
CODE_WIDTH = 72
SENTENCE_END = re.compile(r"[.!?][)\"]?$")


def escape(text):
    """Text that is no request, whatever it begins with."""
    text = text.replace("\\", "\\e")
    # An ellipsis ends no sentence.
    text = re.sub(r"\.\.\.(?= |$)", r"...\\&", text)
    # What stands in quotes is not hyphenated.
    text = re.sub(r"(^|(?<= ))(?=[(]*\")", r"\\%", text)
    return "\\&" + text if text[:1] in (".", "'") else text


def argument(text):
    """One argument of a macro."""
    text = text.replace("\\", "\\e")
    if text == "" or re.search(r'[ "]', text):
        return '"' + text.replace('"', '""') + '"'
    # Two letters may be a macro, and a lone mark is a delimiter.
    return "\\&" + text if re.fullmatch(r"[A-Z][a-z]|[.,:;()\[\]?!|]", text) else text


class Names:
    """What is known of names: functions, types and members of all headers, headers that have a page, and the
    parameters of the prototypes at hand."""

    def __init__(self, functions, types, members, headers, own, parameters=()):
        self.functions, self.types, self.members, self.headers = functions, types, members, headers
        self.own = own
        self.parameters = set(parameters)

    def markup(self, word):
        """The macro for a word and its arguments, or None for plain text."""
        quoted = re.fullmatch(r"`(.*)`", word)
        if quoted:
            return ("Fa" if self.is_parameter(quoted[1]) else "Li", quoted[1])
        header = re.fullmatch(r"cclb/(\w+)\.h", word)
        if header and header[1] in self.headers and header[1] != self.own:
            return ("Xr", f"cclb_{header[1]}", "3")
        if header or word == "cclb.h":
            return ("In", word)
        if re.fullmatch(r"(docs|spec|src|examples|cclb|/proc)/[\w./-]*", word):
            return ("Pa", word)
        call = re.fullmatch(r"(cclb_\w+)(?:\((.*)\))?", word)
        if call and call[1] in self.functions:
            return ("Fn", call[1], *filter(None, (call[2] or "").split(",")))
        if word in self.types:
            return ("Vt", word)
        if word == "NULL" or re.fullmatch(r"CCLB_\w+", word):
            return ("Dv", word)
        if self.is_parameter(word) and not re.fullmatch(r"\w+", word):
            return ("Fa", word)
        if re.fullmatch(r"&?\w+(->|\.)\w+(\.\w+)*", word) and re.split(r"->|\.", word)[-1] in self.members:
            return ("Va", word)
        if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", word):
            return ("Va" if word in self.members else "Fa" if word in self.parameters else "Li", word)
        return None

    def is_parameter(self, word):
        """`*report`, `text[size]` and `lease->output` are about parameters too."""
        parts = re.findall(r"[A-Za-z]\w*", word)
        return bool(parts) and ("->" in word and parts[0] in self.parameters or self.parameters.issuperset(parts))


def words(text):
    """Words of a paragraph; what stands in backticks is one, with the marks around it."""
    return re.findall(r"(?:[^\s`]*`[^`]*`[^\s`]*)|\S+", text)


def sentences(text, names):
    """Lines of mdoc for one paragraph: a sentence begins a line, and a name that is marked up has one of its own."""
    lines, current = [], []

    def flush():
        if current:
            lines.extend(escape(line) for line in textwrap.wrap(" ".join(current), WIDTH, break_long_words=False,
                                                                break_on_hyphens=False))
            current.clear()

    for word in words(text):
        before, core, after = re.fullmatch(r"([(\[]*)(.*?)([.,:;?!)\]]*)", word).groups()
        if core.count("(") > core.count(")") and after.startswith(")"):
            core, after = core + ")", after[1:]
        if core.count("[") > core.count("]") and after.startswith("]"):
            core, after = core + "]", after[1:]
        macro = names.markup(core)
        if macro:
            flush()
            lines.append("." + " ".join([macro[0], *before, *map(argument, macro[1:]), *after]))
        else:
            current.append(word)
            if SENTENCE_END.search(word) and not re.search(r"\b(e\.g|i\.e|cf)\.$|\.\.\.$", word):
                flush()
    flush()
    return lines


def prose(text, names):
    """Lines of mdoc for a comment: paragraphs, bullets ("- "), and what is indented as code."""
    blocks = []
    for chunk in re.split(r"\n\s*\n", text):
        for number, line in enumerate(chunk.split("\n")):
            kind = "code" if line.startswith("    ") else "item" if re.match(r"[-*] ", line) else "text"
            previous = blocks[-1][0] if number else None
            if kind == "text" and line.startswith("  ") and previous == "item":
                blocks[-1][1].append(line.strip())
            elif kind == previous and kind != "item":
                blocks[-1][1].append(line)
            else:
                blocks.append((kind, [line[2:] if kind == "item" else line]))
    lines = []
    for number, (kind, content) in enumerate(blocks):
        previous = blocks[number - 1][0] if number else None
        if kind == "item":
            lines += [] if previous == "item" else [".Bl -bullet -compact -offset indent"]
            lines += [".It", *sentences(" ".join(content), names)]
            lines += [] if blocks[number + 1:] and blocks[number + 1][0] == "item" else [".El"]
        elif kind == "code":
            lines += literal([line[4:] for line in content], ".Bd -literal -offset indent")
        else:
            lines += ([".Pp"] if previous else []) + sentences(" ".join(content), names)
    return lines


def literal(code, opening=".Bd -literal"):
    """Lines of C as they stand."""
    special = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"})
    lines = [line.rstrip().translate(special) for line in code]
    return [opening, *("\\&" + line if line[:1] == "." else line for line in lines), ".Ed"]


def declaration(item):
    """A type or a constant, laid out; on one line where it fits and nothing is said of its parts."""
    if item.body is None:
        return item.opening.split("\n")
    if all(entry[0] == "member" and entry[2] is None for entry in item.body) and "enum" in item.opening:
        line = f"{item.opening} {' '.join(entry[1] for entry in item.body)[:-1]} {item.closing}"
        if len(line) <= CODE_WIDTH:
            return [line]
    return [item.opening, *struct(item.body), item.closing]


def struct(entries, indent=4):
    """The members of a struct, or the enumerators of an enum, laid out for CODE_WIDTH columns: a comment stands behind
    what it is about where that leaves it room, and else above."""
    commented = {indent + len(entry[1]) + 1 for entry in entries if entry[0] == "member" and entry[2]}
    columns = [column for column in commented if column <= 44] or [0]

    def ragged(column):
        return sum(entry[0] == "member" and entry[2] is not None and indent + len(entry[1]) >= column
                   for entry in entries)

    # Few lines are good, and so is one column for all comments.
    best = min(columns, key=lambda column: (len(struct_at(entries, indent, column)) + ragged(column) / 2, -column))
    return struct_at(entries, indent, best)


def struct_at(entries, indent, column):
    lines = []
    margin = " " * indent
    for entry in entries:
        if entry[0] == "comment":
            lines += block(entry[1], margin)
        elif entry[0] == "nested":
            lines += [f"{margin}{entry[1]} {{", *struct(entry[2], indent + 4), f"{margin}}} {entry[3]}"]
        elif entry[2] is None:
            lines += wrapped(margin + entry[1])
        else:
            lines += member(margin + entry[1], entry[2], column)
    return lines


def wrapped(code):
    """A member without a comment; the parameters of a function that are too many for a line stand below the first."""
    if len(code) <= CODE_WIDTH or "(" not in code:
        return [code]
    cut = code.rindex(", ", 0, CODE_WIDTH) + 1
    return [code[:cut], *wrapped(" " * (code.rindex("(", 0, cut) + 1) + code[cut:].lstrip())]


def member(code, comment, column):
    """A member and the comment behind it."""
    comment = " ".join(comment.split())
    start = max(column, len(code) + 1)
    room = CODE_WIDTH - start - len("/*  */")
    rows = textwrap.wrap(comment, room, break_long_words=False, break_on_hyphens=False) if room > 24 else [comment]
    if max(map(len, rows)) > room or len(rows) > 4:
        margin = code[:len(code) - len(code.lstrip())]
        return [*block(comment, margin), code]
    first, *others = rows
    lines = [f"{code:<{start}}/* {first}", *(" " * (start + 3) + row for row in others)]
    lines[-1] += " */"
    return lines


def block(comment, margin):
    """A comment on lines of its own."""
    comment = " ".join(comment.split())
    if len(margin) + len(comment) + 6 <= CODE_WIDTH:
        return [f"{margin}/* {comment} */"]
    rows = textwrap.wrap(comment, CODE_WIDTH - len(margin) - 3, break_on_hyphens=False)
    return [f"{margin}/*", *(f"{margin} * {row}" for row in rows), f"{margin} */"]
