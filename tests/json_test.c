/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_test.c - JSON loses nothing: every archive of the vector file and every stored request goes to JSON and comes
 * back as the same bytes, in every form.
 */

#include "cclb/json.h"

#include "wire_vectors.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static cclb_buffer read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("cannot open %s", path);
    }
    cclb_buffer buffer = {0};
    size_t room = 0;
    do {
        room = room == 0 ? 1 << 16 : room * 2;
        buffer.data = realloc(buffer.data, room);
        assert_non_null(buffer.data);
        buffer.len += fread(buffer.data + buffer.len, 1, room - buffer.len, file);
    } while (buffer.len == room);
    assert_false(ferror(file));
    fclose(file);
    buffer.data[buffer.len] = '\0';
    return buffer;
}

static cclb_bytes bytes_of(const cclb_buffer *buffer)
{
    return cclb_bytes_of(buffer->data, buffer->len);
}

/* A NaN keeps being one, and so is the only value whose bits may change. */
static bool has_nan(const cclb_buffer *json)
{
    return strstr((const char *)json->data, "\"NaN\"") != NULL;
}

/* Archive, JSON, archive. Returns whether the bytes are the same, or JSON itself is, where it holds a NaN. */
static bool survives(cclb_bytes type, cclb_form form, cclb_bytes archive, const char *name)
{
    cclb_buffer json = {0};
    cclb_buffer back = {0};
    cclb_buffer again = {0};
    cclb_error error;
    if (cclb_archive_to_json(type, form, archive, NULL, &json, &error) != CCLB_OK ||
        cclb_archive_from_json(type, form, bytes_of(&json), NULL, &back, &error) != CCLB_OK ||
        cclb_archive_to_json(type, form, bytes_of(&back), NULL, &again, &error) != CCLB_OK) {
        fail_msg("%s: %s", name, error.message);
    }
    bool same = cclb_bytes_equal(bytes_of(&back), archive) ||
                (has_nan(&json) && cclb_bytes_equal(bytes_of(&json), bytes_of(&again)));
    cclb_buffer_deinit(&json);
    cclb_buffer_deinit(&back);
    cclb_buffer_deinit(&again);
    return same;
}

static void test_vectors(void **state)
{
    (void)state;
    size_t cases = 0;
    struct wire_vectors vectors;
    wire_vectors_init(&vectors, CCLB_SOURCE_DIR "/spec/vectors/wire-vectors.txt");
    for (size_t i = 0; i < vectors.archive_count; i++) {
        const struct wire_archive_case *line = &vectors.archives[i];
        if (!wire_case_is_encoding(line)) {
            continue;
        }
        char name[128];
        snprintf(name, sizeof name, "%s %s@%s", line->name, line->type, line->form);
        cclb_form form = cclb_form_from_name(cclb_text(line->form));
        assert_int_not_equal(form, CCLB_FORM_NONE);
        if (!survives(cclb_text(line->type), form, cclb_bytes_of(line->archive, line->archive_len), name)) {
            fail_msg("%s: the archive is another after JSON", name);
        }
        cases++;
    }
    wire_vectors_deinit(&vectors);
    assert_true(cases >= 397);
}

static const struct {
    const char *prefix;
    cclb_hook hook;
} request_files[] = {
    {"filter-", CCLB_HOOK_FILTER},
    {"shape-", CCLB_HOOK_SHAPE},
    {"observe-", CCLB_HOOK_OBSERVE},
    {"transform_response-", CCLB_HOOK_TRANSFORM_RESPONSE},
    {"transform_sse_event-", CCLB_HOOK_TRANSFORM_SSE_EVENT},
};

/* "filter-1k.W2.bin" is of form W2; the other messages are alike in every form that has them. */
static cclb_form form_of(const char *file, cclb_hook hook)
{
    const char *dot = strchr(file, '.');
    if (dot && dot[1] == 'W') {
        return cclb_form_from_name(cclb_bytes_of(dot + 1, 2));
    }
    return hook == CCLB_HOOK_OBSERVE ? CCLB_FORM_W8 : CCLB_FORM_W9;
}

static void test_requests(void **state)
{
    (void)state;
    static const char folder[] = CCLB_SOURCE_DIR "/tests/data/requests";
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    size_t cases = 0;
    for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        for (size_t i = 0; i < sizeof request_files / sizeof request_files[0]; i++) {
            if (strncmp(entry->d_name, request_files[i].prefix, strlen(request_files[i].prefix)) != 0) {
                continue;
            }
            char path[512];
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            cclb_buffer archive = read_file(path);
            cclb_hook hook = request_files[i].hook;
            if (!survives(cclb_text(cclb_request_type(hook)), form_of(entry->d_name, hook), bytes_of(&archive),
                          entry->d_name)) {
                fail_msg("%s: the archive is another after JSON", entry->d_name);
            }
            free(archive.data);
            cases++;
        }
    }
    closedir(listing);
    assert_true(cases >= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
