/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_shape_test.c - what is made of a shape plugin's answer, and what is refused (rules R64, R65, R92 to R99). */

#include "hooks_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static cclb_shape_result result;
static const char *base_url; /* of the request; NULL: none */

static cclb_status ask(void)
{
    cclb_lease_return(&result.lease);
    memset(&result, 0, sizeof result);
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.upstream_base_url = cclb_optional_text(base_url);
    cclb_target target = target_of("s");
    return cclb_shape(fixture.runtime, &target, &request, &result, &fixture.error);
}

static void done(void)
{
    cclb_lease_return(&result.lease);
    expect_nothing_open();
}

static int set_up_shape(void **state)
{
    int status = set_up(state);
    memset(&result, 0, sizeof result);
    base_url = NULL;
    register_plugin("s", CCLB_SLOT_SHAPE, "shape_pass", &kits[3]);
    return status;
}

static void restart_with(const cclb_runtime_options *options)
{
    done();
    fixture_restart(options);
    register_plugin("s", CCLB_SLOT_SHAPE, "shape_pass", &kits[3]);
}

static void restart_with_bounds(cclb_wire_bounds bounds)
{
    cclb_runtime_options options = fixture_options();
    options.wire_bounds = bounds;
    restart_with(&options);
}

static void restart_with_origins(cclb_origin_policy policy)
{
    cclb_runtime_options options = fixture_options();
    options.origin_policy = policy;
    restart_with(&options);
}

/* An answer with nothing wrong about it, but for what is changed before it is given. */
static cclb_shape_response good(void)
{
    return (cclb_shape_response){.url = cclb_text("https://x.test/"), .method = cclb_text("GET")};
}

static cclb_status ask_for(const cclb_shape_response *response)
{
    answer_message(CCLB_HOOK_SHAPE, response);
    return ask();
}

static cclb_status ask_for_headers(const cclb_header *headers, size_t count)
{
    cclb_shape_response response = good();
    response.headers = (cclb_headers){headers, count};
    return ask_for(&response);
}

static cclb_status ask_for_url(const char *url)
{
    cclb_shape_response response = good();
    response.url = cclb_text(url);
    return ask_for(&response);
}

/* All headers as "NAME=VALUE;" in a row. */
static const char *headers(void)
{
    static char text[1024];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < result.headers.count; i++) {
        const cclb_header *header = &result.headers.items[i];
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%.*s=%.*s;", (int)header->name.len,
                             (const char *)header->name.data, (int)header->value.len, (const char *)header->value.data);
    }
    return text;
}

static const cclb_header *header(const char *name, const char *value)
{
    static cclb_header one;
    one = (cclb_header){cclb_text(name), cclb_text(value)};
    return &one;
}

/* ---- a good answer ---- */

static void a_shaped_request_is_what_the_plugin_answered(void **state)
{
    (void)state;
    answer(CCLB_HOOK_SHAPE, "{'url': 'HTTPS://East.Example.test:443/v1/../v2?a=%20b', 'method': 'pAtch', 'headers': "
                            "[{'name': 'Content-Type', 'value': 'text/plain'}, {'name': 'x', 'value': ''}], 'body': "
                            "{'base64': 'AP8B'}}");
    expect_ok(ask());
    assert_false(result.passed_through);
    assert_true(result.has_url);
    expect_text(result.url.text, "https://east.example.test/v2?a=%20b");
    expect_text(result.method, "pAtch");
    assert_string_equal(headers(), "content-type=text/plain;x=;");
    assert_int_equal(result.body.count, 1);
    assert_int_equal(result.body.spans[0].len, 3);
    assert_memory_equal(result.body.spans[0].data, "\0\xff\1", 3);
    assert_int_equal(result.lease.form, CCLB_FORM_W9);
    assert_true(cclb_bytes_equal(result.lease.output, fixture.script.answer[CCLB_HOOK_SHAPE]));
    done();
}

/* R85, R86. */
static void an_answer_at_any_address_reads_the_same(void **state)
{
    (void)state;
    answer(CCLB_HOOK_SHAPE, "{'url': 'https://x.test/', 'method': 'GET', 'headers': [{'name': 'B', 'value': '1'}, "
                            "{'name': 'a', 'value': '2'}, {'name': 'b', 'value': '3'}], 'body': 'body'}");
    for (uint32_t shift = 0; shift < 16; shift++) {
        fixture.script.answer_shift = shift;
        fixture_play();
        expect_ok(ask());
        assert_string_equal(headers(), "b=1;b=3;a=2;");
        expect_text(result.body.spans[0], "body");
        expect_text(result.method, "GET");
    }
    done();
}

/* ---- R92: the order of checks ---- */

/* An answer that breaks those of the rules whose bits are set, and the rule that is told. */
static void expect_first(unsigned broken)
{
    static const uint32_t rules[] = {92, 93, 94, 95, 96, 98};
    static char padding[2000];
    static const cclb_header some[5] = {
        {{(const uint8_t *)"a", 1}, {(const uint8_t *)"\n", 1}},
        {{(const uint8_t *)"b", 1}, {(const uint8_t *)"v", 1}},
    };
    const cclb_header fine[] = {{cclb_text("a"), cclb_text("v")}, {cclb_text("b"), cclb_text("v")}};
    const cclb_header many[] = {fine[0], fine[0], fine[0], fine[0], fine[0]};
    const cclb_header many_bad[] = {some[0], fine[0], fine[0], fine[0], fine[0]};
    bool bad_header = broken >> 5 & 1;
    cclb_shape_response response = {
        .url = cclb_text(broken >> 2 & 1   ? "no url"
                         : broken >> 3 & 1 ? "https://elsewhere.test/"
                                           : "https://x.test/"),
        .method = cclb_text(broken >> 4 & 1 ? "G T" : "GET"),
        .headers = broken >> 1 & 1 ? (cclb_headers){bad_header ? many_bad : many, 5}
                                   : (cclb_headers){bad_header ? some : fine, 2},
    };
    const cclb_bytes body = cclb_bytes_of(padding, sizeof padding);
    if (broken & 1) {
        response.body = (cclb_spans){&body, 1};
    }
    uint32_t rule = 0;
    while (rule < COUNT(rules) && (broken >> rule & 1) == 0) {
        rule++;
    }
    cclb_status status = ask_for(&response);
    if (rule == COUNT(rules)) {
        expect_ok(status);
    } else {
        expect_fault(status, CCLB_REJECTED, rules[rule], rule == 2 ? "invalid url: " : "unsupported request: ");
        assert_int_equal(fixture.error.phase, CCLB_PHASE_ANSWER);
        assert_int_equal(fixture.error.hook, CCLB_HOOK_SHAPE);
    }
}

static void the_first_fault_in_order_is_told(void **state)
{
    (void)state;
    cclb_runtime_options options = fixture_options();
    options.wire_bounds = (cclb_wire_bounds){.output_body_bytes = 1000, .max_headers = 4};
    options.origin_policy = CCLB_ORIGIN_SELECTED_UPSTREAM;
    restart_with(&options);
    base_url = "https://x.test/";
    for (unsigned broken = 0; broken < 1u << 6; broken++) {
        expect_first(broken);
    }
    /* An answer that does not read has a size, and nothing else. */
    static const uint8_t garbage[1001] = {[968] = 0xff};
    answer_bytes(CCLB_HOOK_SHAPE, cclb_bytes_of(garbage, 1001));
    expect_fault(ask(), CCLB_REJECTED, 92, "unsupported request: ");
    answer_bytes(CCLB_HOOK_SHAPE, cclb_bytes_of(garbage, 1000));
    expect_fault(ask(), CCLB_DECODE, 0, "unsupported request: ShapeResponse");
    assert_int_equal(fixture.error.hook, CCLB_HOOK_SHAPE);
    done();
}

static void headers_are_judged_one_by_one(void **state)
{
    (void)state;
    static const char *const message = "unsupported request: ";
    restart_with_bounds((cclb_wire_bounds){.max_header_value_bytes = 3});
    const cclb_header first[] = {{cclb_text("a"), cclb_text("\n")}, {cclb_text("b b"), cclb_text("12345")}};
    expect_fault(ask_for_headers(first, 2), CCLB_REJECTED, 98, message);
    assert_non_null(strstr(fixture.error.message, "invalid value of header `a`"));
    /* of one header the size of the value, then the name, then the value */
    const cclb_header all = {cclb_text("b b"), cclb_text("1\n34")};
    expect_fault(ask_for_headers(&all, 1), CCLB_REJECTED, 98, message);
    assert_non_null(strstr(fixture.error.message, "4 bytes exceeds wire_bounds.max_header_value_bytes"));
    const cclb_header two = {cclb_text("b b"), cclb_text("1\n3")};
    expect_fault(ask_for_headers(&two, 1), CCLB_REJECTED, 98, message);
    assert_non_null(strstr(fixture.error.message, "invalid header name `b b`"));
    done();
}

static void a_trap_is_told_by_its_phase(void **state)
{
    (void)state;
    fixture.script.hook_fault = CCLB_TRAP;
    fixture_play();
    expect_fault(ask(), CCLB_TRAP, 50, "unsupported request: ");
    assert_non_null(strstr(fixture.error.message, "cc_lb_shape: scripted"));
    fixture.script.hook_fault = CCLB_OK;
    fixture.script.fail_at = 1;
    fixture_play();
    expect_fault(ask(), CCLB_INSTANTIATE, 45, "unsupported request: ");
    done();
}

/* ---- R64, R93, R98, R99: bounds ---- */

static void answers_are_bounded(void **state)
{
    (void)state;
    static char big[24000];
    const cclb_bytes body = cclb_bytes_of(big, sizeof big);
    cclb_shape_response response = good();
    response.body = (cclb_spans){&body, 1};
    expect_ok(ask_for(&response));
    assert_int_equal(result.body.spans[0].len, sizeof big); /* R99: a body is as long as it likes */
    size_t len = fixture.answers[CCLB_HOOK_SHAPE].len;
    restart_with_bounds((cclb_wire_bounds){.output_body_bytes = len});
    expect_ok(ask());
    restart_with_bounds((cclb_wire_bounds){.output_body_bytes = len - 1});
    expect_fault(ask(), CCLB_REJECTED, 92, "unsupported request: ");
    assert_non_null(strstr(fixture.error.message, "exceeds wire_bounds.output_body_bytes"));
    done();
}

static void headers_are_counted_before_any_is_dropped(void **state)
{
    (void)state;
    cclb_header many[101];
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = *header(i % 2 == 0 ? "host" : "a", "v");
    }
    expect_ok(ask_for_headers(many, 100)); /* R64 */
    assert_int_equal(result.headers.count, 50);
    expect_fault(ask_for_headers(many, 101), CCLB_REJECTED, 93, "unsupported request: ");
    assert_non_null(strstr(fixture.error.message, "exceeds wire_bounds.max_headers"));
    restart_with_bounds((cclb_wire_bounds){.max_headers = 3});
    expect_ok(ask_for_headers(many, 2));
    expect_ok(ask_for_headers(many, 3));
    expect_fault(ask_for_headers(many, 4), CCLB_REJECTED, 93, "unsupported request: ");
    done();
}

static void values_are_bounded(void **state)
{
    (void)state;
    static char value[9000];
    memset(value, 'v', sizeof value);
    cclb_header one = {cclb_text("a"), cclb_bytes_of(value, 8192)};
    expect_ok(ask_for_headers(&one, 1)); /* R64 */
    one.value.len = 8193;
    expect_fault(ask_for_headers(&one, 1), CCLB_REJECTED, 98, "unsupported request: ");
    assert_non_null(strstr(fixture.error.message, "exceeds wire_bounds.max_header_value_bytes"));
    one.name = cclb_text("Host");
    expect_ok(ask_for_headers(&one, 1)); /* R97: it is dropped before that */
    restart_with_bounds((cclb_wire_bounds){.max_header_value_bytes = 5});
    one = (cclb_header){cclb_text("a"), cclb_bytes_of(value, 5)};
    expect_ok(ask_for_headers(&one, 1));
    one.value.len = 4;
    expect_ok(ask_for_headers(&one, 1));
    one.value.len = 6;
    expect_fault(ask_for_headers(&one, 1), CCLB_REJECTED, 98, "unsupported request: ");
    done();
}

static void names_are_tokens_of_at_most_65535_bytes(void **state)
{
    (void)state;
    static char name[65536];
    fixture.script.memory_bytes = 1 << 20;
    memset(name, 'N', sizeof name);
    cclb_header one = {cclb_bytes_of(name, 65535), cclb_text("v")};
    expect_ok(ask_for_headers(&one, 1));
    assert_int_equal(result.headers.items[0].name.len, 65535);
    assert_int_equal(result.headers.items[0].name.data[65534], 'n');
    one.name.len = 65536;
    expect_fault(ask_for_headers(&one, 1), CCLB_REJECTED, 98, "unsupported request: ");
    static const char *const names[] = {"", "a b", "a:b", "\xc3\xa9", "a\x7f", "a\t", "a,", "(a)"};
    for (size_t i = 0; i < COUNT(names); i++) {
        expect_fault(ask_for_headers(header(names[i], "v"), 1), CCLB_REJECTED, 98, "unsupported request: ");
    }
    expect_ok(ask_for_headers(header("!#$%&'*+-.^_`|~09AZ", "v"), 1));
    assert_string_equal(headers(), "!#$%&'*+-.^_`|~09az=v;");
    done();
}

static void values_have_no_controls_but_tab(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        const uint8_t text[] = {(uint8_t)byte};
        const cclb_header one = {cclb_text("a"), cclb_bytes_of(text, 1)};
        cclb_status status = ask_for_headers(&one, 1);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            expect_fault(status, CCLB_REJECTED, 98, "unsupported request: invalid value of header `a`");
        } else {
            expect_ok(status);
        }
    }
    done();
}

/* ---- R97, R98: which headers are left, and in which order ---- */

static void some_headers_are_not_the_plugins(void **state)
{
    (void)state;
    static const char *const dropped[] = {
        "connection",   "keep-alive",       "proxy-authenticate",      "proxy-authorization",
        "te",           "trailer",          "transfer-encoding",       "upgrade",
        "host",         "content-length",   "authorization",           "x-api-key",
        "x-anthropic-", "x-anthropic-beta", "x-anthropic-\xc3\xa9 \n",
    };
    for (size_t i = 0; i < COUNT(dropped); i++) {
        char upper[32] = {0};
        for (size_t at = 0; dropped[i][at]; at++) {
            char c = dropped[i][at];
            upper[at] = at % 2 == 0 && c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
        }
        const cclb_header given[] = {
            {cclb_text("a"), cclb_text("1")},
            {cclb_text(dropped[i]), cclb_text("2")},
            {cclb_text("b"), cclb_text("3")},
            {cclb_text(upper), cclb_text("bad\n\x7f")},
        };
        expect_ok(ask_for_headers(given, 4));
        assert_string_equal(headers(), "a=1;b=3;");
    }
    static const char *const kept[] = {"cookie",       "set-cookie",  "x-anthropic", "anthropic-version",
                                       "x-api-keys",   "connections", "te-",         "proxy-connection",
                                       "content-type", "hos",         "trailers",    "xx-anthropic-"};
    for (size_t i = 0; i < COUNT(kept); i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "%s=1;", kept[i]);
        expect_ok(ask_for_headers(header(kept[i], "1"), 1));
        assert_string_equal(headers(), wanted);
    }
    done();
}

static void repeated_names_stand_where_the_first_stood(void **state)
{
    (void)state;
    static const char *const given[] = {"c", "A", "b", "a", "host", "B", "d", "C", "a"};
    cclb_header list[COUNT(given)];
    char values[COUNT(given)][2];
    for (size_t i = 0; i < COUNT(given); i++) {
        values[i][0] = (char)('0' + i);
        values[i][1] = '\0';
        list[i] = (cclb_header){cclb_text(given[i]), cclb_text(values[i])};
    }
    expect_ok(ask_for_headers(list, COUNT(given)));
    assert_string_equal(headers(), "c=0;c=7;a=1;a=3;a=8;b=2;b=5;d=6;");
    done();
}

enum { MANY = 50000, NAMES = 1000 };

static void many_headers_are_grouped(void **state)
{
    (void)state;
    static cclb_header many[MANY];
    static char names[NAMES][8];
    fixture.script.memory_bytes = 16 << 20;
    restart_with_bounds((cclb_wire_bounds){.max_headers = MANY});
    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i % NAMES], sizeof names[0], "n%zu", i % NAMES);
        many[i] = (cclb_header){cclb_text(names[i % NAMES]), cclb_text("")};
    }
    expect_ok(ask_for_headers(many, MANY));
    assert_int_equal(result.headers.count, MANY);
    for (size_t i = 0; i < MANY; i++) {
        expect_text(result.headers.items[i].name, names[i / (MANY / NAMES)]);
    }
    done();
}

/* ---- R94: URLs ---- */

/* One line "UO URL ok tuple|opaque ORIGIN SERIALISED" or "UO URL err WORDS". */
static void try_url(const char *line)
{
    char hex[512];
    char verdict[8];
    char rest[3][512];
    uint8_t url[256];
    uint8_t wanted[256];
    int fields = sscanf(line, "UO %511s %7s %511s %511s %511s", hex, verdict, rest[0], rest[1], rest[2]);
    cclb_shape_response response = good();
    response.url = cclb_bytes_of(url, unhex(hex, url));
    cclb_status status = ask_for(&response);
    if (strcmp(verdict, "ok") == 0) {
        assert_int_equal(fields, 5);
        expect_ok(status);
        cclb_bytes serialised = cclb_bytes_of(wanted, unhex(rest[2], wanted));
        assert_true(cclb_bytes_equal(result.url.text, serialised));
    } else {
        expect_fault(status, CCLB_REJECTED, 94, "invalid url: ");
        wanted[unhex(rest[0], wanted)] = '\0';
        assert_non_null(strstr(fixture.error.message, (const char *)wanted));
    }
}

static void urls_are_read_as_the_published_hosts_read_them(void **state)
{
    (void)state;
    assert_int_equal(each_vector("UO ", try_url), 45);
    done();
}

static void expect_part(cclb_optional_bytes part, const char *wanted)
{
    assert_int_equal(part.present, wanted != NULL);
    if (wanted) {
        expect_text(part.value, wanted);
    }
}

static void a_url_comes_in_its_parts(void **state)
{
    (void)state;
    static const struct {
        const char *given, *text, *scheme, *username, *password, *host;
        int32_t port;
        const char *path, *query, *fragment;
    } urls[] = {
        {"https://u:p@h.test:444/a/b?q=1#f", "https://u:p@h.test:444/a/b?q=1#f", "https", "u", "p", "h.test", 444,
         "/a/b", "q=1", "f"},
        {"https://h.test", "https://h.test/", "https", "", NULL, "h.test", 443, "/", NULL, NULL},
        {"http://h.test:80?", "http://h.test/?", "http", "", NULL, "h.test", 80, "/", "", NULL},
        {"http://h.test/#", "http://h.test/#", "http", "", NULL, "h.test", 80, "/", NULL, ""},
        {"https://u@h.test/", "https://u@h.test/", "https", "u", NULL, "h.test", 443, "/", NULL, NULL},
        {"https://:p@h.test/", "https://:p@h.test/", "https", "", "p", "h.test", 443, "/", NULL, NULL},
        {"https://u:@h.test/", "https://u@h.test/", "https", "u", NULL, "h.test", 443, "/", NULL, NULL},
        {"https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443/", "https", "", NULL, "[2001:db8::1]", 8443, "/",
         NULL, NULL},
        {"https://h.test/?a b#c d", "https://h.test/?a%20b#c%20d", "https", "", NULL, "h.test", 443, "/", "a%20b",
         "c%20d"},
        {"ws://h.test/", "ws://h.test/", "ws", "", NULL, "h.test", 80, "/", NULL, NULL},
        {"wss://h.test/", "wss://h.test/", "wss", "", NULL, "h.test", 443, "/", NULL, NULL},
        {"ftp://h.test/", "ftp://h.test/", "ftp", "", NULL, "h.test", 21, "/", NULL, NULL},
        {"file:///etc/passwd", "file:///etc/passwd", "file", "", NULL, NULL, -1, "/etc/passwd", NULL, NULL},
        {"data:text/plain,x?y", "data:text/plain,x?y", "data", "", NULL, NULL, -1, "text/plain,x", "y", NULL},
        {"x://h", "x://h", "x", "", NULL, "h", -1, "", NULL, NULL},
        {"x:///p", "x:///p", "x", "", NULL, NULL, -1, "/p", NULL, NULL},
        {"x:", "x:", "x", "", NULL, NULL, -1, "", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(urls); i++) {
        expect_ok(ask_for_url(urls[i].given));
        assert_true(result.has_url);
        expect_text(result.url.text, urls[i].text);
        expect_text(result.url.scheme, urls[i].scheme);
        expect_text(result.url.username, urls[i].username);
        expect_part(result.url.password, urls[i].password);
        expect_part(result.url.host, urls[i].host);
        assert_int_equal(result.url.port, urls[i].port);
        expect_text(result.url.path, urls[i].path);
        expect_part(result.url.query, urls[i].query);
        expect_part(result.url.fragment, urls[i].fragment);
    }
    done();
}

static void a_url_that_is_none_is_told_in_the_parsers_words(void **state)
{
    (void)state;
    expect_fault(ask_for_url("/v1\x1b"), CCLB_REJECTED, 94, "invalid url: `/v1\\x1b`: relative URL without a base");
    done();
}

/* ---- R65, R95: origins ---- */

static void origins_are_compared_if_that_is_the_policy(void **state)
{
    (void)state;
    static const struct {
        const char *base, *url;
        bool same;
    } cases[] = {
        {"https://h.test", "https://h.test/x?y#z", true},
        {"https://h.test/a/b", "https://h.test:443/", true},
        {"https://h.test:443", "https://h.test", true},
        {"http://h.test:80/", "http://h.test/", true},
        {"https://H.TEST", "https://h.test", true},
        {"https://h.test", "https://u:p@h.test/", true},
        {"https://u:p@h.test", "https://h.test/", true},
        {"https://[::1]", "https://[0:0::1]:443/", true},
        {"https://127.0.0.1", "https://127.1/", true},
        {"https://b\xc3\xbc"
         "cher.test",
         "https://xn--bcher-kva.test", true},
        {"https://h.test", "http://h.test", false},
        {"https://h.test", "https://h.test:444/", false},
        {"https://h.test", "http://h.test:443/", false},
        {"https://h.test", "https://h.test./", false},
        {"https://h.test", "https://x.h.test/", false},
        {"https://h.test", "https://h.test@evil.test/", false},
        {"https://h.test", "wss://h.test/", false},
        {"https://[::1]", "https://[::2]/", false},
        {"https://h.test", "file:///h.test", false},
        {"https://h.test", "data:,https://h.test/", false},
        {"file:///a", "file:///a", false},
        {"data:,x", "data:,x", false},
        {"x://h", "x://h", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        base_url = cases[i].base;
        restart_with_origins(CCLB_ORIGIN_UNRESTRICTED);
        expect_ok(ask_for_url(cases[i].url));
        restart_with_origins(CCLB_ORIGIN_SELECTED_UPSTREAM);
        cclb_status status = ask_for_url(cases[i].url);
        if (cases[i].same) {
            expect_ok(status);
        } else {
            expect_fault(status, CCLB_REJECTED, 95, "unsupported request: ");
        }
        base_url = NULL; /* then there is nothing to compare */
        expect_ok(ask_for_url(cases[i].url));
    }
    done();
}

static void origins_are_free_by_default(void **state)
{
    (void)state;
    base_url = "https://h.test";
    expect_ok(ask_for_url("https://elsewhere.test/"));
    expect_text(result.url.text, "https://elsewhere.test/");
    done();
}

/* A base URL may hold what must not be in a log. */
static void a_refused_origin_is_told_without_secrets(void **state)
{
    (void)state;
    restart_with_origins(CCLB_ORIGIN_SELECTED_UPSTREAM);
    base_url = "https://user:secret@b\xc3\xbc"
               "cher.test/secret?secret";
    expect_fault(ask_for_url("https://other:secret@evil.test/secret"), CCLB_REJECTED, 95, "unsupported request: ");
    assert_null(strstr(fixture.error.message, "secret"));
    assert_non_null(strstr(fixture.error.message, "https://evil.test"));
    assert_non_null(strstr(fixture.error.message, "https://xn--bcher-kva.test"));
    done();
}

/* ---- R96 ---- */

static void methods_are_tokens_whose_case_counts(void **state)
{
    (void)state;
    static const char *const good_ones[] = {"GET", "get", "x", "!#$%&'*+-.^_`|~09", "PROPFIND"};
    static const char *const bad_ones[] = {"", " ", "GET ", "G/T", "G\xc3\x89T", "G\x7fT", "G:T", "G\nT"};
    cclb_shape_response response = good();
    for (size_t i = 0; i < COUNT(good_ones); i++) {
        response.method = cclb_text(good_ones[i]);
        expect_ok(ask_for(&response));
        expect_text(result.method, good_ones[i]);
    }
    for (size_t i = 0; i < COUNT(bad_ones); i++) {
        response.method = cclb_text(bad_ones[i]);
        expect_fault(ask_for(&response), CCLB_REJECTED, 96, "unsupported request: invalid method `");
    }
    done();
}

/* ---- memory ---- */

static void every_allocation_may_fail(void **state)
{
    (void)state;
    base_url = "https://h.test";
    answer(CCLB_HOOK_SHAPE, "{'url': 'https://x.test/', 'method': 'GET', 'headers': [{'name': 'B', 'value': '1'}, "
                            "{'name': 'a', 'value': '2'}, {'name': 'b', 'value': '3'}], 'body': 'body'}");
    cclb_status status = CCLB_INTERNAL;
    uint64_t failures = 0;
    while (status != CCLB_OK) {
        restart_with_origins(CCLB_ORIGIN_UNRESTRICTED);
        fixture.counts.fail_at = atomic_load(&fixture.counts.calls) + failures + 1;
        status = ask();
        fixture.counts.fail_at = 0;
        assert_true(status == CCLB_OK || status == CCLB_NO_MEMORY || status == CCLB_INSTANTIATE);
        assert_true(status == CCLB_OK || fixture.error.status == status);
        assert_true(++failures < 100);
    }
    assert_true(failures > 2);
    assert_string_equal(headers(), "b=1;b=3;a=2;");
    done();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_shape, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_shaped_request_is_what_the_plugin_answered),
        TEST(an_answer_at_any_address_reads_the_same),
        TEST(the_first_fault_in_order_is_told),
        TEST(headers_are_judged_one_by_one),
        TEST(a_trap_is_told_by_its_phase),
        TEST(answers_are_bounded),
        TEST(headers_are_counted_before_any_is_dropped),
        TEST(values_are_bounded),
        TEST(names_are_tokens_of_at_most_65535_bytes),
        TEST(values_have_no_controls_but_tab),
        TEST(some_headers_are_not_the_plugins),
        TEST(repeated_names_stand_where_the_first_stood),
        TEST(many_headers_are_grouped),
        TEST(urls_are_read_as_the_published_hosts_read_them),
        TEST(a_url_comes_in_its_parts),
        TEST(a_url_that_is_none_is_told_in_the_parsers_words),
        TEST(origins_are_compared_if_that_is_the_policy),
        TEST(origins_are_free_by_default),
        TEST(a_refused_origin_is_told_without_secrets),
        TEST(methods_are_tokens_whose_case_counts),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
