/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_decoder_test.c - the slow decoder and encoder against what the published crates printed.
 *
 * They are what the library's codec is held against (decoder_agreement_test.c), so they have to be right first.
 */

#include "slow_bytes.h"
#include "slow_decoder.h"
#include "slow_encoder.h"
#include "slow_schema.h"
#include "wire_answer.h"
#include "wire_vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct wire_vectors vectors;

static int read_vectors(void **state)
{
    (void)state;
    wire_vectors_init(&vectors, CCLB_SOURCE_DIR "/spec/vectors/wire-vectors.txt");
    return 0;
}

static int free_vectors(void **state)
{
    (void)state;
    wire_vectors_deinit(&vectors);
    return 0;
}

static void layouts_follow_from_the_rules(void **state)
{
    (void)state;
    /* Sizes and alignments as section 4 lists them, the first and last form they hold for. */
    static const struct {
        const char *type;
        int first, last;
        size_t size, align;
    } listed[] = {
        {"Claim", 2, 9, 16, 4},
        {"Header", 2, 9, 16, 4},
        {"SseEvent", 6, 9, 16, 4},
        {"Principal", 2, 9, 24, 4},
        {"Upstream", 2, 9, 16, 4},
        {"CachePricingSummary", 5, 9, 72, 8},
        {"PerCandidateReason", 2, 9, 24, 4},
        {"FilterResponse", 2, 9, 8, 4},
        {"ShapeRequest", 2, 9, 92, 4},
        {"ShapeResponse", 2, 9, 32, 4},
        {"TransformResponseRequest", 6, 9, 92, 4},
        {"TransformSseEventRequest", 6, 9, 100, 4},
        {"TransformResponseResult", 6, 9, 32, 4},
        {"TransformSseEventResult", 6, 9, 12, 4},
        {"ObserveEvent", 2, 8, 80, 8},
        {"UpstreamCandidate", 2, 2, 40, 8},
        {"UpstreamCandidate", 3, 4, 72, 8},
        {"UpstreamCandidate", 5, 9, 80, 8},
        {"FilterRequest", 2, 3, 84, 4},
        {"FilterRequest", 4, 4, 96, 4},
        {"FilterRequest", 5, 6, 184, 8},
        {"FilterRequest", 8, 9, 192, 8},
    };
    for (size_t t = 0; t < slow_type_count; t++) {
        for (size_t f = 0; f < slow_form_count; f++) {
            int form = slow_forms[f].number;
            size_t size = 0;
            size_t align = 0;
            bool has = slow_layout(slow_types[t]->name, slow_forms[f].name, &size, &align);
            size_t rows = 0;
            for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
                if (strcmp(listed[i].type, slow_types[t]->name) == 0 && form >= listed[i].first &&
                    form <= listed[i].last) {
                    assert_int_equal(size, listed[i].size);
                    assert_int_equal(align, listed[i].align);
                    rows++;
                }
            }
            assert_int_equal(rows, has ? 1 : 0);
        }
    }
}

/* The last field of an L line: "name:offset,...", and for an enum "#n=Name,Name.field:offset,...". */
static void describe(const struct slow_type *type, int form, char *text, size_t room)
{
    size_t variants = type->kind == SLOW_ENUM ? slow_variant_count(type) : 1;
    size_t used = 0;
    for (size_t v = 0; v < variants; v++) {
        const char *dot = "";
        const char *variant = "";
        struct slow_record record;
        if (type->kind == SLOW_ENUM) {
            variant = type->variants[v].name;
            dot = ".";
            record = slow_variant_record(type, v, form);
            used += (size_t)snprintf(text + used, room - used, "%s#%zu=%s", used > 0 ? "," : "", v, variant);
        } else {
            record = slow_struct_record(type, form);
        }
        for (size_t i = 0; i < record.count && used < room; i++) {
            used += (size_t)snprintf(text + used, room - used, "%s%s%s%s:%zu", used > 0 ? "," : "", variant, dot,
                                     record.places[i].name, record.places[i].offset);
        }
        assert_true(used < room);
    }
}

static void layouts_are_those_of_the_crates(void **state)
{
    (void)state;
    size_t described = 0;
    for (size_t i = 0; i < vectors.layout_count; i++) {
        const struct wire_layout_case *line = &vectors.layouts[i];
        int form = slow_form_number(line->form);
        const struct slow_type *type = slow_type_named(line->type, form);
        if (!type) {
            fail_msg("line %zu: %s@%s is not in the schema", line->line, line->type, line->form);
            return;
        }
        char fields[1024];
        describe(type, form, fields, sizeof fields);
        assert_string_equal(fields, line->fields);
        assert_int_equal(slow_size(type, form), line->size);
        assert_int_equal(slow_align(type, form), line->align);
        described++;
    }
    size_t expected = 0;
    for (size_t t = 0; t < slow_type_count; t++) {
        for (size_t f = 0; f < slow_form_count; f++) {
            expected += slow_form_has(slow_forms[f].number, slow_types[t]) ? 1 : 0;
        }
    }
    assert_int_equal(described, expected);
}

static void reader_gives_the_verdicts_of_the_crates(void **state)
{
    (void)state;
    size_t seen[128] = {0};
    for (size_t i = 0; i < vectors.archive_count; i++) {
        const struct wire_archive_case *line = &vectors.archives[i];
        struct wire_answer crate = {line->accepted, line->value, line->value_len};
        struct wire_answer slow = {0};
        slow.accepted = slow_decode(line->type, line->form, line->misalign, line->archive, line->archive_len,
                                    &slow.data, &slow.len);
        if (!wire_answer_equal(&crate, &slow)) {
            print_error("line %zu: ", line->line);
            wire_answer_fail("reading", line->type, line->form, line->misalign, line->archive, line->archive_len,
                             "crate", &crate, "slow", &slow);
        }
        free(slow.data);
        seen[(unsigned char)line->kind]++;
    }
    assert_true(seen['E'] > 0 && seen['A'] > 0 && seen['X'] > 0 && seen['P'] > 0);
}

static void writer_gives_the_bytes_of_the_crates(void **state)
{
    (void)state;
    for (size_t i = 0; i < vectors.archive_count; i++) {
        const struct wire_archive_case *line = &vectors.archives[i];
        if (!wire_case_is_encoding(line)) {
            continue;
        }
        struct wire_answer crate = {true, line->archive, line->archive_len};
        struct wire_answer slow = {0};
        slow.accepted = slow_encode(line->type, line->form, line->value, line->value_len, &slow.data, &slow.len);
        if (!wire_answer_equal(&crate, &slow)) {
            print_error("line %zu: ", line->line);
            wire_answer_fail("writing", line->type, line->form, 0, line->value, line->value_len, "crate", &crate,
                             "slow", &slow);
        }
        free(slow.data);
    }
}

/* Value form says where it ends: less is no value, and neither is more. */
static void writer_refuses_what_is_no_value(void **state)
{
    (void)state;
    uint8_t *archive = NULL;
    size_t archive_len = 0;
    for (size_t i = 0; i < vectors.archive_count; i++) {
        const struct wire_archive_case *line = &vectors.archives[i];
        if (!wire_case_is_encoding(line)) {
            continue;
        }
        struct slow_buffer value = {0};
        slow_append(&value, line->value, line->value_len);
        slow_append(&value, NULL, 1);
        for (size_t len = 0; len <= value.len; len++) {
            if (len != line->value_len) {
                assert_false(slow_encode(line->type, line->form, value.data, len, &archive, &archive_len));
            }
        }
        free(value.data);
    }
    static const uint8_t lone_byte[] = {1, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}; /* url "\x80" */
    static const uint8_t fourth_variant[] = {3};
    static const uint8_t third_tag[] = {1, 2, 0, 0}; /* Replace with a status that is neither there nor absent */
    assert_false(slow_encode("ShapeResponse", "0.9.0", lone_byte, sizeof lone_byte, &archive, &archive_len));
    assert_false(slow_encode("TransformSseEventResult", "0.9.0", fourth_variant, 1, &archive, &archive_len));
    assert_false(slow_encode("TransformResponseResult", "0.9.0", third_tag, 4, &archive, &archive_len));
    assert_false(slow_encode("ObserveEvent", "0.9.0", lone_byte, sizeof lone_byte, &archive, &archive_len));
    assert_null(archive);
}

/* What the writer of an X line wrote is a sound archive in its own form, whatever the other form makes of it. */
static void foreign_archives_are_sound_at_home(void **state)
{
    (void)state;
    for (size_t i = 0; i < vectors.archive_count; i++) {
        const struct wire_archive_case *line = &vectors.archives[i];
        if (line->kind != 'X') {
            continue;
        }
        struct wire_answer home = {0};
        struct wire_answer again = {0};
        home.accepted = slow_decode(line->type, line->written_as, line->misalign, line->archive, line->archive_len,
                                    &home.data, &home.len);
        assert_true(home.accepted);
        again.accepted = slow_encode(line->type, line->written_as, home.data, home.len, &again.data, &again.len);
        assert_true(again.accepted);
        assert_int_equal(again.len, line->archive_len);
        assert_memory_equal(again.data, line->archive, again.len);
        free(home.data);
        free(again.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts_follow_from_the_rules),
        cmocka_unit_test(layouts_are_those_of_the_crates),
        cmocka_unit_test(reader_gives_the_verdicts_of_the_crates),
        cmocka_unit_test(writer_gives_the_bytes_of_the_crates),
        cmocka_unit_test(writer_refuses_what_is_no_value),
        cmocka_unit_test(foreign_archives_are_sound_at_home),
    };
    return cmocka_run_group_tests(tests, read_vectors, free_vectors);
}
