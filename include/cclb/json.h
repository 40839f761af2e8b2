/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - messages, requests, answers and reports as JSON, for people, files and other tools.
 *
 * Bytes are a string if they are UTF-8, else {"base64": "..."}; u64 above 2^53 and non-finite numbers are strings; NUL
 * is allowed in strings. What is written has no character that may not reach a terminal (cclb/escape.h). An absent
 * optional is null or missing. Enums are {"kind": "RequestStarted", ...}. Reading is strict: an unknown or missing
 * member is an error that names its path ("$.candidates[2].name").
 *
 * Every function here may be called from any thread that has 256 KiB of stack left (libjansson reads what is nested by
 * calling itself, up to 2,048 levels), and does not block. Those with an allocator, which may be NULL
 * (malloc), allocate: with it what they give to the caller, and with the allocator of libjansson the tree that JSON is
 * read into or written from. The others do not allocate.
 */
#ifndef CCLB_JSON_H
#define CCLB_JSON_H

#include "cclb/admission.h"
#include "cclb/buffer.h"
#include "cclb/filter.h"
#include "cclb/observe.h"
#include "cclb/request.h"
#include "cclb/shape.h"
#include "cclb/transform.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Encodes JSON as an archive of a message type ("FilterRequest", "ShapeResponse" ... as in spec/wire.md section 4) in a
 * form. CCLB_OK fills *archive, which is the caller's to deinit. CCLB_BAD_INPUT names the place in the text (offset, or
 * path); CCLB_LIMIT (above 1 GiB of text, or 2^31-1 bytes of archive); CCLB_NO_MEMORY; CCLB_INVALID_ARGUMENT: no such
 * type in that form.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_archive_from_json(cclb_bytes type, cclb_form form, cclb_bytes json,
                                                            const cclb_allocator *allocator, cclb_buffer *archive,
                                                            cclb_error *error);

/*
 * The other way round. CCLB_OK fills *json, which is the caller's to deinit. CCLB_DECODE with the offset of the fault
 * if the bytes are no such archive; CCLB_NO_MEMORY; CCLB_INVALID_ARGUMENT: no such type in that form.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_archive_to_json(cclb_bytes type, cclb_form form, cclb_bytes archive,
                                                          const cclb_allocator *allocator, cclb_buffer *json,
                                                          cclb_error *error);

/*
 * The message type of a hook's request, or of its answer; static. NULL for what is no hook, and for the answer of
 * observe, which has no type.
 */
CCLB_API const char *cclb_request_type(cclb_hook hook);
CCLB_API const char *cclb_answer_type(cclb_hook hook);

/*
 * A request, a response, an event of it and an observation, read from one JSON object (docs/json.md, "Host documents").
 * Thread class: SHARED, until it is destroyed.
 */
typedef struct cclb_host_document cclb_host_document;

/*
 * Reads a document. All members are optional and have the defaults of cclb/request.h; one that is unknown, out of range
 * or given twice is refused. Claims, and bodies given as JSON, keep every token as it stands in the text. CCLB_OK sets
 * *document, which is the caller's to destroy and keeps nothing of `json`.
 * CCLB_BAD_INPUT names the place in the text (offset, or path: "$.request.candidates[2].id: not a UUID"); CCLB_LIMIT
 * (above 1 GiB of text); CCLB_NO_MEMORY. The allocator must outlive the document.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_host_document_read(cclb_bytes json, const cclb_allocator *allocator,
                                                             cclb_host_document **document, cclb_error *error);

/* What a document has, or NULL. It and everything that it points to is borrowed from the document, and ends with it. */
CCLB_API const cclb_request *cclb_host_document_request(const cclb_host_document *document);
CCLB_API const cclb_response *cclb_host_document_response(const cclb_host_document *document);
CCLB_API const cclb_sse_event *cclb_host_document_event(const cclb_host_document *document);
CCLB_API const cclb_observation *cclb_host_document_observation(const cclb_host_document *document);

/* Frees a document; NULL is fine. Cannot fail. */
CCLB_API void cclb_host_document_destroy(cclb_host_document *document);

/*
 * What a hook answered, as one JSON object with stable keys (docs/json.md). The lease has to be open still. CCLB_OK
 * fills *json, which is the caller's to deinit; CCLB_NO_MEMORY.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_filter_result_to_json(const cclb_filter_result *result,
                                                                const cclb_allocator *allocator, cclb_buffer *json,
                                                                cclb_error *error);
CCLB_API CCLB_MUST_CHECK cclb_status cclb_shape_result_to_json(const cclb_shape_result *result,
                                                               const cclb_allocator *allocator, cclb_buffer *json,
                                                               cclb_error *error);
CCLB_API CCLB_MUST_CHECK cclb_status
cclb_transform_response_answer_to_json(const cclb_transform_response_answer *answer, const cclb_allocator *allocator,
                                       cclb_buffer *json, cclb_error *error);
CCLB_API CCLB_MUST_CHECK cclb_status
cclb_transform_sse_event_answer_to_json(const cclb_transform_sse_event_answer *answer, const cclb_allocator *allocator,
                                        cclb_buffer *json, cclb_error *error);

/*
 * A report as one JSON object with stable keys (docs/json.md). CCLB_OK fills *json, which is the caller's to deinit;
 * CCLB_NO_MEMORY.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_report_to_json(const cclb_report *report, const cclb_allocator *allocator,
                                                         cclb_buffer *json, cclb_error *error);

/*
 * Bytes as one JSON value: a string, or {"base64": "..."}. For texts of reports and answers. CCLB_OK fills *json, which
 * is the caller's to deinit; CCLB_NO_MEMORY.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_bytes_to_json(cclb_bytes bytes, const cclb_allocator *allocator,
                                                        cclb_buffer *json, cclb_error *error);

/*
 * An error as one JSON object with stable keys (docs/json.md). CCLB_OK fills *json, which is the caller's to deinit;
 * CCLB_NO_MEMORY.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_error_to_json(const cclb_error *fault, const cclb_allocator *allocator,
                                                        cclb_buffer *json, cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
