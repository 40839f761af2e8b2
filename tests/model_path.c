/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_path.c - each step that is taken is put in order with those before it, and held against those it races with.
 *
 * The algorithm is source-DPOR with sleep sets. What it adds to the paper is mutexes: who waits for one is held against
 * the others as soon as it waits.
 */

#include "model_path.h"

#include "store_buffer.h"

#include <string.h>

static bool has(uint32_t set, uint32_t actor)
{
    return (set >> actor & 1) != 0;
}

static void join(struct steps_before *before, const struct steps_before *other)
{
    for (uint32_t i = 0; i < PATH_ACTORS; i++) {
        before->end[i] = other->end[i] > before->end[i] ? other->end[i] : before->end[i];
    }
}

/*
 * Steps of two actors. A thread reads its own stores in its buffer and out of it alike, so their leaving it changes
 * nothing for its reads.
 */
static bool dependent(uint32_t actor_a, const struct step *a, uint32_t actor_b, const struct step *b)
{
    if (!bytes_overlap(a->at, a->size, b->at, b->size)) {
        return false;
    }
    bool same_thread = actor_a % PATH_THREADS == actor_b % PATH_THREADS;
    bool both_write = a->access == STEP_WRITES && b->access == STEP_WRITES;
    return both_write || (!same_thread && (a->access == STEP_WRITES || b->access == STEP_WRITES));
}

/* ---- order ---- */

/* The last of a thread's stores to leave its buffer before its next step can come; NULL if none has to. */
static const struct node *awaited_store(const struct path *path, uint32_t thread, const struct step *step)
{
    uint32_t buffer = thread + PATH_THREADS;
    for (uint32_t at = path->last[buffer].end[buffer]; step->access == STEP_WRITES && at-- > 0;) {
        const struct node *node = &path->node[at];
        const struct step *store = &node->next[buffer];
        if (node->chosen == buffer &&
            (step->waits_for_buffer || bytes_overlap(store->at, store->size, step->at, step->size))) {
            return node;
        }
    }
    return NULL;
}

/* A step that comes next in the present state, and what must come before it whatever others do. */
struct arrival {
    uint32_t actor;
    const struct step *step;
    struct steps_before before;
};

static struct arrival arrival(const struct path *path, uint32_t actor, const struct step *step)
{
    struct arrival arrival = {actor, step, path->last[actor]};
    const struct node *last = actor < PATH_THREADS ? awaited_store(path, actor, step) : NULL;
    if (step->issued > 0) {
        last = &path->node[step->issued - 1];
    }
    if (last) {
        join(&arrival.before, &last->before);
    }
    return arrival;
}

/* What must come before an arrival that is taken now, that one included. */
static struct steps_before order(const struct path *path, const struct arrival *arrival)
{
    struct steps_before before = arrival->before;
    for (uint32_t at = path->depth; at-- > 0;) {
        const struct node *node = &path->node[at];
        if (before.end[node->chosen] <= at &&
            dependent(node->chosen, &node->next[node->chosen], arrival->actor, arrival->step)) {
            join(&before, &node->before);
        }
    }
    before.end[arrival->actor] = path->depth + 1;
    return before;
}

/* ---- races ---- */

/* Whether the two can never be enabled at once: a mutex can be locked or unlocked. */
static bool exclude_each_other(const struct step *a, const struct step *b)
{
    return a->mutex != b->mutex && a->mutex != STEP_NO_MUTEX && b->mutex != STEP_NO_MUTEX;
}

/* Whether nobody else's step from `first` on must come before a step. */
static bool is_first(const struct steps_before *before, uint32_t actor, uint32_t first)
{
    for (uint32_t i = 0; i < PATH_ACTORS; i++) {
        if (i != actor && before->end[i] > first) {
            return false;
        }
    }
    return true;
}

/*
 * The actors that can begin a run in which step `at` of this one comes only after the arrival: of all steps since that
 * need not come after it, those that need not come after another of them.
 */
static uint32_t beginners(const struct path *path, uint32_t at, const struct arrival *arrival)
{
    uint32_t passed = path->node[at].chosen;
    uint32_t first = at + 1;
    uint32_t seen = 0;
    uint32_t found = 0;
    bool in_its_way = !is_first(&arrival->before, arrival->actor, first);
    for (uint32_t i = first; i < path->depth; i++) {
        const struct node *node = &path->node[i];
        if (node->before.end[passed] > at) {
            continue;
        }
        if (!has(seen, node->chosen)) {
            seen |= 1u << node->chosen;
            found |= (uint32_t)is_first(&node->before, node->chosen, first) << node->chosen;
        }
        in_its_way = in_its_way || dependent(node->chosen, &node->next[node->chosen], arrival->actor, arrival->step);
    }
    if (!has(seen, arrival->actor) && !in_its_way) {
        found |= 1u << arrival->actor;
    }
    return found & path->node[at].enabled;
}

/* Wants somebody at a node who leads to the arrival coming before the step that came there. */
static void want(struct path *path, uint32_t at, const struct arrival *arrival)
{
    struct node *node = &path->node[at];
    uint32_t leading = beginners(path, at, arrival);
    if (leading == 0) {
        node->wanted |= node->enabled;
    } else if ((leading & node->wanted) == 0) {
        node->wanted |= has(leading, arrival->actor) ? 1u << arrival->actor : leading & -leading;
    }
}

/* An arrival races with a step that it depends on if nothing between the two puts that before it. */
static void find_races(struct path *path, const struct arrival *arrival)
{
    struct steps_before before = arrival->before;
    for (uint32_t at = path->depth; at-- > 0;) {
        const struct node *node = &path->node[at];
        const struct step *step = &node->next[node->chosen];
        if (before.end[node->chosen] <= at && dependent(node->chosen, step, arrival->actor, arrival->step) &&
            !exclude_each_other(step, arrival->step)) {
            want(path, at, arrival);
            join(&before, &node->before);
        }
    }
}

/* Who waits for a mutex may find this run ended before it has it. */
static void find_races_of_waiting(struct path *path, const struct node *node)
{
    for (uint32_t actor = 0; actor < PATH_THREADS; actor++) {
        if (has(node->present & ~node->enabled, actor) && node->next[actor].mutex == STEP_LOCKS) {
            const struct arrival waiting = arrival(path, actor, &node->next[actor]);
            find_races(path, &waiting);
        }
    }
}

/* ---- the path ---- */

void path_begin_run(struct path *path)
{
    path->depth = 0;
    memset(path->last, 0, sizeof path->last);
}

/* Who sleeps after the last step: who slept or was tried there and does not depend on what was chosen. */
static uint32_t sleeping_now(const struct path *path)
{
    if (path->depth == 0 || path->every_order) {
        return 0;
    }
    const struct node *last = &path->node[path->depth - 1];
    uint32_t sleeping = 0;
    for (uint32_t actor = 0; actor < PATH_ACTORS; actor++) {
        if (has(last->sleeping | last->tried, actor) && actor != last->chosen &&
            !dependent(actor, &last->next[actor], last->chosen, &last->next[last->chosen])) {
            sleeping |= 1u << actor;
        }
    }
    return sleeping;
}

struct node *path_grow(struct path *path)
{
    if (path->depth < path->length) {
        return NULL;
    }
    struct node *node = &path->node[path->depth];
    node->present = 0;
    node->enabled = 0;
    node->tried = 0;
    node->wanted = 0;
    node->sleeping = sleeping_now(path);
    return node;
}

bool path_choose(struct path *path, uint32_t preferred)
{
    struct node *node = &path->node[path->depth];
    find_races_of_waiting(path, node);
    uint32_t candidates = node->enabled & ~node->sleeping;
    if (candidates == 0) {
        return false;
    }
    node->chosen = has(candidates, preferred) ? preferred : (uint32_t)__builtin_ctz(candidates);
    node->wanted = path->every_order ? node->enabled : 1u << node->chosen;
    path->length = path->depth + 1;
    return true;
}

const struct node *path_step(struct path *path)
{
    struct node *node = &path->node[path->depth];
    if (path->depth >= path->ordered) {
        const struct arrival chosen = arrival(path, node->chosen, &node->next[node->chosen]);
        find_races(path, &chosen);
        node->before = order(path, &chosen);
        path->ordered = path->depth + 1;
    }
    path->last[node->chosen] = node->before;
    path->depth++;
    return node;
}

bool path_next(struct path *path)
{
    while (path->length > 0) {
        struct node *node = &path->node[path->length - 1];
        node->tried |= 1u << node->chosen;
        uint32_t left = node->wanted & ~node->tried & ~node->sleeping;
        if (left) {
            node->chosen = (uint32_t)__builtin_ctz(left);
            path->ordered = path->length - 1;
            return true;
        }
        path->length--;
    }
    return false;
}
