/* SPDX-License-Identifier: Apache-2.0 */
/* ---- What the host calls ---- */

/* Where an answer goes. */
static inline uint8_t *cclb_answer_memory_(size_t len)
{
    return (uint8_t *)cclb_alloc(len, 16);
}

/* The end of a hook: the answer's address and length in one number. */
static inline uint64_t cclb_answered_(uint8_t *input, size_t input_size, const uint8_t *answer, size_t len)
{
    cclb_call_answers_(input, input_size, answer);
    return (uint64_t)(uintptr_t)answer << 32 | len;
}

/* The end of observe. A record is copied, because the host may free what it is given. */
static inline uint64_t cclb_recorded_(uint8_t *input, size_t input_size, cclb_bytes record)
{
    uint8_t *copy = (uint8_t *)cclb_alloc(record.len, 16);
    cclb_copy(copy, record.data, record.len);
    return cclb_answered_(input, input_size, copy, record.len);
}

/* Memory for a request; 0 if there is none, as for no bytes and for what is no alignment. */
CCLB_EXPORT_("cc_lb_alloc") void *cclb_export_alloc_(size_t size, size_t align)
{
    if (size == 0 || align == 0 || (align & (align - 1)) != 0) {
        return NULL;
    }
    cclb_call_begins_();
    return cclb_take_(size, align);
}

/* An answer that the host has read. */
CCLB_EXPORT_("cc_lb_free") void cclb_export_free_(void *block, size_t size, size_t align)
{
    cclb_free(block, size, align);
}

/* What a hook without a function answers; the host does not ask it. */
#ifdef CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
void plugin_transform_response(const cclb_transform_response_request *request, cclb_transform_response_result *answer)
{
    (void)request;
    (void)answer;
}
#endif
#ifdef CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    (void)request;
    (void)answer;
}
#endif
