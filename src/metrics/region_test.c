/* SPDX-License-Identifier: Apache-2.0 */
/* region_test.c - the layout, and every mapping that has to be refused. */

#include "metrics/region.h"

#include "metrics/label.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PLUGINS = 3 };

static cclb_error error;
static uint32_t plugins_max;

/* Zeroed memory that starts at a page. */
static void *pages(size_t bytes)
{
    size_t whole = (bytes + REGION_PAGE_BYTES - 1) / REGION_PAGE_BYTES * REGION_PAGE_BYTES;
    void *memory = aligned_alloc(REGION_PAGE_BYTES, whole);
    assert_non_null(memory);
    memset(memory, 0, whole);
    return memory;
}

static int set_up(void **state)
{
    struct region *region = pages(region_bytes(PLUGINS));
    region_make(region, PLUGINS);
    *state = region;
    return 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

static void stripes_share_no_cache_line(void **state)
{
    const struct region *region = *state;
    assert_int_equal(sizeof(struct counters) % CACHE_BYTES, 0);
    assert_int_equal(sizeof(struct common_counters) % CACHE_BYTES, 0);
    assert_int_equal(sizeof(struct label) % CACHE_BYTES, 0);
    assert_int_equal(offsetof(struct region, common) % CACHE_BYTES, 0);
    assert_ptr_not_equal(&region->attached, region->common);
    size_t before = region_counters_at(PLUGINS, 0, (cclb_hook)0, 0);
    assert_int_equal(before % REGION_PAGE_BYTES, 0);
    assert_true(before >= sizeof *region + (PLUGINS + 1) * sizeof(struct label));
    /* Each stands behind the one before it, and the last ends with the region. */
    for (uint32_t label = 0; label <= PLUGINS; label++) {
        for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            for (uint32_t stripe = 0; stripe < REGION_STRIPES; stripe++) {
                assert_int_equal(region_counters_at(PLUGINS, label, hook, stripe), before);
                before += sizeof(struct counters);
            }
        }
    }
    assert_int_equal(before, region_bytes(PLUGINS));
}

static void a_label_takes_200_kib_of_address_space(void **state)
{
    (void)state;
    assert_int_equal(region_bytes(11 + 32) - region_bytes(11), 32 * ((200 << 10) + sizeof(struct label)));
    assert_true(region_bytes(REGION_PLUGINS_DEFAULT) < 14 << 20);
}

static void buckets_are_the_1_2_5_series(void **state)
{
    (void)state;
    uint64_t decade = 1000;
    for (size_t i = 0; i + 1 < BUCKETS; i++) {
        static const uint64_t steps[] = {1, 2, 5};
        assert_int_equal(bucket_bound_ns[i], decade * steps[i % 3]);
        decade *= i % 3 == 2 ? 10 : 1;
    }
    assert_int_equal(bucket_bound_ns[0], 1000);
    assert_int_equal(bucket_bound_ns[BUCKETS - 2], UINT64_C(10000000000));
}

static void what_was_made_is_taken(void **state)
{
    struct region *region = *state;
    assert_int_equal(region_check(region, region_bytes(PLUGINS), &plugins_max, &error), CCLB_OK);
    assert_int_equal(plugins_max, PLUGINS);
    assert_int_equal(region_check(region, region_bytes(PLUGINS) + 1, &plugins_max, &error), CCLB_OK);
    struct label_name name;
    label_name_set(&name, cclb_text("p"));
    label_write(&region->label[label_take(region, PLUGINS, &name, true)], &name);
    assert_int_equal(region_check(region, region_bytes(PLUGINS), &plugins_max, &error), CCLB_OK);
}

static void refused(const void *memory, size_t bytes, const char *why)
{
    assert_int_equal(region_check(memory, bytes, &plugins_max, &error), CCLB_INVALID_ARGUMENT);
    if (strstr(error.message, why) == NULL) {
        fail_msg("'%s' does not say '%s'", error.message, why);
    }
}

static void each_mapping_that_is_none_is_refused_with_its_reason(void **state)
{
    struct region *region = *state;
    size_t bytes = region_bytes(PLUGINS);
    refused(NULL, bytes, "no address");
    refused((uint8_t *)region + CACHE_BYTES, bytes, "aligned");
    refused(region, 0, "too small: 0 bytes");
    refused(region, sizeof *region - 1, "too small");
    refused(region, bytes - 1, "too small");

    uint64_t magic = atomic_exchange(&region->magic, 0);
    refused(region, bytes, "not prepared");
    atomic_store(&region->magic, magic + 1);
    refused(region, bytes, "something else");
    atomic_store(&region->magic, magic);

    region->version++;
    refused(region, bytes, "layout 4; this version of cclb has 3");
    region->version--;
    region->tables ^= 1;
    refused(region, bytes, "tables");
    region->tables ^= 1;

    const uint32_t wrong_counts[] = {0, PLUGINS - 1, PLUGINS + 1, REGION_PLUGINS_LIMIT + 1, UINT32_MAX};
    for (size_t i = 0; i < sizeof wrong_counts / sizeof wrong_counts[0]; i++) {
        region->plugins_max = wrong_counts[i];
        refused(region, bytes, "sizes");
    }
    region->plugins_max = PLUGINS;
    region->bytes++;
    refused(region, bytes, "sizes");
    region->bytes--;

    struct label *label = &region->label[1];
    atomic_store(&label->written, LABEL_TEXT_MAX + 2);
    refused(region, bytes, "label");
    atomic_store(&label->written, 2); /* and the text is empty */
    refused(region, bytes, "label");
    atomic_store(&label->text[0], 0xff); /* no UTF-8 */
    refused(region, bytes, "label");
    atomic_store(&label->text[0], 'x');
    assert_int_equal(region_check(region, bytes, &plugins_max, &error), CCLB_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stripes_share_no_cache_line, set_up, tear_down),
        cmocka_unit_test(a_label_takes_200_kib_of_address_space),
        cmocka_unit_test(buckets_are_the_1_2_5_series),
        cmocka_unit_test_setup_teardown(what_was_made_is_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_mapping_that_is_none_is_refused_with_its_reason, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
