/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case.h - one line of a vector file, taken apart field by field, and the handlers of each kind.
 *
 * A handler returns CCLB_OK if this library does what the line says, CCLB_NO_MEMORY if that could not be found out, and
 * anything else, with the reason as the error's message, if it does not or the line is malformed.
 */
#ifndef VECTORS_CASE_H
#define VECTORS_CASE_H

#include "base/arena.h"
#include "cclb/error.h"
#include "wire/layout.h"

struct vector_case {
    cclb_bytes rest; /* the fields not yet taken; data is NULL behind the last */
    struct arena *arena;
};

/* The next field, up to a space or the end; `name` is what a complaint calls it. Never empty. */
CCLB_MUST_CHECK cclb_status case_field(struct vector_case *line, const char *name, cclb_bytes *field,
                                       cclb_error *error);

/* All that is left, spaces included. */
CCLB_MUST_CHECK cclb_status case_remainder(struct vector_case *line, const char *name, cclb_bytes *field,
                                           cclb_error *error);

/* Complains if a field is left. */
CCLB_MUST_CHECK cclb_status case_end(const struct vector_case *line, cclb_error *error);

/* The next field as bytes: lower-case hex, or "-" for none. They lie 16-aligned plus `misalign`, which is below 16. */
CCLB_MUST_CHECK cclb_status case_hex(struct vector_case *line, const char *name, size_t misalign, cclb_bytes *bytes,
                                     cclb_error *error);

/* The next field as a decimal number without leading zeros, at most `max`. */
CCLB_MUST_CHECK cclb_status case_number(struct vector_case *line, const char *name, uint32_t max, uint32_t *number,
                                        cclb_error *error);

/* The next field as "ok" or "err". */
CCLB_MUST_CHECK cclb_status case_verdict(struct vector_case *line, bool *ok, cclb_error *error);

/* The next field as "-", the empty answer that stands behind "err", and the end. */
CCLB_MUST_CHECK cclb_status case_no_answer(struct vector_case *line, cclb_error *error);

/* The next field as NAME@V: its name and its form. */
CCLB_MUST_CHECK cclb_status case_tagged(struct vector_case *line, cclb_bytes *name, cclb_form *form,
                                        cclb_error *error);

/* The same for a type that the form has. */
CCLB_MUST_CHECK cclb_status case_type(struct vector_case *line, const struct wire_type **type, cclb_form *form,
                                      cclb_error *error);

/* The same for a form alone. */
CCLB_MUST_CHECK cclb_status case_form(struct vector_case *line, cclb_form *form, cclb_error *error);

/* CCLB_OK if both are the same bytes, else where they part. */
CCLB_MUST_CHECK cclb_status case_same(const char *name, cclb_bytes got, cclb_bytes expected, cclb_error *error);

/* CCLB_OK if the verdict is the expected one. */
CCLB_MUST_CHECK cclb_status case_same_verdict(bool got, bool expected, cclb_error *error);

typedef cclb_status vector_handler(struct vector_case *line, cclb_error *error);

/* contract_cases.c */
vector_handler vector_layout;     /* L */
vector_handler vector_hook;       /* K */
vector_handler vector_descriptor; /* D */

/* archive_cases.c */
vector_handler vector_encoding; /* E */
vector_handler vector_archive;  /* A */
vector_handler vector_cross;    /* X */
vector_handler vector_probe;    /* P */

/* metadata_cases.c */
vector_handler vector_metadata;         /* M */
vector_handler vector_generic_metadata; /* N */

/* host_cases.c */
vector_handler vector_uuid;               /* U */
vector_handler vector_header_name;        /* HN */
vector_handler vector_header_name_length; /* HNL */
vector_handler vector_header_value;       /* HV */
vector_handler vector_method;             /* HM */
vector_handler vector_status;             /* HS */
vector_handler vector_url;                /* UO */

#endif
