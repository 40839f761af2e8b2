/* SPDX-License-Identifier: Apache-2.0 */
/* cases.c - two levels of folders, read in order of their names. */

#include "cases.h"

#include "cclb/escape.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char document_end[] = ".json";
static const char stream_end[] = ".sse";
static const char document_expected_end[] = ".expected.json";
static const char stream_expected_end[] = ".expected.sse";

enum { SHOWN_SIZE = 512 };

/* What the cases of one folder have in common. */
struct kind {
    const char *root;   /* as cases_find() resolved it */
    const char *folder; /* "cases" */
    const char *name;   /* "filter" */
    cclb_hook hook;
    bool is_stream;
    bool is_session;
};

static bool ends_with(const char *name, const char *end)
{
    size_t len = strlen(name);
    size_t end_len = strlen(end);
    return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* A case that cannot be one, and what to do about it. */
static enum exit_status fail_case(struct session *session, const char *folder, const char *name, const char *why)
{
    char path[SHOWN_SIZE];
    char shown[SHOWN_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    cclb_escape(cclb_text(path), shown, sizeof shown);
    return session_fail_usage(session, "%s: %s", shown, why);
}

static const char streams_folder[] = "sse";
static const char sessions_folder[] = "sse_session";

const char *cases_folder_name(size_t folder)
{
    return folder < CCLB_HOOK_COUNT    ? cclb_hook_name((cclb_hook)folder)
           : folder == CCLB_HOOK_COUNT ? streams_folder
                                       : sessions_folder;
}

/* What the folder of that name has the cases of. False if it is no kind. */
static bool find_kind(const char *root, const char *folder, const char *name, struct kind *kind)
{
    bool is_session = strcmp(name, sessions_folder) == 0;
    bool is_stream = is_session || strcmp(name, streams_folder) == 0;
    *kind = (struct kind){
        .root = root,
        .folder = folder,
        .name = name,
        .hook = is_stream ? CCLB_HOOK_TRANSFORM_SSE_EVENT : cclb_hook_from_name(cclb_text(name)),
        .is_stream = is_stream,
        .is_session = is_session,
    };
    return kind->hook != CCLB_HOOK_NONE;
}

/* Be it a link that leads nowhere: then that is what is told of it, and not that it is missing. */
static bool is_there(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}

static bool is_folder(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat about;
    return snprintf(path, sizeof path, "%s/%s", folder, name) < PATH_MAX && stat(path, &about) == 0 &&
           S_ISDIR(about.st_mode);
}

static char *join(const struct kind *kind, const char *leaf, const char *end)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s/%s%s", kind->folder, kind->name, leaf, end) < 0 ? NULL : path;
}

/* Fills in a case from its name; false if there is no memory for it. */
static bool fill_in(const struct kind *kind, const char *leaf, struct test_case *one)
{
    *one = (struct test_case){
        .root = kind->root, .hook = kind->hook, .is_stream = kind->is_stream, .is_session = kind->is_session};
    one->expectation = join(kind, leaf, kind->is_stream ? stream_expected_end : document_expected_end);
    one->document = join(kind, leaf, document_end);
    one->stream = kind->is_stream ? join(kind, leaf, stream_end) : NULL;
    if (asprintf(&one->name, "%s/%s", kind->name, leaf) < 0) {
        one->name = NULL;
    }
    if (one->name == NULL || one->expectation == NULL || one->document == NULL ||
        (kind->is_stream && one->stream == NULL)) {
        return false;
    }
    one->leaf = one->name + strlen(kind->name) + 1;
    if (kind->is_stream && !is_there(one->document)) {
        free(one->document);
        one->document = NULL;
    }
    return true;
}

static bool is_asked_for(const struct test_case *one, const char *only)
{
    size_t folder_len = (size_t)(one->leaf - one->name) - 1;
    return only == NULL || strcmp(only, one->name) == 0 || strcmp(only, one->leaf) == 0 ||
           (strlen(only) == folder_len && strncmp(only, one->name, folder_len) == 0);
}

static void free_case(struct test_case *one)
{
    free(one->name);
    free(one->document);
    free(one->stream);
    free(one->expectation);
}

static enum exit_status add_case(struct session *session, const struct kind *kind, const char *leaf, const char *only,
                                 struct cases *cases)
{
    struct test_case *larger = realloc(cases->each, (cases->count + 1) * sizeof *larger);
    if (larger == NULL) {
        return session_fail_memory(session, "the cases");
    }
    cases->each = larger;
    struct test_case *one = &larger[cases->count];
    bool filled = fill_in(kind, leaf, one);
    if (filled && is_asked_for(one, only)) {
        cases->count++;
        return EXIT_DONE;
    }
    free_case(one);
    return filled ? EXIT_DONE : session_fail_memory(session, "the cases");
}

/* Whether the folder has the file that an expectation, or the document of a stream, belongs to. */
static bool has_case(const struct kind *kind, const char *name, const char *end, const char *case_end)
{
    char *path = NULL;
    int len = (int)(strlen(name) - strlen(end));
    bool has = asprintf(&path, "%s/%s/%.*s%s", kind->folder, kind->name, len, name, case_end) >= 0 && is_there(path);
    free(path);
    return has;
}

/* Refuses a file, or a folder, of a kind. */
static enum exit_status fail_entry(struct session *session, const struct kind *kind, const char *name, const char *why)
{
    char *path = join(kind, name, "");
    enum exit_status status = path ? fail_case(session, kind->folder, path + strlen(kind->folder) + 1, why)
                                   : session_fail_memory(session, "the cases");
    free(path);
    return status;
}

/* What is no case: a folder may well hold some, which nobody would miss. */
static enum exit_status leave_out(struct session *session, const struct kind *kind, const char *name,
                                  const char *case_end)
{
    char folder[PATH_MAX];
    char shown[SHOWN_SIZE];
    if (snprintf(folder, sizeof folder, "%s/%s", kind->folder, kind->name) < PATH_MAX && is_folder(folder, name)) {
        return fail_entry(session, kind, name, "a folder, whose cases would not be run: they lie beside it");
    }
    cclb_escape(cclb_text(name), shown, sizeof shown);
    session_note("%s in the cases of %s is left out: a case ends in %s", shown, kind->name, case_end);
    return EXIT_DONE;
}

/* Takes one file of a folder, if it is one of a case. */
static enum exit_status take_file(struct session *session, const struct kind *kind, const char *name, const char *only,
                                  struct cases *cases)
{
    const char *case_end = kind->is_stream ? stream_end : document_end;
    const char *expected_end = kind->is_stream ? stream_expected_end : document_expected_end;
    const char *beside = ends_with(name, expected_end)                      ? expected_end
                         : kind->is_stream && ends_with(name, document_end) ? document_end
                                                                            : NULL;
    if (beside) {
        return has_case(kind, name, beside, case_end)
                   ? EXIT_DONE
                   : fail_entry(session, kind, name, "there is no case that it belongs to");
    }
    if (!ends_with(name, case_end)) {
        return leave_out(session, kind, name, case_end);
    }
    char *leaf = strndup(name, strlen(name) - strlen(case_end));
    enum exit_status status =
        leaf ? add_case(session, kind, leaf, only, cases) : session_fail_memory(session, "the cases");
    free(leaf);
    return status;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static enum exit_status take_folder(struct session *session, const struct kind *kind, const char *only,
                                    struct cases *cases)
{
    char *path = join(kind, "", "");
    struct dirent **entries = NULL;
    int count = path ? scandir(path, &entries, is_shown, alphasort) : 0;
    enum exit_status status = path == NULL ? session_fail_memory(session, "the cases")
                              : count < 0  ? session_fail_io(session, path, errno)
                                           : EXIT_DONE;
    for (int i = 0; i < count; i++) {
        status = status == EXIT_DONE ? take_file(session, kind, entries[i]->d_name, only, cases) : status;
        free(entries[i]);
    }
    free(entries);
    free(path);
    return status;
}

/* Takes one entry of the outer folder: the folder of a kind, or what has nothing to do with it. */
static enum exit_status take_entry(struct session *session, const char *folder, const char *name, const char *only,
                                   struct cases *cases)
{
    struct kind kind;
    if (find_kind(cases->root, folder, name, &kind)) {
        return take_folder(session, &kind, only, cases);
    }
    if (is_folder(folder, name)) {
        return fail_case(session, folder, name,
                         "cases are in folders named filter, shape, observe, transform_response, "
                         "transform_sse_event, sse or sse_session");
    }
    return ends_with(name, document_end) || ends_with(name, stream_end)
               ? fail_case(session, folder, name, "a case is in a folder that is named after its hook")
               : EXIT_DONE;
}

/* That there are none says where they were looked for. */
static enum exit_status check_count(struct session *session, const char *folder, const char *only,
                                    const struct cases *cases)
{
    char shown_folder[SHOWN_SIZE];
    char shown_only[SHOWN_SIZE];
    cclb_escape(cclb_text(folder), shown_folder, sizeof shown_folder);
    cclb_escape(cclb_text(only ? only : ""), shown_only, sizeof shown_only);
    if (cases->count > 0) {
        return EXIT_DONE;
    }
    return only ? session_fail_usage(session, "there is no case %s in %s", shown_only, shown_folder)
                : session_fail_usage(session, "there are no cases in %s: a case is %s/HOOK/NAME.json, a host document",
                                     shown_folder, shown_folder);
}

enum exit_status cases_find(struct session *session, const char *folder, const char *only, struct cases *cases)
{
    struct dirent **entries = NULL;
    *cases = (struct cases){0};
    int count = scandir(folder, &entries, is_shown, alphasort);
    if (count < 0) {
        char shown[SHOWN_SIZE];
        cclb_escape(cclb_text(folder), shown, sizeof shown);
        return session_fail_usage(session, "there are no cases in %s: %s", shown, strerror(errno));
    }
    cases->root = realpath(folder, NULL);
    enum exit_status status = cases->root ? EXIT_DONE : session_fail_io(session, folder, errno);
    for (int i = 0; i < count; i++) {
        status = status == EXIT_DONE ? take_entry(session, folder, entries[i]->d_name, only, cases) : status;
        free(entries[i]);
    }
    free(entries);
    return status == EXIT_DONE ? check_count(session, folder, only, cases) : status;
}

void cases_deinit(struct cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        free_case(&cases->each[i]);
    }
    free(cases->each);
    free(cases->root);
    *cases = (struct cases){0};
}
