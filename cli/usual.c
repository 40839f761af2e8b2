/* SPDX-License-Identifier: Apache-2.0 */
/* usual.c - the document is written as text and read like any other. */

#include "usual.h"

#include "draft.h"

#include <stdlib.h>
#include <string.h>

enum { BODY_BYTES = 1024, CANDIDATES = 8 };

/* A body of BODY_BYTES: what comes before a text, as much text as it takes, and what comes behind. */
static void put_body(FILE *out, const char *before, const char *behind)
{
    static const char text[] = "Compare the two contracts and list each clause that differs, with its number. ";
    size_t filler = BODY_BYTES - strlen(before) - strlen(behind);
    fprintf(out, "{\"json\": %s", before);
    for (size_t i = 0; i < filler; i++) {
        fputc(text[i % (sizeof text - 1)], out);
    }
    fprintf(out, "%s}", behind);
}

static void put_request(FILE *out)
{
    fputs("\"request\": {\"request_id\": \"req-1\", \"service_tier\": \"standard\","
          "\"canonical_model_id\": \"claude-sonnet-4-5\", \"method\": \"POST\", \"path\": \"/v1/messages\","
          "\"query\": \"beta=true\", \"headers\": {"
          "\"content-type\": \"application/json\", \"accept\": \"text/event-stream\","
          "\"user-agent\": \"client/1.42.0\", \"anthropic-version\": \"2023-06-01\","
          "\"x-request-id\": \"0d5be8f7-66a5-4a0e-9f3c-0c9d1a8f0001\", \"x-team\": \"search\"}, \"body\": ",
          out);
    put_body(out,
             "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1024,\"stream\":true,"
             "\"messages\":[{\"role\":\"user\",\"content\":\"",
             "\"}]}");
    fputs(", \"principal\": {\"id\": \"tenant-a\", \"kind\": \"api_key\","
          "\"claims\": {\"sub\": \"user-1\", \"tier\": \"gold\", \"weight\": 3}}, \"candidates\": [",
          out);
    for (int i = 0; i < CANDIDATES; i++) {
        fprintf(out,
                "%s{\"name\": \"upstream-%d\", \"kind\": \"anthropic_api_key\", \"plan_capacity_ratio\": 0.5,"
                "\"predicted_cache_read_tokens\": %d, \"predicted_uncached_input_tokens\": 250}",
                i > 0 ? "," : "", i + 1, 100 * i);
    }
    fputs("], \"upstream_base_url\": \"https://api.example.test\"}", out);
}

static void put_document(FILE *out)
{
    fputc('{', out);
    put_request(out);
    fputs(", \"response\": {\"status\": 200, \"headers\": {"
          "\"content-type\": \"application/json\", \"date\": \"Mon, 01 Jan 2024 00:00:00 GMT\","
          "\"request-id\": \"req_01\", \"cache-control\": \"no-cache\"}, \"body\": ",
          out);
    put_body(out, "{\"id\":\"msg_01\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"", "\"}]}");
    fputs(
        "}, \"event\": {\"event\": \"content_block_delta\", \"data\": {\"json\":"
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"the answer\"}}}},"
        "\"observation\": {\"kind\": \"request_finished\", \"status\": 200, \"duration_ms\": 1250,"
        "\"input_tokens\": 250, \"output_tokens\": 17}}",
        out);
}

enum exit_status usual_document(struct session *session, struct document *document)
{
    struct draft draft;
    cclb_error error;
    document->name = "the built-in request";
    if (!draft_begin(&draft)) {
        return session_fail_memory(session, "a request");
    }
    put_document(draft.out);
    enum exit_status status = EXIT_DONE;
    if (!draft_finish(&draft)) {
        status = session_fail_memory(session, "a request");
    } else if (cclb_host_document_read(cclb_text(draft.text), NULL, &document->read, &error) != CCLB_OK) {
        status = session_fail(session, NULL, &error, NULL);
    }
    free(draft.text);
    return status;
}

const char *usual_words(cclb_hook hook)
{
    switch (hook) {
    case CCLB_HOOK_FILTER:
        return "a body of 1 KiB, 6 headers, 8 candidates";
    case CCLB_HOOK_SHAPE:
        return "a body of 1 KiB, 6 headers";
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return "a response with a body of 1 KiB, 4 headers";
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return "an event with data of 90 bytes";
    default:
        return "the end of a request";
    }
}
