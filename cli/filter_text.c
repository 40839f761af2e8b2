/* SPDX-License-Identifier: Apache-2.0 */
/* filter_text.c - one line a candidate: its name in the document, its id, and what was said of it. */

#include "filter_text.h"

#include "page.h"
#include "text.h"

#include "cclb/escape.h"

#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, NAME_WIDTH_MAX = 32 };

struct name {
    char text[4 * NAME_WIDTH_MAX + 4];
    int width;
};

static struct name name_of(const cclb_request *request, size_t candidate)
{
    struct name name = {.text = "?"};
    if (candidate != CCLB_NO_CANDIDATE) {
        cclb_escape(request->candidates[candidate].name, name.text, sizeof name.text);
    }
    for (const char *at = name.text; *at != '\0'; at++) {
        name.width += ((unsigned char)*at & 0xc0) != 0x80; /* the rest of a character takes no column */
    }
    return name;
}

/* The width of the column of names: that of the longest, within reason. */
static int column_width(const cclb_request *request)
{
    int width = 0;
    for (size_t i = 0; i < request->candidate_count && width < NAME_WIDTH_MAX; i++) {
        struct name name = name_of(request, i);
        width = name.width > width ? name.width : width;
    }
    return width < NAME_WIDTH_MAX ? width : NAME_WIDTH_MAX;
}

static void put_candidate(FILE *out, const cclb_request *request, int width, size_t candidate, cclb_uuid id)
{
    char text[CCLB_UUID_TEXT_SIZE];
    struct name name = name_of(request, candidate);
    cclb_uuid_format(id, text);
    fprintf(out, "%*s%s%*s  %s", INDENT, "", name.text, name.width < width ? width - name.width : 0, "", text);
    fputs(candidate == CCLB_NO_CANDIDATE ? "  which is none of the request's" : "", out);
}

static void put_rejected(FILE *out, const cclb_request *request, int width, const cclb_rejected *rejected)
{
    put_candidate(out, request, width, rejected->candidate, rejected->id);
    fprintf(out, "  %s, `", cclb_rejection_name(rejected->rejection));
    text_show_line_cut(out, rejected->decision, TEXT_NAME_BYTES);
    fputs(rejected->reason.len > 0 ? "`: " : "`", out);
    text_show_line(out, rejected->reason);
    fputc('\n', out);
}

/* A candidate that was sent twice is one, at the first of its places. */
static bool is_sent_before(const cclb_request *request, size_t candidate)
{
    for (size_t i = 0; i < candidate; i++) {
        if (memcmp(&request->candidates[i].id, &request->candidates[candidate].id, sizeof(cclb_uuid)) == 0) {
            return true;
        }
    }
    return false;
}

/* Candidates that the plugin did not name are not kept either, which its author may not have meant. */
static void put_unnamed(FILE *out, const cclb_filter_result *result, const cclb_request *request, int width)
{
    bool *named = calloc(request->candidate_count + 1, sizeof *named);
    if (named == NULL) {
        return;
    }
    for (size_t i = 0; i < result->kept_count; i++) {
        named[result->kept[i].candidate == CCLB_NO_CANDIDATE ? request->candidate_count : result->kept[i].candidate] =
            true;
    }
    for (size_t i = 0; i < result->rejected_count; i++) {
        size_t place = result->rejected[i].candidate;
        named[place == CCLB_NO_CANDIDATE ? request->candidate_count : place] = true;
    }
    bool first = true;
    for (size_t i = 0; i < request->candidate_count; i++) {
        if (!named[i] && !is_sent_before(request, i)) {
            fputs(first ? "not in the answer, and so not kept\n" : "", out);
            put_candidate(out, request, width, i, request->candidates[i].id);
            fputc('\n', out);
            first = false;
        }
    }
    free(named);
}

/* How many of the request's candidates are kept, whatever else the plugin named. */
static size_t count_kept(const cclb_filter_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->kept_count; i++) {
        count += result->kept[i].candidate != CCLB_NO_CANDIDATE && !result->kept[i].repeated;
    }
    return count;
}

void filter_text_print(FILE *out, const cclb_filter_result *result, const cclb_request *request)
{
    int width = column_width(request);
    fprintf(out, "kept %zu of %zu candidates\n", count_kept(result), request->candidate_count);
    for (size_t i = 0; i < result->kept_count; i++) {
        put_candidate(out, request, width, result->kept[i].candidate, result->kept[i].id);
        fputs(result->kept[i].repeated ? "  again\n" : "\n", out);
    }
    if (result->rejected_count > 0) {
        fprintf(out, "rejected %zu\n", result->rejected_count);
    }
    size_t told = 0; /* bytes of `reasons` that repeat these: "ID: REASON; " of each */
    for (size_t i = 0; i < result->rejected_count; i++) {
        size_t reason_len = result->rejected[i].reason.len;
        put_rejected(out, request, width, &result->rejected[i]);
        told += reason_len > 0 ? CCLB_UUID_TEXT_SIZE - 1 + reason_len + 4 : 0;
    }
    put_unnamed(out, result, request, width);
    if (result->reasons.len > told) {
        fprintf(out, "all reasons, also of what was kept\n%*s", INDENT, "");
        text_wrap(out, result->reasons, INDENT, page_width());
    }
}
