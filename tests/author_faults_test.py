#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `cclb test` makes of calls that fail: those that have to, and others.

    author_faults_test.py COMMAND TREE

COMMAND is the program, TREE the folder of the sources. Prints one line for each fault, and at last how many checks passed.
"""

import json
import re
import sys
import xml.etree.ElementTree

from author_cases_test import COUNTING, lines_of, main
from cli_bench import expect, one_object


GIVES_UP = """
#define CCLB_PLUGIN_NAME "gives-up"
#define CCLB_PLUGIN_VERSION "1"
#define CCLB_PLUGIN_DESCRIPTION "Fails at a status."
#define CCLB_PLUGIN_USAGE "For tests."
#define CCLB_PLUGIN_SHAPE "Is never called."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "Fails."
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#include "cclb_plugin.h"
void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
}
void plugin_transform_response(const cclb_transform_response_request *request,
                               cclb_transform_response_result *answer)
{
    (void)answer;
    if (request->response_status == 203) {
        cclb_plugin_fail();
    }
}
"""


FAULTY = """
#define CCLB_PLUGIN_NAME "faulty"
#define CCLB_PLUGIN_VERSION "1"
#define CCLB_PLUGIN_DESCRIPTION "Fails in the way that the path says."
#define CCLB_PLUGIN_USAGE "For tests."
#define CCLB_PLUGIN_FILTER "Fails."
#include "cclb_plugin.h"
void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    volatile bool always = cclb_bytes_equal(request->path, CCLB_TEXT("/loop"));
    while (always) {
    }
    if (cclb_bytes_equal(request->path, CCLB_TEXT("/wild"))) {
        *(volatile uint8_t *)(uintptr_t)0xfffffff0 = 1;
    }
    if (cclb_bytes_equal(request->path, CCLB_TEXT("/gives-up"))) {
        cclb_plugin_fail();
    }
    cclb_accept(answer, cclb_bytes_of(cclb_bytes_equal(request->path, CCLB_TEXT("/binary")) ? "\\xff" : "x", 1));
}
"""


def giving_up(plugin):
    """A copy whose shape gives up where there is no upstream, of which it has a case."""
    folder = plugin.fresh()
    source = folder / "all.c"
    told, count = re.subn(r"cclb_value_or\(request->upstream\.base_url, .*\);",
                          "request->upstream.base_url.value;\n    if (base.len == 0) { cclb_plugin_fail(); }",
                          source.read_text())
    expect(count == 1, "shape has changed")
    source.write_text(told)
    plugin.compile(source, folder / "all.wasm")
    return folder


def less_may_be_expected_of_a_fault(plugin):
    folder = giving_up(plugin)
    path = folder / "cases/shape/no-upstream.expected.json"
    for expected, passes in (({"status": "trap"}, True), ({"phase": "hook"}, True), ({"message": "cc_lb_shape"}, True),
                             ({"status": "trap", "message": ""}, True), ({"status": "deadline"}, False),
                             ({"status": "tra"}, False), ({"status": "trap", "phase": "output"}, False),
                             ({"message": "out of bounds"}, False), ({"message": "hook", "phase": "hook"}, False)):
        path.write_text(json.dumps({"error": expected}))
        result = plugin.test(folder, "--only", "shape/no-upstream")
        expect(result.status == (0 if passes else 1), f"{expected}: {result.out.decode()}")
    path.write_text('{"result": {}}')
    result = plugin.test(folder, "--only", "no-upstream", "--update")
    written = json.loads(path.read_text())["error"]
    expect(result.status == 0 and list(written) == ["status", "phase", "message"], f"{written}")
    path.write_text('<<<<<<<\n    "status": "trap"')  # what is replaced may be anything
    expect(plugin.test(folder, "--only", "no-upstream", "--update").status == 0, "what is no JSON is not replaced")
    expect(json.loads(path.read_text())["error"] == written, path.read_text())
    (folder / "cases/shape/passes-on.expected.json").write_text('{"error": {"status": "trap"}}')
    expect(plugin.test(folder, "--only", "passes-on").status == 1, "a result passes for a fault")


def order_and_spelling_of_a_fault_do_not_count(plugin):
    folder = giving_up(plugin)
    path = folder / "cases/shape/no-upstream.expected.json"
    for expected in (r'{"error": {"message": "cc_lb_shape", "phase": "hook", "status": "trap"}}',
                     r'{"error": {"phase": "hoo\u006B", "st\u0061tus": "tr\u0061p"}}',
                     r'{"\u0065rror": {"message": "\u0063c_lb_shape"}}'):
        path.write_text(expected)
        for words in ((), ("--update",)):
            result = plugin.test(folder, "--only", "no-upstream", *words)
            expect(result.status == 0 and path.read_text() == expected, f"{expected}: {result.out.decode()}")
    path.write_text('{"error": {"message": "cc_lb_shape", "status": "deadlin\\u0065"}}')
    result = plugin.test(folder, "--only", "no-upstream")
    shown = [line.strip() for line in lines_of(result)[1:-1]]
    expect(shown == ["{", '"error": {', '-     "status": "deadline",', '+     "status": "trap",', '"message": "cc_lb_shape"',
                     "}", "}"], f"{shown}")


def what_no_fault_can_be_is_told(plugin):
    folder = giving_up(plugin)
    path = folder / "cases/shape/no-upstream.expected.json"
    for expected, words in (('{"error": {}}', "$.error: say at least one of `status`, `phase` and `message`"),
                            ('{"error": "trap"}', "$.error: an object is wanted"),
                            ('{"error": {"status": 1}}', "$.error.status: a string is wanted"),
                            ('{"error": {"status": "trap", "statu\\u0073": "trap"}}', "duplicate object key"),
                            ('{"error": {"status": "trap", "rule": 1}}',
                             "$.error.rule: no such member; there are `status`, `phase` and `message`")):
        path.write_text(expected)
        result = plugin.test(folder, "--only", "no-upstream")
        expect(result.status == 1 and "no-upstream.expected.json: " in lines_of(result)[0] and
               words in lines_of(result)[0], f"{expected}: {result.out.decode()}")
        expect(plugin.test(folder, "--only", "no-upstream", "--update").status == 0, f"{expected} is not replaced")


def all_parts_are_shown_beside_a_result(plugin):
    """Also where a member of the result is called like one of the fault and stands at the same depth."""
    folder = plugin.build("gives-up", GIVES_UP)
    cases = folder / "cases" / "transform_response"
    cases.mkdir()
    (cases / "one.json").write_text('{"request": {"method": "GET"}, "response": {"status": 203}}')
    (cases / "one.expected.json").write_text('{"result": {"called": true, "status": 201, "error": {"status": "trap"}}}')
    shown = plugin.test(folder).out.decode()
    for line in ('+   "error": {', '+     "status": "trap",', '+     "phase": "hook",', '+     "message": "'):
        expect(f"\n         {line}" in shown, f"no {line!r} in {shown}")


def faults_are_explained(plugin):
    """What failed stands in the first line, with what to look for, and not only in the difference below it."""
    folder = plugin.build("faulty", FAULTY)
    cases = folder / "cases" / "filter"
    cases.mkdir()
    wanted = {"loop": r"its deadline of 100 ms has passed; is there a loop that does not end\? --deadline 2s gives it more time",
              "wild": r"out of bounds memory access; a pointer or an index leads out of its memory, or its stack is too deep",
              "gives-up": r"unreachable.*; it gave up, by cclb_plugin_fail\(\), a panic, or what the kit checks: .*",
              "binary": r"upstream_id: is not UTF-8"}
    for name in wanted:
        (cases / f"{name}.json").write_text(json.dumps({"request": {"method": "POST", "path": f"/{name}"}}))
        (cases / f"{name}.expected.json").write_text('{"result": {}}')
    text = plugin.test(folder).out.decode()
    for name, words in wanted.items():
        expect(re.search(f"^FAILED   filter/{name}: the call failed, and .*/{name}.expected.json expects something else: "
                         f".*{words}$", text, re.MULTILINE), f"no {words!r} in {text}")


def failures_of_streams_are_explained(plugin):
    """In the file is only where a stream ended; which event it was and what it said is told, as of calls."""
    folder = plugin.build("cut-off", COUNTING)
    cases = folder / "cases" / "sse"
    (cases / "one.sse").write_text("data: a\n\n: no event\n\ndata: fail\n\ndata: b\n\n")
    hint = r"guest trap during cc_lb_transform_sse_event: .*unreachable.*; it gave up, by cclb_plugin_fail\(\).*"
    for words in (r"and there is no .*/one.expected.sse yet, which --update writes", r"and .*/one.expected.sse expects something else"):
        pattern = rf"the stream failed at event 2, {words}: .*{hint}"
        report = folder / "report.xml"
        text = plugin.test(folder, "--junit", str(report)).out.decode()
        expect(re.search(f"^FAILED   sse/one: {pattern}$", text, re.MULTILINE), f"no {pattern!r} in {text}")
        told = one_object(plugin.test(folder, "--json").out)["cases"][0]["why"]
        expect(re.fullmatch(pattern, told), told)
        failure = xml.etree.ElementTree.parse(report).getroot().find("testsuite/testcase/failure")
        expect(re.fullmatch(pattern, failure.get("message")), failure.get("message"))
        (cases / "one.expected.sse").write_text("data: 1 200\n\n")
    expect(plugin.test(folder, "--update").status == 0 and plugin.test(folder).status == 0, "does not pass then")
    expect((cases / "one.expected.sse").read_text() == "data: 1 200\n\n: no event\n\n: failed: trap in hook\n",
           (cases / "one.expected.sse").read_text())


CHECKS = (failures_of_streams_are_explained, less_may_be_expected_of_a_fault,
          order_and_spelling_of_a_fault_do_not_count, what_no_fault_can_be_is_told,
          all_parts_are_shown_beside_a_result, faults_are_explained)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], __doc__, CHECKS))
