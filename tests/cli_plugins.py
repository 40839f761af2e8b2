# SPDX-License-Identifier: Apache-2.0
"""The plugins that the tests of the command call (see scripted_plugin.py), and what they answer to which word."""

import json
import os

import scripted_plugin
from scripted_plugin import TRAP


def write(bench, folder):
    """Writes filter.wasm, shape.wasm and observe.wasm into a folder."""

    def archive(message, value):
        made = bench.run("wire", "encode", f"{message}@W9", stdin=json.dumps(value).encode())
        if made.status != 0:
            raise ValueError(f"no archive of {message}: {made.err!r}")
        return made.out

    def event(kind, *events):
        return archive("TransformSseEventResult",
                       {"kind": kind} if kind != "Replace" else
                       {"kind": kind, "events": [{"event": name, "data": data} for name, data in events]})

    def response(**parts):
        return archive("TransformResponseResult", {"kind": "Replace", **parts} if parts else {"kind": "Unchanged"})

    def shape(url, method="POST", headers=(), body="{}"):
        return archive("ShapeResponse", {"url": url, "method": method, "body": body,
                                         "headers": [{"name": name, "value": value} for name, value in headers]})

    def results(*rows):
        return archive("FilterResponse", {"results": [{"upstream_id": upstream, "decision": decision, "reason": reason}
                                                      for upstream, decision, reason in rows]})

    east, west = "8d9c491f-530b-5859-a114-028e23e82d11", "e7947e25-0647-5d6a-9c57-81ea3ecbda97"
    unknown = "6f1c2a34-0000-4000-8000-0000000000ff"
    kin = {}
    for form, file in (("W9", "all_hooks-pdk0.2.0.wasm"), ("W8", "all_hooks-pdk0.1.2.wasm")):
        with open(os.path.join(bench.plugins, file), "rb") as stream:
            kin[form] = stream.read()
    plugins = {
        "filter.wasm": ("W9", {"filter": (results((east, "accept", "has room")), {
            "TRAP": TRAP,
            "MANY": results((east, "accept", "has room"), (east, "accept", ""), (unknown, "accept", ""),
                            (west, "Rate-Limited", "a\nb \u001b[2J\u202e"), (unknown, "over quota", "")),
            "CUTS": results((west, "\u00e9" * 200, "r" * 300)),
            "NONE": results(),
            "BAD!": results(("nobody", "accept", "")),
            "CUT!": results((east, "accept", ""))[:20]})}),
        "shape.wasm": ("W9", {
            "shape": (shape("https://api.example.test/v1", headers=(("X-Plain", "1"), ("cookie", "c=1"))), {
                "TRAP": TRAP,
                "AWAY": shape("https://elsewhere.example.test/v1"),
                "CUTS": shape("https://api.example.test/" + "p" * 20000, method="M" * 300),
                "LONG": shape("https://api.example.test/v1", headers=[(f"x-{i}", "v" * i) for i in range(5)]),
                "BIN!": shape("https://api.example.test/v1", body={"base64": "AAECA/8="}),
                "LINE": shape("https://api.example.test/v1", headers=(("x", "\u202e\\"),),
                              body="one \"\\n\"\n\u202e two\t\r\n\nthree")}),
            "transform_response": (response(), {
                "TRAP": TRAP,
                "BAD!": response(status=99),
                "FULL": response(status=503, headers=[{"name": "x-a", "value": "1"}, {"name": "x-b", "value": "2"}],
                                 body="busy\n"),
                "BIN!": response(body={"base64": "AAECA/8="})}),
            "transform_sse_event": (event("Unchanged"), {
                "TRAP": TRAP,
                "DROP": event("Drop"),
                "NONE": event("Replace"),
                "TWO!": event("Replace", ("one", "1\n\n2"), ("", "two\\n\u001b[2J")),
                "CUTS": event("Replace", ("n" * 300, "d\n" * 10000)),
                "MORE": event("Replace", ("more", "x" * 70000))})}),
        "observe.wasm": ("W8", {"observe": (b"noted\n", {"TRAP": TRAP, "BIN!": b"\x00\x01\x02\xff"})}),
    }
    for name, (form, hooks) in plugins.items():
        with open(os.path.join(folder, name), "wb") as stream:
            stream.write(scripted_plugin.plugin(kin[form], hooks))
