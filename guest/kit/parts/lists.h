/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Lists in answers ---- */

/* Makes room for more items in a full list. */
static void *cclb_longer_(void *items, size_t *capacity, size_t size)
{
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    size_t len = *capacity * size;
    if (wanted > SIZE_MAX / 2 / size) {
        cclb_plugin_fail();
    }
    void *longer = cclb_alloc(wanted * size, 4);
    if (len > 0) {
        __builtin_memcpy(longer, items, len);
    }
    cclb_free(items, len, 4);
    *capacity = wanted;
    return longer;
}

/* Each adds one item behind the others; what it points to has to outlive the plugin's function, as in all answers. */
static inline void cclb_bytes_list_add(cclb_bytes_list *list, cclb_bytes item)
{
    if (list->count == list->capacity) {
        list->items = (cclb_bytes *)cclb_longer_(list->items, &list->capacity, sizeof item);
    }
    list->items[list->count++] = item;
}
