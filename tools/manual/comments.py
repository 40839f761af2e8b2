# SPDX-License-Identifier: Apache-2.0
"""What the comment of a public function has to say, as far as a script can see: threads, blocking, allocation, who owns
what it gives, and its outcomes. A paragraph of the header's own comment that begins with "Every function here" says it
for all of them. An inline function shows what it does.
"""

import re

EVERY = "Every function here"

# What to say, and what tells that it is said.
ALWAYS = [
    ("threads", r"\bthreads?\b"),
    ("whether it blocks", r"\b(blocks?|waits?)\b"),
    ("whether it allocates", r"\ballocates?\b"),
]


def unsaid(manual):
    """(header, line, function, what its comment lacks) for every gap."""
    for one in manual.headers.values():
        general = " ".join(part for part in re.split(r"\n\s*\n", one.text) if part.startswith(EVERY))
        for prototype in one.prototypes():
            if not prototype.inline:
                said = manual.functions[prototype.name][1] + " " + general
                for what, pattern in demands(manual, prototype):
                    if not re.search(pattern, said, re.IGNORECASE):
                        yield one, prototype, what


def demands(manual, prototype):
    yield from ALWAYS
    if prototype.returns == "cclb_status":
        yield "CCLB_OK", r"\bCCLB_OK\b"
        if not manual.outcomes(prototype.name) - {"CCLB_OK"}:
            yield "how it fails", r"(?!)"
    elif prototype.must_check:
        yield "when it fails", r"\bfalse\b"
    if any(re.search(r"\*\*|^cclb_buffer \*", argument) for argument in prototype.arguments) and \
            prototype.returns != "void":
        yield "who frees what it gives", r"\b(destroy|deinit|destroyed|with cclb_\w+_destroy)\b"
    if prototype.returns.endswith("*"):
        yield "how long what it returns lives", r"\b(static|borrowed)\b"
