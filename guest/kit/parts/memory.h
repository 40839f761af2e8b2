/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Memory ---- */

/*
 * Memory for a call is taken from one end of the heap and given back all at once, when the call is over: nothing needs
 * to be freed. It begins behind the plugin's data, inside the memory that the module starts with, and grows only when a
 * payload needs it.
 *
 * With CCLB_PLUGIN_ALLOCATOR it comes from two functions of the plugin's own. plugin_alloc answers NULL if there is
 * none. All that was taken for a call, by cclb_alloc too, is given back to plugin_free when the call is over, with the
 * size and the alignment that plugin_alloc was asked for; but the answer when the host gives it back, which it does in
 * stream sessions if the trial call of admission showed that to be safe. What is to stay for the next event of a session,
 * a plugin takes from plugin_alloc itself.
 */
enum { CCLB_PAGE_ = 65536 };

#ifdef CCLB_PLUGIN_ALLOCATOR

void *plugin_alloc(size_t size, size_t align);
void plugin_free(void *block, size_t size, size_t align);

#define cclb_take_(size, align) plugin_alloc(size, align)
#define cclb_give_back_(block, size, align) plugin_free(block, size, align)

/* What stands before memory that is taken for a call, and is taken with it. */
typedef struct cclb_block_ {
    struct cclb_block_ *older, *newer;
    size_t size, align;
} cclb_block_;

static cclb_block_ *cclb_newest_block_; /* of those that this call has taken */

static void *cclb_take_for_call_(size_t size, size_t align)
{
    align = align > sizeof(cclb_block_) ? align : sizeof(cclb_block_);
    if (__builtin_add_overflow(size, align, &size)) {
        return NULL;
    }
    uint8_t *start = (uint8_t *)cclb_take_(size, align);
    if (start == NULL) {
        return NULL;
    }
    cclb_block_ *block = (cclb_block_ *)(void *)(start + align) - 1;
    block->older = cclb_newest_block_;
    block->newer = NULL;
    block->size = size;
    block->align = align;
    if (block->older != NULL) {
        block->older->newer = block;
    }
    cclb_newest_block_ = block;
    return start + align;
}

/* What a constructor took is in no call's list. */
static void cclb_give_back_early_(void *memory, size_t size, size_t align)
{
    (void)size;
    (void)align;
    cclb_block_ *block = (cclb_block_ *)memory - 1;
    if (block->older != NULL) {
        block->older->newer = block->newer;
    }
    if (block->newer != NULL) {
        block->newer->older = block->older;
    } else if (block == cclb_newest_block_) {
        cclb_newest_block_ = block->older;
    }
    cclb_give_back_((uint8_t *)memory - block->align, block->size, block->align);
}

static inline void cclb_call_begins_(void)
{
    cclb_newest_block_ = NULL;
}

static inline void cclb_call_answers_(void *input, size_t input_size, const void *answer)
{
    (void)answer;
    while (cclb_newest_block_ != NULL) {
        cclb_give_back_early_(cclb_newest_block_ + 1, 0, 0);
    }
    cclb_give_back_(input, input_size, 16);
}

#else

extern unsigned char __heap_base; /* where the linker's own layout ends */

static unsigned char *cclb_heap_end_ = &__heap_base; /* of what is taken */
static unsigned char *cclb_call_start_;              /* where the request of this call begins */
static const void *cclb_call_answer_;                /* of this call, once there is one */

static void *cclb_take_(size_t size, size_t align)
{
    uint64_t start = ((uint64_t)(uintptr_t)cclb_heap_end_ + align - 1) & ~((uint64_t)align - 1);
    uint64_t end = start + size;
    uint64_t present = (uint64_t)__builtin_wasm_memory_size(0) * CCLB_PAGE_;
    if (end > present) {
        uint64_t pages = (end - present + CCLB_PAGE_ - 1) / CCLB_PAGE_;
        if (end > UINT32_MAX || __builtin_wasm_memory_grow(0, (size_t)pages) == SIZE_MAX) {
            return NULL;
        }
    }
    cclb_heap_end_ = (unsigned char *)(uintptr_t)end;
    return (void *)(uintptr_t)start;
}

/* An answer takes with it all that its call took; else only what was taken last can be taken again. */
static inline void cclb_give_back_(void *block, size_t size, size_t align)
{
    (void)align;
    if (block == cclb_call_answer_ && block != NULL) {
        cclb_heap_end_ = cclb_call_start_;
        cclb_call_answer_ = NULL;
    } else if (block != NULL && (unsigned char *)block + size == cclb_heap_end_) {
        cclb_heap_end_ = (unsigned char *)block;
    }
}

#define cclb_take_for_call_(size, align) cclb_take_(size, align)
#define cclb_give_back_early_(block, size, align) cclb_give_back_(block, size, align)

static inline void cclb_call_begins_(void)
{
    cclb_call_start_ = cclb_heap_end_;
    cclb_call_answer_ = NULL;
}

static inline void cclb_call_answers_(void *input, size_t input_size, const void *answer)
{
    (void)input;
    (void)input_size;
    cclb_call_answer_ = answer;
}

#endif

/*
 * `size` bytes of memory, uninitialized, until the call is over, or as long as the instance if a constructor of a global
 * takes them; traps if there is none. NULL if size is 0.
 */
static inline void *cclb_alloc(size_t size, size_t align)
{
    if (size == 0) {
        return NULL;
    }
    void *block = cclb_take_for_call_(size, align);
    if (block == NULL) {
        cclb_plugin_fail();
    }
    return block;
}

/* Gives back memory of cclb_alloc before the call is over, with what it was taken with. It need not be done. */
static inline void cclb_free(void *block, size_t size, size_t align)
{
    if (block != NULL) {
        cclb_give_back_early_(block, size, align);
    }
}

/*
 * Copies bytes that do not overlap. Most are few, and then moves of constant size, which may overlap in the middle, cost
 * less than what copies any length.
 */
static inline void cclb_copy(uint8_t *to, const uint8_t *from, size_t len)
{
    if (len > 64) {
        __builtin_memcpy(to, from, len);
    } else if (len > 32) {
        __builtin_memcpy(to, from, 32);
        __builtin_memcpy(to + len - 32, from + len - 32, 32);
    } else if (len > 16) {
        __builtin_memcpy(to, from, 16);
        __builtin_memcpy(to + len - 16, from + len - 16, 16);
    } else if (len >= 8) {
        __builtin_memcpy(to, from, 8);
        __builtin_memcpy(to + len - 8, from + len - 8, 8);
    } else if (len >= 4) {
        __builtin_memcpy(to, from, 4);
        __builtin_memcpy(to + len - 4, from + len - 4, 4);
    } else if (len > 0) {
        to[0] = from[0];
        to[len / 2] = from[len / 2];
        to[len - 1] = from[len - 1];
    }
}

/* What compilers call although nobody else does; a libc's own, if one is linked, may take their place. */
__attribute__((weak)) void *memcpy(void *to, const void *from, size_t len)
{
    return __builtin_memcpy(to, from, len);
}

__attribute__((weak)) void *memmove(void *to, const void *from, size_t len)
{
    return __builtin_memmove(to, from, len);
}

__attribute__((weak)) void *memset(void *to, int byte, size_t len)
{
    return __builtin_memset(to, byte, len);
}

__attribute__((weak)) int memcmp(const void *a, const void *b, size_t len)
{
    return cclb_bytes_compare(cclb_bytes_of(a, len), cclb_bytes_of(b, len));
}
