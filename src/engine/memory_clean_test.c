/* SPDX-License-Identifier: Apache-2.0 */
/* memory_clean_test.c - nothing of what was written is left, and no more stays resident than was allowed. */

#include "engine/memory_clean.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { PAGE = 4096, PAGES = 3000 };

static const cclb_reset ways[] = {CCLB_RESET_SCAN, CCLB_RESET_PAGEMAP, CCLB_RESET_REWRITE, CCLB_RESET_DECOMMIT};
enum { WAYS = sizeof ways / sizeof ways[0] };

static uint8_t *memory;
static struct memory_kept run;

/* ---- a call of the system, in place of which the linker calls this (tests/CMakeLists.txt) ---- */

/* PAGEMAP_SCAN, as linux/fs.h has it since Linux 6.7. */
struct region {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
};

struct scan {
    uint64_t size;
    uint64_t flags;
    uint64_t start;
    uint64_t end;
    uint64_t walk_end;
    struct region *regions;
    uint64_t regions_max;
    uint64_t max_pages;
    uint64_t category_inverted;
    uint64_t category_mask;
    uint64_t category_anyof_mask;
    uint64_t return_mask;
};

enum { PRESENT = 1 << 3, SWAPPED = 1 << 4 };

/* What a scan finds of each page of the memory; NULL: what the kernel says. */
static const uint8_t *played;

int __real_ioctl(int file, unsigned long request, ...);
int __wrap_ioctl(int file, unsigned long request, ...);

int __wrap_ioctl(int file, unsigned long request, ...)
{
    va_list more;
    va_start(more, request);
    struct scan *scan = va_arg(more, struct scan *);
    va_end(more);
    if (played == NULL) {
        return __real_ioctl(file, request, scan);
    }
    uint64_t count = 0;
    for (scan->walk_end = scan->start; scan->walk_end < scan->end; scan->walk_end += PAGE) {
        uint64_t categories = played[(scan->walk_end - (uintptr_t)memory) / PAGE] ^ scan->category_inverted;
        if ((categories & scan->category_mask) != scan->category_mask ||
            (categories & scan->category_anyof_mask) == 0) {
            continue;
        }
        if (count == 0 || scan->regions[count - 1].end != scan->walk_end) {
            if (count == scan->regions_max) {
                break;
            }
            scan->regions[count++].start = scan->walk_end;
        }
        scan->regions[count - 1].end = scan->walk_end + PAGE;
    }
    return (int)count;
}

/* ---- the memory ---- */

static int map_memory(void **state)
{
    (void)state;
    run = (struct memory_kept){0};
    played = NULL;
    memory = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? -1 : 0;
}

static int unmap_memory(void **state)
{
    (void)state;
    return munmap(memory, (size_t)PAGES * PAGE);
}

/* Without PAGEMAP_SCAN or /proc there is one way less to look at. */
static bool is_there(cclb_reset way)
{
    return way == CCLB_RESET_SCAN ? memory_can_scan() : way == CCLB_RESET_PAGEMAP ? memory_can_read_pagemap() : true;
}

static uint64_t resident_bytes(uint64_t used)
{
    static unsigned char there[PAGES];
    uint64_t bytes = 0;
    assert_int_equal(mincore(memory, used, there), 0);
    for (uint64_t page = 0; page < used / PAGE; page++) {
        bytes += there[page] & 1 ? PAGE : 0;
    }
    return bytes;
}

static void clean(const struct memory_cleaner *cleaner, uint64_t used, uint64_t keep)
{
    memory_clean(cleaner, memory, used, keep, &run);
    uint64_t resident = resident_bytes(used); /* before it is read, which makes pages present */
    if (resident > keep) {
        fail_msg("%s: %llu bytes of %llu stay, of which %llu may", cclb_reset_name(cleaner->reset),
                 (unsigned long long)resident, (unsigned long long)used, (unsigned long long)keep);
    }
    for (uint64_t at = 0; at < used; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, memory + at, sizeof word);
        if (word != 0) {
            fail_msg("%s: something is left at %llu", cclb_reset_name(cleaner->reset), (unsigned long long)at);
        }
    }
    assert_int_equal(madvise(memory, used, MADV_DONTNEED), 0); /* with the zeros that were read just now */
}

static void what_was_written_is_gone(void **state)
{
    (void)state;
    static const uint64_t keeps[] = {0, PAGE, 5 * PAGE, 200 * PAGE, (uint64_t)PAGES * PAGE};
    static const uint64_t useds[] = {PAGE, 16 * PAGE, 511 * PAGE, 512 * PAGE, 513 * PAGE, (uint64_t)PAGES * PAGE};
    /* every so many pages, so many in a row: more regions than the kernel tells of at once, and one region of all */
    static const struct {
        unsigned every, run;
    } patterns[] = {{1, 1}, {2, 1}, {3, 2}, {40, 7}, {4000, 1}, {5000, 600}};
    for (size_t way = 0; way < WAYS; way++) {
        struct memory_cleaner cleaner;
        if (!is_there(ways[way])) {
            continue;
        }
        assert_true(memory_cleaner_init(&cleaner, ways[way]));
        for (size_t i = 0; i < sizeof patterns / sizeof patterns[0] * 5 * 6; i++) {
            uint64_t used = useds[i % 6];
            for (uint64_t page = 0; page < used / PAGE; page++) {
                if (page % patterns[i / 30].every < patterns[i / 30].run) {
                    memory[page * PAGE + (page * 37) % PAGE] = (uint8_t)(page | 1);
                }
            }
            clean(&cleaner, used, keeps[i / 6 % 5]);
        }
        memory_cleaner_deinit(&cleaner);
    }
}

/* The longest run is remembered, and trusted no further than to be cleared once more. */
static void a_run_is_not_asked_about_again(void **state)
{
    (void)state;
    for (size_t way = 0; way < 2; way++) {
        struct memory_cleaner cleaner;
        if (!is_there(ways[way])) {
            continue;
        }
        assert_true(memory_cleaner_init(&cleaner, ways[way]));
        run = (struct memory_kept){0};
        memset(memory + 100 * PAGE, 1, 200 * PAGE);
        memset(memory + 400 * PAGE, 1, 50 * PAGE);
        memory_clean(&cleaner, memory, 1000 * PAGE, 1000 * PAGE, &run);
        assert_int_equal(run.low, 100 * PAGE);
        assert_int_equal(run.high, 300 * PAGE);
        /* before it, in it, right behind it, further on */
        static const unsigned touched[] = {0, 99, 100, 299, 300, 301, 450, 999};
        for (size_t i = 0; i < sizeof touched / sizeof touched[0]; i++) {
            memory[touched[i] * PAGE + 7] = 1;
        }
        memory_clean(&cleaner, memory, 1000 * PAGE, 1000 * PAGE, &run);
        assert_int_equal(run.low, 99 * PAGE);
        assert_int_equal(run.high, 302 * PAGE);
        for (size_t i = 0; i < sizeof touched / sizeof touched[0]; i++) {
            assert_int_equal(memory[touched[i] * PAGE + 7], 0);
        }
        /* less is in use than the run was long; less may be kept */
        memory[150 * PAGE] = 1;
        memory_clean(&cleaner, memory, 160 * PAGE, 1000 * PAGE, &run);
        assert_int_equal(memory[150 * PAGE], 0);
        assert_int_equal(run.low, 99 * PAGE);
        assert_int_equal(run.high, 160 * PAGE);
        memset(memory, 1, 1000 * PAGE);
        clean(&cleaner, 1000 * PAGE, 10 * PAGE);
        assert_int_equal(run.low, 0);
        assert_true(run.high <= (uint64_t)10 * PAGE);
        /* what was given back meanwhile is there again, and zero */
        run = (struct memory_kept){.low = 10 * PAGE, .high = 500 * PAGE, .reach = 500 * PAGE};
        clean(&cleaner, 1000 * PAGE, 1000 * PAGE);
        memory_cleaner_deinit(&cleaner);
    }
}

/* Calls that use less and less, each of them at its top: what is kept of all of them together is bounded. */
static void what_earlier_calls_left_above_counts(void **state)
{
    (void)state;
    enum { KEEP = 20 * PAGE };
    for (size_t way = 0; way < WAYS; way++) {
        struct memory_cleaner cleaner;
        if (!is_there(ways[way])) {
            continue;
        }
        assert_true(memory_cleaner_init(&cleaner, ways[way]));
        run = (struct memory_kept){0};
        for (uint64_t pages = 2000; pages >= 20; pages -= 7) {
            memset(memory + (pages - 20) * PAGE, 0xee, KEEP);
            memory_clean(&cleaner, memory, pages * PAGE, KEEP, &run);
            if (resident_bytes((uint64_t)PAGES * PAGE) > KEEP) {
                fail_msg("%s: %llu bytes stay", cclb_reset_name(ways[way]),
                         (unsigned long long)resident_bytes((uint64_t)PAGES * PAGE));
            }
        }
        /* and of what grows again, nothing is left */
        run.overflows = 1;
        clean(&cleaner, (uint64_t)PAGES * PAGE, KEEP);
        memory_cleaner_deinit(&cleaner);
    }
}

/* What one call touched is not cleared for ever for all that come after it. */
static void pages_of_others_go(void **state)
{
    (void)state;
    enum { KEEP = 100 * PAGE };
    for (size_t way = 0; way < 2; way++) {
        struct memory_cleaner cleaner;
        if (!is_there(ways[way])) {
            continue;
        }
        assert_true(memory_cleaner_init(&cleaner, ways[way]));
        /* all that may be kept: the next call makes it too much, and everything goes */
        run = (struct memory_kept){0};
        memset(memory, 1, KEEP);
        memory_clean(&cleaner, memory, 1000 * PAGE, KEEP, &run);
        assert_int_equal(resident_bytes(1000 * PAGE), KEEP);
        memset(memory + 500 * PAGE, 1, 5 * PAGE);
        memory_clean(&cleaner, memory, 1000 * PAGE, KEEP, &run);
        assert_int_equal(resident_bytes(1000 * PAGE), 0);
        memset(memory + 500 * PAGE, 1, 5 * PAGE);
        memory_clean(&cleaner, memory, 1000 * PAGE, KEEP, &run);
        assert_int_equal(resident_bytes(1000 * PAGE), 5 * PAGE);
        /* a little less: it goes after some time */
        memset(memory, 1, KEEP - 5 * PAGE);
        for (unsigned calls = 0; calls < 300; calls++) {
            memory[500 * PAGE] = 1;
            memory_clean(&cleaner, memory, 1000 * PAGE, KEEP, &run);
        }
        assert_int_equal(resident_bytes(1000 * PAGE), PAGE);
        /* a plugin that always touches more keeps what it may, most of the time */
        unsigned kept = 0;
        for (unsigned calls = 0; calls < 100; calls++) {
            memset(memory, 1, KEEP + 5 * PAGE);
            memory_clean(&cleaner, memory, 1000 * PAGE, KEEP, &run);
            kept += resident_bytes(1000 * PAGE) == KEEP;
        }
        assert_true(kept >= 90);
        memory_cleaner_deinit(&cleaner);
    }
}

/* A host that closes descriptors that are not its own may give the number to another file. */
static void a_page_map_that_shows_nothing_is_not_believed(void **state)
{
    (void)state;
    const struct memory_cleaner foreign = {.reset = CCLB_RESET_PAGEMAP, .pagemap = open("/dev/zero", O_RDONLY)};
    assert_true(foreign.pagemap >= 0);
    memset(memory, 0xee, 100 * PAGE);
    clean(&foreign, 100 * PAGE, 100 * PAGE);
    close(foreign.pagemap);
}

/* A page that was only read is the kernel's, and stays so: it costs nothing to keep. */
static void what_was_only_read_stays_clean(void **state)
{
    (void)state;
    struct memory_cleaner cleaner;
    if (!is_there(CCLB_RESET_SCAN)) {
        skip();
    }
    assert_true(memory_cleaner_init(&cleaner, CCLB_RESET_SCAN));
    volatile uint8_t sum = 0;
    for (size_t page = 0; page < 100; page++) {
        sum = (uint8_t)(sum + memory[page * PAGE]);
    }
    memory[50 * PAGE] = 1;
    memory_clean(&cleaner, memory, 100 * PAGE, PAGE, &run); /* one page fits, so nothing is given back */
    assert_int_equal(memory[50 * PAGE], 0);
    assert_int_equal(resident_bytes(100 * PAGE), 100 * PAGE);
    memory_cleaner_deinit(&cleaner);
}

/* A page map, in a file: what it says of the memory's first pages. */
static int make_pagemap(const uint8_t *found, size_t pages)
{
    int file = memfd_create("pagemap", MFD_CLOEXEC);
    assert_true(file >= 0);
    for (size_t page = 0; page < pages; page++) {
        uint64_t entry = found[page] & PRESENT ? UINT64_C(1) << 63 : 0;
        entry |= found[page] & SWAPPED ? UINT64_C(1) << 62 : 0;
        off_t place = (off_t)(((uintptr_t)memory / PAGE + page) * sizeof entry);
        assert_int_equal(pwrite(file, &entry, sizeof entry, place), sizeof entry);
    }
    return file;
}

/* A page that was swapped out is not present, and what was written is in it. Few machines that run tests have swap. */
static void swapped_pages_are_cleared(void **state)
{
    (void)state;
    enum { USED = 600 };
    static const uint8_t patterns[][4] = {
        {PRESENT, 0, SWAPPED, 0},       {SWAPPED, 0, 0, PRESENT}, {PRESENT, SWAPPED, 0, 0},
        {SWAPPED, SWAPPED, PRESENT, 0}, {0, SWAPPED, SWAPPED, 0}, {SWAPPED, SWAPPED, SWAPPED, SWAPPED},
    };
    static const uint64_t keeps[] = {10 * PAGE, USED * PAGE};
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0] * 4; i++) {
        /* The last page is present, so that no page map shows nothing at all. */
        uint8_t found[USED] = {[USED - 1] = PRESENT};
        for (size_t page = 0; page < USED; page++) {
            found[page] |= patterns[i / 4][page % 4];
            if (found[page] != 0) {
                memory[page * PAGE + page] = 1;
            }
        }
        struct memory_cleaner cleaner = {.reset = ways[i % 2], .pagemap = make_pagemap(found, USED)};
        played = found;
        run = (struct memory_kept){0};
        clean(&cleaner, USED * PAGE, keeps[i / 2 % 2]);
        played = NULL;
        memory_cleaner_deinit(&cleaner);
    }
}

/* Locked pages cannot be given back. */
static void locked_pages_are_cleared(void **state)
{
    (void)state;
    if (mlock(memory, 8 * PAGE) != 0) {
        skip();
    }
    for (size_t way = 0; way < WAYS; way++) {
        struct memory_cleaner cleaner;
        if (!is_there(ways[way])) {
            continue;
        }
        assert_true(memory_cleaner_init(&cleaner, ways[way]));
        memset(memory, 0xee, 8 * PAGE);
        memory_clean(&cleaner, memory, 8 * PAGE, 2 * PAGE, &run);
        for (size_t at = 0; at < (size_t)8 * PAGE; at++) {
            assert_int_equal(memory[at], 0);
        }
        memory_cleaner_deinit(&cleaner);
    }
    assert_int_equal(munlock(memory, 8 * PAGE), 0);
}

/* What the kernel does not answer is given back all the same. */
static void a_kernel_that_does_not_answer_leaves_nothing(void **state)
{
    (void)state;
    static const cclb_reset asking[] = {CCLB_RESET_SCAN, CCLB_RESET_PAGEMAP};
    for (size_t i = 0; i < 2; i++) {
        const struct memory_cleaner broken = {.reset = asking[i], .pagemap = -1};
        memset(memory, 0xee, 100 * PAGE);
        clean(&broken, 100 * PAGE, 100 * PAGE);
        assert_int_equal(errno, EBADF);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, map_memory, unmap_memory)
    const struct CMUnitTest tests[] = {
        TEST(what_was_written_is_gone),
        TEST(a_run_is_not_asked_about_again),
        TEST(what_earlier_calls_left_above_counts),
        TEST(pages_of_others_go),
        TEST(a_page_map_that_shows_nothing_is_not_believed),
        TEST(what_was_only_read_stays_clean),
        TEST(swapped_pages_are_cleared),
        TEST(locked_pages_are_cleared),
        TEST(a_kernel_that_does_not_answer_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
