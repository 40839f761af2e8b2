/* SPDX-License-Identifier: Apache-2.0 */
/* slots_world.c - the steps that threads of the cases are made of, and what holds after every run. */

#include "slots_world.h"

/* A fake plugin; its number is also its content hash. */
struct plugin {
    uint32_t number;
};

struct world world;

static const char *const names[] = {"a", "b", "c", "d", "e", "f"};

cclb_slot_key key(size_t index)
{
    return cclb_global_key(names[index]);
}

static void destroy_plugin(void *object)
{
    world.allocator.release(world.allocator.context, object, sizeof(struct plugin));
}

static cclb_status admit_plugin(void *context, struct cell_payload *payload, cclb_error *error)
{
    (void)error;
    struct plugin *plugin = world.allocator.allocate(world.allocator.context, sizeof *plugin);
    plugin->number = *(const uint32_t *)context;
    *payload = (struct cell_payload){.object = plugin, .destroy = destroy_plugin};
    return CCLB_OK;
}

cclb_status register_as(size_t index, cclb_slot_kind kind, uint32_t number, cclb_slot_registration *made)
{
    uint8_t hash[CCLB_SLOT_HASH_SIZE] = {(uint8_t)number};
    struct slots_candidate candidate = {.kind = kind, .hash = hash, .admit = admit_plugin, .context = &number};
    cclb_error error;
    return slots_register(world.slots, key(index), &candidate, made, &error);
}

cclb_slot_registration put(size_t index, uint32_t number)
{
    cclb_slot_registration made = {0};
    if (register_as(index, CCLB_SLOT_FILTER, number, &made) != CCLB_OK) {
        model_fail("a registration failed");
    }
    return made;
}

uint32_t use(const struct cell *cell)
{
    step_touch(cell);
    const struct plugin *plugin = cell->payload.object;
    step_touch(plugin);
    uint32_t number = plugin->number;
    step_touch(plugin);
    return number;
}

struct lane *claim(void)
{
    struct lane *lane = lane_claim(&world.lanes);
    if (lane == NULL) {
        model_fail("saturated with a lane free");
    }
    return lane;
}

uint32_t call_on(struct lane *lane, size_t index)
{
    const struct cell *cell = slots_guard(world.slots, lane, key(index));
    uint32_t number = cell ? use(cell) : 0;
    slots_release(world.slots, lane);
    return number;
}

uint32_t call(size_t index)
{
    return call_on(claim(), index);
}

/* Makes the next claim begin at the first lane, whatever the last run left behind. */
static void claim_begins_at_first_lane(void)
{
    for (uint32_t i = 0; i < world.lanes.permits; i++) {
        (void)claim();
    }
    lane_release(&world.lanes.lane[0]);
    (void)claim();
    for (uint32_t i = 0; i < world.lanes.permits; i++) {
        lane_release(&world.lanes.lane[i]);
    }
}

void begin(uint32_t permits)
{
    cclb_error error;
    world = (struct world){.allocator = model_allocator()};
    world.slots = world.allocator.allocate(world.allocator.context, sizeof *world.slots);
    struct key_seed seed = {{1, 2}};
    if (lanes_init(&world.lanes, permits, 0, &world.allocator, &error) != CCLB_OK ||
        slots_init(world.slots, &world.lanes, seed, &world.allocator, &error) != CCLB_OK) {
        model_fail("nothing to begin with");
    }
    claim_begins_at_first_lane();
}

bool end(void)
{
    cclb_error error;
    cclb_status status = slots_deinit(world.slots, &error);
    if (status == CCLB_BUSY) {
        return false;
    }
    if (status != CCLB_OK) {
        model_fail("the slots could not be taken down");
    }
    world.allocator.release(world.allocator.context, world.slots, sizeof *world.slots);
    lanes_deinit(&world.lanes);
    world.ended = true;
    return true;
}

void check_quiet(void *context)
{
    (void)context;
    if (!world.ended) {
        if (world.slots->retired_cells || world.slots->retired_tables) {
            model_fail("never freed: something retired is left when all is quiet");
        }
        if (lanes_claimed(&world.lanes) != 0) {
            model_fail("a lane is still claimed when all is quiet");
        }
        if (!end()) {
            model_fail("busy when all is quiet");
        }
    }
    if (model_allocated() != 0) {
        model_fail("leak: memory is left at the end");
    }
}

void check_that(bool holds, const char *what)
{
    if (!holds) {
        model_fail("wrong outcome: %s", what);
    }
}
