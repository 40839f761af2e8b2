/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases.h - the cases of a plugin, as files.
 *
 * cases/HOOK/NAME.json is a host document, and NAME.expected.json beside it what has to come of it. In place of a hook's
 * name, "sse" and "sse_session" are for streams: NAME.sse goes in and NAME.expected.sse has to come out; NAME.json may
 * be there, and is the document that the stream belongs to. Files of other names are left alone. A folder within is
 * refused, since nothing that it holds would be run.
 */
#ifndef CLI_CASES_H
#define CLI_CASES_H

#include "session.h"

#include "cclb/hook.h"

struct test_case {
    const char *root;  /* the folder of all cases, links followed: no file of a case may be elsewhere */
    char *name;        /* "filter/avoids-east" */
    char *leaf;        /* "avoids-east", in `name` */
    cclb_hook hook;    /* that is called */
    bool is_stream;    /* of events, and not one call */
    bool is_session;   /* in which the sandbox is kept */
    char *document;    /* the file of the request; NULL: a stream without one */
    char *stream;      /* the file that goes in; NULL: it is no stream */
    char *expectation; /* the file of what has to come of it, which need not exist */
};

/* The folders that cases can be in: one for each hook, and those of streams. */
enum { CASES_FOLDERS = CCLB_HOOK_COUNT + 2 };

/* Their names, the first at 0. */
const char *cases_folder_name(size_t folder);

struct cases {
    char *root; /* the folder, links followed */
    struct test_case *each;
    size_t count;
};

/*
 * Finds them, sorted by folder and name; `only`, unless NULL, names one of them, with or without its folder, or a
 * folder. That there are none is an error. *cases is to be given to cases_deinit, whatever is returned.
 */
enum exit_status cases_find(struct session *session, const char *folder, const char *only, struct cases *cases);

/* Frees them. */
void cases_deinit(struct cases *cases);

#endif
