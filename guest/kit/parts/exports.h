/* SPDX-License-Identifier: Apache-2.0 */
/* ---- What the host calls ---- */

/* Where an answer goes, which the host gives back once it has read it. */
static inline uint8_t *cclb_answer_memory_(size_t len)
{
    uint8_t *memory = len > 0 ? (uint8_t *)cclb_take_(len, 16) : NULL;
    if (memory == NULL && len > 0) {
        cclb_plugin_fail();
    }
    return memory;
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
    uint8_t *copy = cclb_answer_memory_(record.len);
    cclb_copy(copy, record.data, record.len);
    return cclb_answered_(input, input_size, copy, record.len);
}

/*
 * The linker's function that calls constructors. If nothing named it, the linker would call it before each export anew;
 * so constructors run once here, before the first call of an instance.
 */
void __wasm_call_ctors(void);

static bool cclb_constructed_;

static inline void cclb_construct_(void)
{
    if (!cclb_constructed_) {
        cclb_constructed_ = true;
        __wasm_call_ctors();
    }
}

#ifdef __cplusplus
/* Objects are never destroyed: instances are dropped as they are. */
__attribute__((weak)) int __cxa_atexit(void (*destroy)(void *), void *object, void *library)
{
    (void)destroy;
    (void)object;
    (void)library;
    return 0;
}
#endif

/* Memory for a request; 0 if there is none, as for no bytes and for what is no alignment. */
CCLB_EXPORT_("cc_lb_alloc") void *cclb_export_alloc_(size_t size, size_t align)
{
    if (size == 0 || align == 0 || (align & (align - 1)) != 0) {
        return NULL;
    }
    cclb_construct_();
    cclb_call_begins_();
    return cclb_take_(size, align);
}

/* An answer that the host has read. */
CCLB_EXPORT_("cc_lb_free") void cclb_export_free_(void *block, size_t size, size_t align)
{
    if (block != NULL) {
        cclb_give_back_(block, size, align);
    }
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
