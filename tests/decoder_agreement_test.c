/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decoder_agreement_test.c - two readers and two writers of the same specification give the same answers.
 *
 * The library's codec against the slow one, on everything that the vectors hold and on far more that they do not:
 * every misalignment, every small box, the edges of UTF-8, random messages of every type in every form, and damaged
 * archives. Nothing here depends on time or on the machine.
 */

#include "slow_bytes.h"
#include "slow_decoder.h"
#include "slow_encoder.h"
#include "slow_schema.h"
#include "wire_adapter.h"
#include "wire_answer.h"
#include "wire_random.h"
#include "wire_vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How many damaged archives to compare; a nightly run may want more. */
#ifndef DECODER_AGREEMENT_MUTANTS
#define DECODER_AGREEMENT_MUTANTS 400000
#endif

/* How many random messages of each type in each form. */
#ifndef DECODER_AGREEMENT_MESSAGES
#define DECODER_AGREEMENT_MESSAGES 200
#endif

enum { TYPES_MAX = 32, FORMS_MAX = 16 };

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

/* Both readers on one archive; returns whether they accept it. */
static bool readers_agree(const char *type, const char *form, size_t misalign, const uint8_t *archive, size_t len)
{
    struct wire_answer slow = {0};
    struct wire_answer fast = {0};
    slow.accepted = slow_decode(type, form, misalign, archive, len, &slow.data, &slow.len);
    fast.accepted = fast_decode(type, form, misalign, archive, len, &fast.data, &fast.len);
    if (!wire_answer_equal(&slow, &fast)) {
        wire_answer_fail("reading", type, form, misalign, archive, len, "slow", &slow, "fast", &fast);
    }
    free(slow.data);
    free(fast.data);
    return slow.accepted;
}

/* Both writers on one value; gives the archive, or no archive if both refuse. */
static struct wire_answer writers_agree(const char *type, const char *form, const uint8_t *value, size_t len)
{
    struct wire_answer slow = {0};
    struct wire_answer fast = {0};
    slow.accepted = slow_encode(type, form, value, len, &slow.data, &slow.len);
    fast.accepted = fast_encode(type, form, value, len, &fast.data, &fast.len);
    if (!wire_answer_equal(&slow, &fast)) {
        wire_answer_fail("writing", type, form, 0, value, len, "slow", &slow, "fast", &fast);
    }
    free(fast.data);
    return slow;
}

static void agree_on_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < vectors.archive_count; i++) {
        const struct wire_archive_case *line = &vectors.archives[i];
        for (size_t misalign = 0; misalign < 16; misalign++) {
            readers_agree(line->type, line->form, misalign, line->archive, line->archive_len);
        }
        if (wire_case_is_encoding(line)) {
            struct wire_answer archive = writers_agree(line->type, line->form, line->value, line->value_len);
            assert_true(archive.accepted);
            free(archive.data);
        }
    }
}

/* Every vector with every number of bytes missing at its start or at its end. */
static void agree_on_cut_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < vectors.archive_count; i++) {
        const struct wire_archive_case *line = &vectors.archives[i];
        if (!wire_case_is_encoding(line)) {
            continue;
        }
        for (size_t len = 0; len < line->archive_len; len++) {
            size_t missing = line->archive_len - len;
            readers_agree(line->type, line->form, 0, line->archive, len);
            readers_agree(line->type, line->form, missing % 16, line->archive + missing, len);
        }
    }
}

/*
 * FilterResponse is one box, TransformSseEventResult a tag and a box, both to records of empty boxes here: few enough
 * to try them all. Returns how many were accepted.
 */
static size_t agree_on_box(size_t prefix, int off, uint32_t len)
{
    size_t accepted = 0;
    uint8_t archive[32 + 12] = {0};
    for (size_t misalign = 0; misalign < 4; misalign++) {
        slow_put_u32(archive + prefix, (uint32_t)off);
        slow_put_u32(archive + prefix + 4, len);
        accepted += readers_agree("FilterResponse", "0.2.0", misalign, archive, prefix + 8) ? 1 : 0;
        slow_put_u32(archive + prefix + 4, (uint32_t)off);
        slow_put_u32(archive + prefix + 8, len);
        for (uint32_t tag = 0; tag <= 3; tag++) {
            slow_put_u32(archive + prefix, tag | 0xa5a5a500); /* nobody looks at the padding */
            accepted += readers_agree("TransformSseEventResult", "0.9.0", misalign, archive, prefix + 12) ? 1 : 0;
        }
    }
    return accepted;
}

static void agree_on_every_small_box(void **state)
{
    (void)state;
    size_t accepted = 0;
    for (size_t prefix = 0; prefix <= 32; prefix++) {
        for (int off = -44; off <= 12; off++) {
            for (uint32_t len = 0; len <= 3; len++) {
                accepted += agree_on_box(prefix, off, len);
            }
        }
    }
    assert_true(accepted > 0);
}

static void put_box(uint8_t *archive, size_t at, size_t target, size_t len)
{
    slow_put_u32(archive + at, (uint32_t)(target - at));
    slow_put_u32(archive + at + 4, (uint32_t)len);
}

/* A ShapeResponse whose url is this text and whose other fields are empty. */
static bool agree_on_text(const uint8_t *text, size_t len)
{
    size_t root = (len + 3) / 4 * 4;
    struct slow_buffer archive = {0};
    slow_append(&archive, text, len);
    slow_append(&archive, NULL, root - len + 32);
    put_box(archive.data, root, 0, len);       /* url */
    put_box(archive.data, root + 8, len, 0);   /* method */
    put_box(archive.data, root + 16, root, 0); /* headers: aligned, also when there are none */
    put_box(archive.data, root + 24, root, 0); /* body */
    bool accepted = readers_agree("ShapeResponse", "0.9.0", 0, archive.data, archive.len);
    free(archive.data);
    return accepted;
}

/* Every first byte with the edges of the bytes after it, behind 0 to 19 and before 0 to 9 plain characters. */
static void agree_on_utf8(void **state)
{
    (void)state;
    static const uint8_t seconds[] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
    static const uint8_t rests[] = {0x7f, 0x80, 0xbf, 0xc0};
    struct wire_random random = {.state = 3};
    size_t accepted = 0;
    size_t tried = 0;
    for (unsigned first = 0; first < 256; first++) {
        for (size_t second = 0; second < sizeof seconds; second++) {
            for (size_t rest = 0; rest < 16; rest++) {
                for (size_t size = 1; size <= 4; size++) {
                    uint8_t text[40];
                    memset(text, 'a', sizeof text);
                    size_t before = wire_random_below(&random, 20);
                    size_t after = wire_random_below(&random, 10);
                    uint8_t sequence[4] = {(uint8_t)first, seconds[second], rests[rest / 4], rests[rest % 4]};
                    memcpy(text + before, sequence, size);
                    accepted += agree_on_text(text, before + size + after) ? 1 : 0;
                    tried++;
                }
            }
        }
    }
    assert_true(accepted > 0 && accepted < tried);
}

static void agree_on_random_messages(void **state)
{
    (void)state;
    struct wire_random random = {.state = 1};
    for (size_t t = 0; t < slow_type_count; t++) {
        for (size_t f = 0; f < slow_form_count; f++) {
            const struct slow_type *type = slow_types[t];
            const struct slow_form *form = &slow_forms[f];
            for (size_t i = 0; i < DECODER_AGREEMENT_MESSAGES && type->root && slow_form_has(form->number, type); i++) {
                struct slow_buffer value = {0};
                wire_random_value(&random, type, form->number, &value);
                struct wire_answer archive = writers_agree(type->name, form->name, value.data, value.len);
                assert_true(archive.accepted);
                assert_true(readers_agree(type->name, form->name, 0, archive.data, archive.len));
                struct wire_answer back = {0};
                assert_true(slow_decode(type->name, form->name, 0, archive.data, archive.len, &back.data, &back.len));
                assert_int_equal(back.len, value.len);
                assert_memory_equal(back.data, value.data, value.len);
                free(back.data);
                free(archive.data);
                free(value.data);
            }
        }
    }
}

/* A message that a form lacks is neither read nor mistaken for that of another form. */
static void agree_on_absent_messages(void **state)
{
    (void)state;
    static const uint8_t zeros[256] = {0};
    size_t absent = 0;
    for (size_t t = 0; t < slow_type_count; t++) {
        for (size_t f = 0; f < slow_form_count; f++) {
            if (slow_types[t]->root && !slow_form_has(slow_forms[f].number, slow_types[t])) {
                assert_false(readers_agree(slow_types[t]->name, slow_forms[f].name, 0, zeros, sizeof zeros));
                absent++;
            }
        }
    }
    assert_true(absent > 0);
}

/* Damaged values: counts beyond the end, tags of nothing, text that is not UTF-8. */
static void agree_on_damaged_values(void **state)
{
    (void)state;
    struct wire_random random = {.state = 4};
    size_t accepted = 0;
    size_t tried = 0;
    for (size_t round = 0; round < DECODER_AGREEMENT_MUTANTS / 10000; round++) {
        for (size_t i = 0; i < vectors.archive_count; i++) {
            const struct wire_archive_case *line = &vectors.archives[i];
            if (!line->accepted) {
                continue;
            }
            struct slow_buffer value = {0};
            slow_append(&value, line->value, line->value_len);
            wire_random_damage(&random, &value, line->archive, line->archive_len);
            struct wire_answer archive = writers_agree(line->type, line->form, value.data, value.len);
            accepted += archive.accepted ? 1 : 0;
            tried++;
            free(archive.data);
            free(value.data);
        }
    }
    assert_true(accepted > tried / 20 && accepted < tried);
}

/* Something to damage: an archive of the vectors, or a new message. The caller frees archive->data. */
static void pick_archive(struct wire_random *random, const char **type, const char **form, struct slow_buffer *archive)
{
    *archive = (struct slow_buffer){0};
    if (wire_random_below(random, 4) > 0) {
        const struct wire_archive_case *line = &vectors.archives[wire_random_below(random, vectors.archive_count)];
        *type = line->type;
        *form = line->form;
        slow_append(archive, line->archive, line->archive_len);
        return;
    }
    const struct slow_type *picked;
    const struct slow_form *in;
    do {
        picked = slow_types[wire_random_below(random, slow_type_count)];
        in = &slow_forms[wire_random_below(random, slow_form_count)];
    } while (!picked->root || !slow_form_has(in->number, picked));
    *type = picked->name;
    *form = in->name;
    struct slow_buffer value = {0};
    wire_random_value(random, picked, in->number, &value);
    assert_true(slow_encode(*type, *form, value.data, value.len, &archive->data, &archive->len));
    archive->capacity = archive->len;
    free(value.data);
}

/* How the mutants of one type in one form fared. */
struct tally {
    size_t accepted;
    size_t refused;
};

static struct tally *tally_of(struct tally tallies[TYPES_MAX][FORMS_MAX], const char *type, const char *form)
{
    for (size_t t = 0; t < slow_type_count; t++) {
        for (size_t f = 0; f < slow_form_count; f++) {
            if (strcmp(slow_types[t]->name, type) == 0 && strcmp(slow_forms[f].name, form) == 0) {
                return &tallies[t][f];
            }
        }
    }
    fail_msg("%s@%s is not in the schema", type, form);
    return NULL;
}

static void agree_on_damaged_archives(void **state)
{
    (void)state;
    enum { MUTANTS_OF_ONE = 12 };
    struct wire_random random = {.state = 2};
    struct tally tallies[TYPES_MAX][FORMS_MAX] = {0};
    assert_true(slow_type_count <= TYPES_MAX && slow_form_count <= FORMS_MAX);
    for (size_t mutant = 0; mutant < DECODER_AGREEMENT_MUTANTS;) {
        const char *type;
        const char *form;
        struct slow_buffer sound;
        pick_archive(&random, &type, &form, &sound);
        struct tally *tally = tally_of(tallies, type, form);
        for (size_t i = 0; i < MUTANTS_OF_ONE; i++, mutant++) {
            struct slow_buffer damaged = {0};
            slow_append(&damaged, sound.data, sound.len);
            size_t times = 1 + wire_random_below(&random, 2) * wire_random_below(&random, 3);
            for (; times > 0; times--) {
                const struct wire_archive_case *other =
                    &vectors.archives[wire_random_below(&random, vectors.archive_count)];
                wire_random_damage(&random, &damaged, other->archive, other->archive_len);
            }
            size_t misalign = wire_random_below(&random, 4) > 0 ? 0 : wire_random_below(&random, 16);
            if (readers_agree(type, form, misalign, damaged.data, damaged.len)) {
                tally->accepted++;
            } else {
                tally->refused++;
            }
            free(damaged.data);
        }
        free(sound.data);
    }
    /* Damage that is always refused, or never, would have compared nothing. */
    for (size_t t = 0; t < slow_type_count; t++) {
        for (size_t f = 0; f < slow_form_count; f++) {
            if (slow_types[t]->root && slow_form_has(slow_forms[f].number, slow_types[t])) {
                assert_true(tallies[t][f].accepted >= DECODER_AGREEMENT_MUTANTS / 2000);
                assert_true(tallies[t][f].refused >= DECODER_AGREEMENT_MUTANTS / 2000);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agree_on_vectors),
        cmocka_unit_test(agree_on_cut_vectors),
        cmocka_unit_test(agree_on_every_small_box),
        cmocka_unit_test(agree_on_utf8),
        cmocka_unit_test(agree_on_random_messages),
        cmocka_unit_test(agree_on_absent_messages),
        cmocka_unit_test(agree_on_damaged_values),
        cmocka_unit_test(agree_on_damaged_archives),
    };
    return cmocka_run_group_tests(tests, read_vectors, free_vectors);
}
