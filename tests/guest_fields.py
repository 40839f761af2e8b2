# SPDX-License-Identifier: Apache-2.0
"""Messages with another value in every field, as JSON of the command, and what tests/guest/echo.c answers to them."""

import itertools

# (name, kind, the first of the kit's forms that has it); a list is an array of such, a tuple a struct or an enum
CLAIM = (("key", "text", 2), ("value", "text", 2))
HEADER = (("name", "text", 2), ("value", "text", 2))
PRINCIPAL = (("id", "text", 2), ("kind", "text", 2), ("claims", [CLAIM], 2))
UPSTREAM = (("kind", ("AnthropicDirect", 0), 2), ("base_url", "optional text", 2))
PRICING = (("status", "text", 6), *((f"{name}_micros_per_million", "optional u64", 6) for name in (
    "input", "cache_creation_5m", "cache_creation_1h", "cache_read")))
CANDIDATE = (
    ("upstream_id", "text", 2), ("name", "text", 2), ("kind", "text", 2), ("observed_at_unix_secs", "u64", 2),
    ("predicted_cache_read_tokens", "u32", 2), ("predicted_cache_creation_tokens_5m", "u32", 6),
    ("predicted_cache_creation_tokens_1h", "u32", 6), ("predicted_uncached_input_tokens", "u32", 6),
    ("plan_capacity_ratio", "f64", 6), ("organization_type", "text", 6), ("rate_limit_tier", "text", 6),
    ("seat_tier", "text", 6))
RESPONSE = (
    ("request_id", "text", 6), ("principal", PRINCIPAL, 6), ("upstream", UPSTREAM, 6), ("request_method", "text", 6),
    ("request_path", "text", 6), ("canonical_model_id", "text", 6), ("response_status", "u16", 6),
    ("response_headers", [HEADER], 6))
REQUESTS = {
    "filter": (
        ("request_id", "text", 2), ("thread_id", "optional text", 6), ("service_tier", "optional text", 8),
        ("canonical_model_id", "text", 6), ("cache_pricing", PRICING, 6), ("method", "text", 2), ("path", "text", 2),
        ("query", "optional text", 2), ("headers", [HEADER], 2), ("body", "text", 2), ("principal", PRINCIPAL, 2),
        ("candidates", [CANDIDATE], 2)),
    "shape": (
        ("request_id", "text", 2), ("method", "text", 2), ("path", "text", 2), ("query", "optional text", 2),
        ("headers", [HEADER], 2), ("body", "text", 2), ("principal", PRINCIPAL, 2), ("upstream", UPSTREAM, 2)),
    "transform_response": (*RESPONSE, ("body", "text", 6)),
    "transform_sse_event": (*RESPONSE, ("event", (("event", "text", 6), ("data", "text", 6)), 6)),
}
EVENTS = (
    ("RequestStarted", (("request_id", "text", 2), ("downstream_user_agent", "optional text", 2))),
    ("AuthnComplete", (("principal_id", "text", 2), ("principal_kind", "text", 2))),
    ("UpstreamChosen", (("upstream", UPSTREAM, 2),)),
    ("Chunk", (("batch_index", "u64", 2), ("event_count", "u64", 2), ("total_bytes", "u64", 2))),
    ("RequestFinished", (
        ("status", "u16", 2), ("input_tokens", "optional u64", 2), ("output_tokens", "optional u64", 2),
        ("cache_creation_input_tokens", "optional u64", 2), ("cache_read_input_tokens", "optional u64", 2),
        ("duration_ms", "u64", 2))),
    ("Error", (("code", "text", 2), ("message", "text", 2), ("source", "text", 2))),
)
LARGE = {"u16": 60000, "u32": 4000000000, "u64": 1 << 50, "f64": 1 << 40}


class Message:
    """Builds a message for a form, and the lines of the echo; `full` says whether optionals are there."""

    def __init__(self, form, full):
        self.form, self.full = form, full
        self.numbers = itertools.count(1)
        self.lines = []

    def value(self, kind, present=True):
        """A value as JSON; where the form lacks it, only the line that reads as absent."""
        if isinstance(kind, list):
            count = 3 if present and self.full else 0
            self.lines.append(str(count))
            return [self.value(kind[0]) for _ in range(count)]
        if isinstance(kind, tuple) and isinstance(kind[0], str):
            self.lines.append(str(kind[1]))
            return kind[0]
        if isinstance(kind, tuple):
            fields = ((name, self.value(inner, present and since <= self.form), since) for name, inner, since in kind)
            return {name: value for name, value, since in fields if since <= self.form}
        optional = kind.startswith("optional ")
        there = present and (self.full or not optional)
        number = next(self.numbers)
        plain = kind.removeprefix("optional ")
        value = f"value \u00e9 {number}" if plain == "text" else LARGE[plain] + number
        absent = "-" if optional else "" if plain == "text" else "0"
        self.lines.append(str(value) if there else absent)
        return value if there else None


def messages(form, full):
    """(hook, message, echo) for each request, and each event, that the form has."""
    for hook, fields in REQUESTS.items():
        if fields[0][2] <= form:
            message = Message(form, full)
            yield hook, message.value(fields), message.lines
    for number, (kind, fields) in enumerate(EVENTS if form < 9 else ()):
        message = Message(form, full)
        yield "observe", message.value((("kind", (kind, number), 2), *fields)), message.lines
