#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The example plugins: every runtime that they are for takes them, and they answer what their cases say.

usage: guest_examples.py CCLB ROOT PLUGINS admission|cases|redaction

CCLB is the command, ROOT the source folder, PLUGINS the folder with what was built: NAME-wFORM.wasm.
"""

import json
import pathlib
import random
import string
import subprocess
import sys

RUNTIMES = {2: ("0.1.0", "0.1.1"), 6: ("0.1.2", "0.1.3"), 8: ("0.1.4",), 9: ("0.2.0", "0.3.0")}
DEADLINE = "2s"


class Examples:
    def __init__(self, cclb, root, plugins):
        self.cclb = cclb
        self.sources = pathlib.Path(root, "guest", "examples")
        self.plugins = sorted(pathlib.Path(plugins).glob("*.wasm"))
        if not self.plugins:
            sys.exit(f"there are no plugins in {plugins}")

    def run(self, *words, stdin=None):
        return subprocess.run([self.cclb, *map(str, words)], input=stdin, capture_output=True, check=False)

    def each(self):
        """Each plugin, with its name and form."""
        for plugin in self.plugins:
            name, form = plugin.stem.rsplit("-w", 1)
            yield plugin, name, int(form)

    def sse(self, plugin, form, stream, *options):
        """What comes of a stream in which no call may fail."""
        done = self.run("sse", plugin, "--reference", RUNTIMES[form][-1], "--deadline", DEADLINE, *options, stdin=stream)
        if done.returncode != 0:
            sys.exit(f"{plugin.name}: {done.stderr.decode()}")
        return done.stdout


class Checks:
    def __init__(self):
        self.count = self.failures = 0

    def __call__(self, holds, *words):
        self.count += 1
        if not holds:
            self.failures += 1
            print(*words)


def admission(examples, check):
    names = set()
    for plugin, name, form in examples.each():
        names.add(name)
        for runtime in RUNTIMES[form]:
            done = examples.run("admit", plugin, "--reference", runtime)
            check(done.returncode == 0, f"{plugin.name} is not admitted by the rules of {runtime}:\n{done.stdout.decode()}")
        check((examples.sources / name / "README.md").exists(), f"{name} has no README.md")
    folders = {source.parent.name for source in examples.sources.glob("*/plugin.c")}
    check(names == folders, f"built are {sorted(names)}, and not {sorted(folders)}")
    session = [plugin for plugin, name, _ in examples.each() if name == "redact"]
    for plugin in session:
        check(b"answers are freed" in examples.run("admit", plugin).stdout, f"{plugin.name} grows in a stream session")


def cases(examples, check):
    for plugin, name, form in examples.each():
        folder = examples.sources / name / "cases"
        check(list(folder.glob("*/recorded.*")), f"{name} has no recorded request")
        for runtime in RUNTIMES[form]:
            done = examples.run("test", plugin, "--cases", folder, "--reference", runtime, "--deadline", DEADLINE)
            check(done.returncode == 0, f"{plugin.name}, by the rules of {runtime}:\n{done.stdout.decode()}")


# ---- property: no split lets a secret through ----

WORD = string.ascii_letters + string.digits
KEY = WORD + "_-"


def word(chance, alphabet, least, most):
    return "".join(chance.choice(alphabet) for _ in range(chance.randint(least, most)))


def card(chance):
    digits = [chance.randrange(10) for _ in range(15)]
    total = sum(digit if place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits))
    number = "".join(map(str, digits)) + str(-total % 10)
    separator = chance.choice(("", " ", "-"))
    return separator.join(number[at:at + 4] for at in range(0, 16, 4))


def secret(chance):
    """A secret, and what takes its place."""
    return chance.choice((
        lambda: ("sk-ant-" + word(chance, KEY, 20, 200), "[redacted key]"),
        lambda: ("sk-" + word(chance, WORD, 40, 50), "[redacted key]"),
        lambda: ("github_pat_" + word(chance, KEY, 22, 80), "[redacted key]"),
        lambda: ("AKIA" + word(chance, string.ascii_uppercase, 16, 16), "[redacted key]"),
        lambda: (chance.choice(("Bearer ", "bearer  ")) + word(chance, KEY + "./+=", 16, 2000), "[redacted token]"),
        lambda: (word(chance, WORD, 1, 30) + chance.choice(("", ".", "+")) + word(chance, WORD, 1, 30) + "@" +
                 word(chance, WORD, 1, 20) + ".example." + chance.choice(("com", "museum")), "[redacted e-mail]"),
        lambda: (card(chance), "[redacted card]"),
    ))()


# What looks like the beginning of a secret, and is none.
NEAR = ("sk", "sk-", "sk-ant-", "sk-ant-hill", "Bearer", "Bearer of", "bearers", "joe@", "joe@host", "@", "1234 5678",
        "4111 1111 1111 1112", "AKIA", "github_pat_x", "\\", "C:\\new\\table", "a\\u0041", "\U0001f600", "\u00e9t\u00e9",
        "\"quoted\"", "", "x" * 70, "12-34-56", "1.2.3.4", "{\"a\": 1}", "\x01")


def text_with_secrets(chance):
    """A text, what has to become of it, and the secrets in it."""
    text, redacted, secrets = "", "", []
    for _ in range(chance.randrange(12)):
        if chance.random() < 0.4:
            one, label = secret(chance)
            secrets.append(one)
        else:
            one = label = chance.choice((*NEAR, word(chance, string.ascii_letters, 1, 12)))
        end = chance.choice((" ; ", "\n", "\t", ", ", "\u3002"))
        text += one + end
        redacted += label + end
    return text, redacted, secrets


def split(chance, text):
    at = 0
    while at < len(text):
        size = chance.choice((1, 2, 3, 5, 8, 40, 1000))
        yield text[at:at + size]
        at += size


def event(name, **data):
    spelt = json.dumps({"type": name, **data}, ensure_ascii=random.random() < 0.5)
    return f"event: {name}\ndata: {spelt}\n\n"


def message(chance, text):
    yield event("message_start", message={"id": "msg_01", "content": []})
    kind, member = chance.choice((("text_delta", "text"), ("thinking_delta", "thinking"),
                                  ("input_json_delta", "partial_json")))
    for part in split(chance, text):
        if chance.random() < 0.1:
            yield event("ping")
        yield event("content_block_delta", index=0, delta={"type": kind, member: part})
    yield event("content_block_stop", index=0)
    yield event("message_stop")


def texts_of(stream):
    """The text of each message of a stream."""
    text = None
    for line in stream.decode().splitlines():
        data = json.loads(line[6:]) if line.startswith("data: {") else {}
        if data.get("type") == "message_start":
            text = ""
        elif data.get("type") == "content_block_delta":
            text += next(value for key, value in data["delta"].items() if key != "type")
        elif data.get("type") == "message_stop":
            yield text


def check_split(examples, check, plugin, form, chance, messages):
    texts = [text_with_secrets(chance) for _ in range(messages)]
    stream = "".join("".join(message(chance, text)) for text, _, _ in texts).encode()
    came = list(texts_of(examples.sse(plugin, form, stream, "--session")))
    check(len(came) == messages, f"{plugin.name}: {len(came)} messages of {messages} came")
    for got, (text, wanted, secrets) in zip(came, texts):
        check(not any(one in got for one in secrets), f"{plugin.name}: a secret of {text!r} is in {got!r}")
        check(got == wanted, f"{plugin.name}: {text!r} became {got!r}, and not {wanted!r}")


def check_clean(examples, check, plugin, form, chance, messages):
    """Without secrets a stream goes through byte by byte, and in a session its text does."""
    texts = [" ; ".join((*chance.sample(NEAR, 5), "")) for _ in range(messages)]
    stream = "".join("".join(message(chance, text)) for text in texts).encode()
    check(examples.sse(plugin, form, stream) == stream, f"{plugin.name}: a stream without secrets was changed")
    came = list(texts_of(examples.sse(plugin, form, stream, "--session")))
    for got, text in zip(came, texts, strict=True):
        check(got == text, f"{plugin.name}: {text!r} became {got!r}")


def check_whole(examples, check, plugin, form, chance, count):
    """A stream of whole texts, each in one event: the same without a session."""
    texts = [text_with_secrets(chance) for _ in range(count)]
    stream = "".join(event("message_start") + event("content_block_delta", index=0,
                                                    delta={"type": "text_delta", "text": text}) +
                     event("message_stop") for text, _, _ in texts).encode()
    came = list(texts_of(examples.sse(plugin, form, stream)))
    for got, (text, wanted, _) in zip(came, texts, strict=True):
        check(got == wanted, f"{plugin.name}: {text!r} became {got!r}, and not {wanted!r}")


def check_damaged(examples, check, plugin, form, chance, messages):
    """Whatever is in the data of events, they are answered."""
    stream = ""
    for _ in range(messages):
        for one in message(chance, text_with_secrets(chance)[0]):
            at = chance.randrange(len(one))
            damage = chance.choice(("\"", "\\", "{", "}", "", "u", ":", "data: "))
            stream += one if chance.random() < 0.7 else one[:at] + damage + one[at + 1:]
    for options in ((), ("--session",)):
        came = examples.sse(plugin, form, stream.encode(), *options)
        check(came, f"{plugin.name}: nothing came of a damaged stream")


# What has quotation marks and brackets, so that what stands beside it is between strings, in one, or behind the JSON.
JSON_PIECES = ("error:", "{\"a\":1}", "{\"a\": \"b\"}", "[1,2]", "\"quoted\"", "{bad", "{'a':", "'}", "\"open", "null", "5\"", "}")


def check_mislabelled(examples, check, plugin, form, chance, count):
    """What is said to be JSON and is none has no secret left in it, wherever that stands."""
    texts = [(secret(chance)[0], "{" + chance.choice(JSON_PIECES)) for _ in range(count)]
    lines = []
    for one, start in texts:
        pieces = [one, *chance.choices(JSON_PIECES, k=chance.randrange(4))]
        chance.shuffle(pieces)
        lines.append(" ".join((start, *pieces)))
    stream = "".join(f"data: {line}\n\n" for line in lines).encode()
    came = [line[6:] for line in examples.sse(plugin, form, stream).decode().splitlines() if line]
    for got, line, (one, _) in zip(came, lines, texts, strict=True):
        check(one not in got and "[redacted " in got, f"{plugin.name}: {line!r} became {got!r}")


def json_value(chance, depth):
    """A value without secrets in its strings; a number may be that of a card."""
    if depth == 0 or chance.random() < 0.4:
        return chance.choice((4111111111111111, -4111111111111111, 41111111111111.11, 4.111111111111111e15, 0, True, False,
                              None, "", "word", "\u00e9\n\"", "C:\\new"))
    values = [json_value(chance, depth - 1) for _ in range(chance.randrange(4))]
    return values if chance.random() < 0.5 else {f"key{i}": value for i, value in enumerate(values)}


def check_valid(examples, check, plugin, form, chance, count):
    """Numbers of JSON stay what they are, however it is written."""
    lines = [json.dumps({"a": json_value(chance, 3)}, indent=chance.choice((None, 1)),
                        separators=chance.choice(((",", ":"), (" ,  ", " : ")))).replace("\n", " ") for _ in range(count)]
    stream = "".join(f"data: {line}\n\n" for line in lines).encode()
    check(examples.sse(plugin, form, stream) == stream, f"{plugin.name}: JSON without secrets was changed")


def check_effort(examples, check, plugin):
    """No text takes much more than others of its length: nobody can write one that the deadline ends."""
    size, fuel_per_byte_max = 200_000, 800
    document = plugin.with_suffix(".request.json")
    for piece in ("word ", "a.", "a+b%c-d_", "a@b.", "1234 ", "sk-", "ghp_ ", "Bearer ", "\\", "\"\\u0041", "\"1:"):
        text = (piece * size)[:size]
        for body in (json.dumps([text]), text):
            document.write_text(json.dumps({"request": {"method": "POST", "path": "/"}, "response": {
                "status": 200, "headers": {"content-type": "application/json"}, "body": body}}))
            done = examples.run("bench", plugin, "transform_response", "--request", document, "--seconds", "0.01",
                                "--threads", "1", "--deadline", DEADLINE, "--json")
            fuel = json.loads(done.stdout).get("fuel")
            check(fuel is not None and fuel < fuel_per_byte_max * size,
                  f"{plugin.name}: {piece!r} again and again takes {fuel} fuel")


def redaction(examples, check):
    chance = random.Random(7)
    random.seed(7)
    for plugin, name, form in examples.each():
        if name == "redact":
            check_split(examples, check, plugin, form, chance, 1500)
            check_clean(examples, check, plugin, form, chance, 300)
            check_whole(examples, check, plugin, form, chance, 300)
            check_mislabelled(examples, check, plugin, form, chance, 1000)
            check_valid(examples, check, plugin, form, chance, 1000)
            check_damaged(examples, check, plugin, form, chance, 500)
            check_effort(examples, check, plugin)


def main(arguments):
    suites = {suite.__name__: suite for suite in (admission, cases, redaction)}
    if len(arguments) != 4 or arguments[3] not in suites:
        print(__doc__, file=sys.stderr)
        return 2
    check = Checks()
    suites[arguments[3]](Examples(*arguments[:3]), check)
    print(f"{check.count} checks, {check.failures} failed")
    return 1 if check.failures or not check.count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
