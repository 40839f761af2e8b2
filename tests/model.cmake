# SPDX-License-Identifier: Apache-2.0
# The model test: slots, lanes and calls, over the fake engine, compiled a second time, with CCLB_MODEL, and explored;
# once as they are, and once with each of the seeded defects below, which the explorer has to find.

# The explorer has a heap of its own in which it sees use after free and leaks; a sanitizer on top of it finds nothing
# more and takes several times as long, and the thread sanitizer does not know coroutines. The same sources run under all
# of them in their unit tests and in the stress tests.
if(NOT CCLB_SANITIZE STREQUAL "")
    return()
endif()

set(model_src "${CMAKE_CURRENT_LIST_DIR}/../src")

file(GLOB model_below CONFIGURE_DEPENDS "${model_src}/base/*.c" "${model_src}/wire/*.c")
list(FILTER model_below EXCLUDE REGEX "(_test|/uuid)\\.c$") # an identifier made of a name needs a crate
add_library(cclb_model_base OBJECT ${model_below}
    "${CMAKE_CURRENT_LIST_DIR}/model.c" "${CMAKE_CURRENT_LIST_DIR}/model_heap.c"
    "${CMAKE_CURRENT_LIST_DIR}/model_path.c" "${CMAKE_CURRENT_LIST_DIR}/store_buffer.c")
# An archive, so that a defective source takes the place of the one in here.
add_library(cclb_model_subject STATIC
    "${model_src}/dispatch/call.c" "${model_src}/dispatch/count.c" "${model_src}/dispatch/deadline.c" "${model_src}/dispatch/lane.c"
    "${model_src}/engine/fake.c" "${model_src}/runtime/call.c" "${model_src}/slots/breaker.c"
    "${model_src}/slots/cell.c"
    "${model_src}/slots/handle.c" "${model_src}/slots/key.c" "${model_src}/slots/names.c"
    "${model_src}/slots/register.c" "${model_src}/slots/retire.c" "${model_src}/slots/run.c"
    "${model_src}/slots/session.c" "${model_src}/slots/slots.c"
    "${model_src}/slots/table.c")
add_library(cclb_model_cases OBJECT
    "${CMAKE_CURRENT_LIST_DIR}/model_lanes.c" "${CMAKE_CURRENT_LIST_DIR}/model_leases.c"
    "${CMAKE_CURRENT_LIST_DIR}/model_sessions.c" "${CMAKE_CURRENT_LIST_DIR}/model_slots.c" "${CMAKE_CURRENT_LIST_DIR}/slots_model_test.c"
    "${CMAKE_CURRENT_LIST_DIR}/slots_world.c")
foreach(part IN ITEMS cclb_model_base cclb_model_subject cclb_model_cases)
    target_compile_definitions(${part} PUBLIC CCLB_MODEL)
    target_include_directories(${part} PUBLIC "${model_src}/../include" "${model_src}" "${CMAKE_CURRENT_LIST_DIR}")
    target_link_libraries(${part} PUBLIC cclb_flags PkgConfig::CMOCKA Threads::Threads)
endforeach()

# Exploring is a great many short runs: worth optimising in every build.
foreach(part IN ITEMS cclb_model_base cclb_model_subject)
    target_compile_options(${part} PRIVATE -O2)
endforeach()

function(model_program name)
    add_executable(${name} ${ARGN} $<TARGET_OBJECTS:cclb_model_base>)
    target_link_libraries(${name} PRIVATE cclb_model_subject)
endfunction()

model_program(model_test "${CMAKE_CURRENT_LIST_DIR}/model_test.c")
add_test(NAME model_test COMMAND ${CCLB_LAUNCHER} $<TARGET_FILE:model_test>)
cclb_test_settings(model_test)
model_program(slots_model_test $<TARGET_OBJECTS:cclb_model_cases>)
add_test(NAME slots_model_test COMMAND ${CCLB_LAUNCHER} $<TARGET_FILE:slots_model_test>)
cclb_test_settings(slots_model_test)

# model_defect(NAME SOURCE OLD NEW EXPECTED): replaces OLD, which must stand in the source exactly once, by NEW; a case
# must then fail with a message that contains EXPECTED.
function(model_defect name source old new expected)
    set(path "${model_src}/${source}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
    file(READ "${path}" text)
    string(FIND "${text}" "${old}" first)
    string(FIND "${text}" "${old}" last REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL last)
        message(FATAL_ERROR "model defect ${name}: its text does not stand exactly once in src/${source}:\n${old}")
    endif()
    string(REPLACE "${old}" "${new}" text "${text}")
    set(defective "${CMAKE_CURRENT_BINARY_DIR}/model_defects/${name}.c")
    file(CONFIGURE OUTPUT "${defective}" CONTENT "@text@" @ONLY)
    model_program(model_defect_${name} "${defective}" $<TARGET_OBJECTS:cclb_model_cases>)
    target_compile_options(model_defect_${name} PRIVATE -w)
    add_test(NAME model_defect_${name}
        COMMAND ${CCLB_LAUNCHER} $<TARGET_FILE:model_defect_${name}> expect "${expected}")
    cclb_test_settings(model_defect_${name})
endfunction()

# ---- calls ----

model_defect(answer_lent_without_guard slots/run.c
    [[    run->bytes_in = input->len;]]
    [[    run->bytes_in = input->len;
    lane_unguard(run->lane, LANE_GUARD_CELL);]]
    "use after free")

model_defect(instance_dropped_after_lane_given_back slots/run.c
    [[    call_end(calls->dispatch, lane);
    arena_reset(&lane->arena);
    lane_unkeep(lane);
    slots_release(calls->slots, lane);]]
    [[    slots_release(calls->slots, lane);
    call_end(calls->dispatch, lane);
    arena_reset(&lane->arena);]]
    "use after free")

model_defect(lease_returned_twice slots/run.c
    [[    memset(lease, 0, sizeof *lease);]]
    [[]]
    "lane")

model_defect(failed_call_keeps_lane slots/run.c
    [[        run_give_back(run->calls, run->lane);]]
    [[        call_end(run->calls->dispatch, run->lane);]]
    "never freed")

model_defect(ended_call_keeps_instance dispatch/call.c
    [[    engine_instance_drop(&lane->instance);
    unreserve_memory(dispatch, lane);]]
    [[    unreserve_memory(dispatch, lane);]]
    "leak")

model_defect(ended_call_keeps_memory dispatch/call.c
    [[    engine_instance_drop(&lane->instance);
    unreserve_memory(dispatch, lane);]]
    [[    engine_instance_drop(&lane->instance);]]
    "memory is still reserved")

model_defect(memory_reserved_without_exchange dispatch/call.c
    [[if (step_compare_exchange(&dispatch->memory_reserved_bytes, &before, before + wanted, memory_order_acquire)) {]]
    [[if (step_store(&dispatch->memory_reserved_bytes, before + wanted, memory_order_seq_cst), true) {]]
    "memory is still reserved")

model_defect(memory_reserved_before_looking dispatch/call.c
    [[    while (before + wanted <= total) {]]
    [[    while (!step_compare_exchange(&dispatch->memory_reserved_bytes, &before, before + wanted,
                                  memory_order_acquire)) {
    }
    if (before + wanted > total) {
        step_subtract(&dispatch->memory_reserved_bytes, wanted, memory_order_relaxed);
    } else {
        call->lane->reserved_bytes = wanted;
        return CCLB_OK;
    }
    while (false) {]]
    "of two who want the only room")

# ---- sessions ----

model_defect(resumed_without_exchange dispatch/lane.c
    [[step_compare_exchange(&lane->idle, idle, *idle + 1, memory_order_acq_rel);]]
    [[(step_store(&lane->idle, *idle + 1, memory_order_seq_cst), true);]]
    "a lane is still claimed")

model_defect(resumed_whoever_parked_it dispatch/lane.c
    [[    return take_up(lane, &turn);]]
    [[    turn = step_load(&lane->idle, memory_order_acquire);
    return take_up(lane, &turn);]]
    "an event is answered by its own plugin")

model_defect(resumed_without_looking slots/session.c
    [[if (lane == NULL || lane_resume(lane, session->turn)) {]]
    [[if (lane == NULL || (lane_resume(lane, session->turn), true)) {]]
    "a lane is still claimed")

model_defect(parked_is_taken_and_forgotten dispatch/lane.c
    [[        if (parked) {]]
    [[        if (false) {]]
    "a lane is still claimed")

model_defect(parked_is_not_added_up dispatch/lane.c
    [[        *sum += idle;]]
    [[]]
    "saturated with a session idle")

model_defect(revoked_instance_dropped_without_guard slots/session.c
    [[    call_end(calls->dispatch, lane);
    lane_unkeep(lane);
    slots_unguard(calls->slots, lane);]]
    [[    slots_unguard(calls->slots, lane);
    call_end(calls->dispatch, lane);
    lane_unkeep(lane);]]
    "use after free")

model_defect(revoked_guard_moved_without_freeing slots/session.c
    [[    slots_unguard(calls->slots, lane);]]
    [[    lane_unguard(lane, LANE_GUARD_CELL);
    (void)lane_take_note(lane);]]
    "never freed")

model_defect(revoked_session_still_counted slots/session.c
    [[    lane_unkeep(lane);]]
    [[    lane->session = false;]]
    "a session is still counted")

model_defect(revoked_instance_left_in_lane slots/run.c
    [[    if (lane && lane->session) {]]
    [[    if (false) {]]
    "of two who want the only room")

model_defect(ended_stream_leaves_its_lane slots/session.c
    [[        run_give_back(calls, lane);]]
    [[        (void)lane_park(lane);]]
    "a lane is still claimed")

model_defect(kept_without_exchange dispatch/lane.c
    [[if (step_compare_exchange(&lanes->sessions, &kept, kept + 1, memory_order_acquire)) {]]
    [[if (step_store(&lanes->sessions, kept + 1, memory_order_seq_cst), true) {]]
    "one of two sessions is kept")

model_defect(idle_sessions_keep_their_memory slots/run.c
    [[while (status == CCLB_SATURATED && session_revoke_any(run->calls));]]
    [[while (false);]]
    "an idle session's memory is a call's")

# ---- guards, on the side of the call ----

model_defect(guard_set_too_weakly dispatch/lane.c
    [[step_store(&lane->guard[guard], object, memory_order_seq_cst);]]
    [[step_store(&lane->guard[guard], object, memory_order_release);]]
    "use after free")

model_defect(table_not_checked_after_guarding slots/slots.c
    [[if (again == table) {]]
    [[if (again != NULL) {]]
    "use after free")

model_defect(cell_not_checked_after_guarding slots/slots.c
    [[if (again == cell) {]]
    [[if (cell != NULL) {]]
    "use after free")

model_defect(cell_unguarded_before_use slots/slots.c
    [[    lane_unguard(lane, LANE_GUARD_TABLE);
    if (moved) {]]
    [[    lane_unguard(lane, LANE_GUARD_TABLE);
    lane_unguard(lane, LANE_GUARD_CELL);
    if (moved) {]]
    "use after free")

model_defect(table_unguarded_before_search slots/slots.c
    [[    struct slot *slot = table_find(table, hash, key);]]
    [[    lane_unguard(lane, LANE_GUARD_TABLE);
    struct slot *slot = table_find(table, hash, key);]]
    "use after free")

model_defect(moved_guard_forgets_note slots/slots.c
    [[if (moved) {]]
    [[if (false) {]]
    "does not keep it")

model_defect(note_taken_before_unguarding slots/slots.c
    [[    lane_unguard(lane, LANE_GUARD_CELL);
    free_if_noted(slots, lane);]]
    [[    free_if_noted(slots, lane);
    lane_unguard(lane, LANE_GUARD_CELL);]]
    "never freed")

model_defect(note_taken_too_weakly dispatch/lane.c
    [[step_exchange(&lane->wanted, 0u, memory_order_acq_rel)]]
    [[step_exchange(&lane->wanted, 0u, memory_order_relaxed)]]
    "never freed")

model_defect(lane_given_back_before_freeing slots/slots.c
    [[    slots_unguard(slots, lane);
    /* Last of all]]
    [[    lane_release(lane);
    slots_unguard(slots, lane);
    return;
    /* Last of all]]
    "use after free")

# ---- guards, on the side of the writer ----

model_defect(cell_freed_without_looking slots/retire.c
    [[ || lanes_guarded(slots->lanes, LANE_GUARD_CELL, cell)]]
    [[]]
    "use after free")

model_defect(table_freed_without_looking slots/retire.c
    [[ && !lanes_guarded(slots->lanes, LANE_GUARD_TABLE, slots->retired_tables)]]
    [[]]
    "use after free")

model_defect(one_lane_not_looked_at dispatch/lane.c
    [[    for (uint32_t i = 0; i < lanes->permits + lanes->reserved; i++) {
        struct lane *lane = &lanes->lane[i];]]
    [[    for (uint32_t i = 1; i < lanes->permits + lanes->reserved; i++) {
        struct lane *lane = &lanes->lane[i];]]
    "use after free")

model_defect(no_note dispatch/lane.c
    [[(void)step_exchange(&lane->wanted, 1u, memory_order_acq_rel);]]
    [[]]
    "never freed")

model_defect(no_second_look_after_note dispatch/lane.c
    [[if (step_load(&lane->guard[guard], memory_order_acquire) == object) {]]
    [[if (true) {]]
    "never freed")

model_defect(second_look_believes_note dispatch/lane.c
    [[if (step_load(&lane->guard[guard], memory_order_acquire) == object) {]]
    [[if (false) {]]
    "use after free")

model_defect(swap_published_too_weakly slots/register.c
    [[step_store(&slot->cell, cell, memory_order_seq_cst);]]
    [[step_store(&slot->cell, cell, memory_order_release);]]
    "use after free")

model_defect(eviction_published_too_weakly slots/register.c
    [[step_store(&slot->cell, NULL, memory_order_seq_cst);]]
    [[step_store(&slot->cell, NULL, memory_order_release);]]
    "use after free")

model_defect(table_published_too_weakly slots/register.c
    [[step_store(&slots->table, next, memory_order_seq_cst);]]
    [[step_store(&slots->table, next, memory_order_release);]]
    "use after free")

model_defect(tables_freed_out_of_order slots/retire.c
    [[    while (slots->retired_tables && !lanes_guarded(slots->lanes, LANE_GUARD_TABLE, slots->retired_tables)) {
        struct table *table = slots->retired_tables;
        slots->retired_tables = table->next;
        if (slots->retired_tables == NULL) {
            slots->retired_tables_end = &slots->retired_tables;
        }
        table_destroy(slots->allocator, table);
    }]]
    [[    struct table **link = &slots->retired_tables;
    while (*link) {
        struct table *table = *link;
        if (lanes_guarded(slots->lanes, LANE_GUARD_TABLE, table)) {
            link = &table->next;
        } else {
            *link = table->next;
            table_destroy(slots->allocator, table);
        }
    }
    slots->retired_tables_end = link;]]
    "use after free")

model_defect(dropped_slots_forgotten slots/table.c
    [[            table->dropped = slot;]]
    [[]]
    "leak")

# ---- counting and turns ----

model_defect(handles_not_counted slots/retire.c
    [[cell->handles > 0 || ]]
    [[]]
    "use after free")

model_defect(visits_not_counted slots/retire.c
    [[cell->visits > 0 || ]]
    [[]]
    "use after free")

model_defect(dropped_handle_frees_nothing slots/handle.c
    [[    slots->handles--;
    free_if_unused(slots, cell);]]
    [[    slots->handles--;]]
    "never freed")

model_defect(destroyed_under_a_thread_that_frees slots/slots.c
    [[ && slots->working == 0) {]]
    [[) {]]
    "use after free")

model_defect(destroyed_under_a_call slots/slots.c
    [[if (calls == 0 && slots->handles]]
    [[if (slots->handles]]
    "use after free")

model_defect(destroyed_under_a_handle slots/slots.c
    [[calls == 0 && slots->handles == 0 &&]]
    [[calls == 0 &&]]
    "leak")

model_defect(replaced_cell_not_retired slots/register.c
    [[        retire_cell(slots, present);
]]
    [[]]
    "leak")

model_defect(refused_cell_kept slots/register.c
    [[free_retired(slots, published ? NULL : cell);]]
    [[free_retired(slots, NULL);]]
    "leak")

model_defect(no_second_look_at_content slots/register.c
    [[    if (present && is_same(present, candidate)) {
        *registration = keep(present, candidate);
        return CCLB_OK;]]
    [[    if (false) {
        return CCLB_OK;]]
    "wrong outcome")

model_defect(kind_not_checked slots/register.c
    [[if (present && present->kind != cell->kind) {]]
    [[if (false) {]]
    "wrong outcome")

model_defect(lock_forgotten slots/register.c
    [[    step_lock(&slots->mutex);
    if (status == CCLB_OK) {]]
    [[    if (status == CCLB_OK) {]]
    "use after free")

# ---- lanes as permits ----

model_defect(claimed_without_exchange dispatch/lane.c
    [[step_compare_exchange(&lane[at].claimed, &claimed, claimed + 1, memory_order_acq_rel)) {]]
    [[(step_store(&lane[at].claimed, claimed + 1, memory_order_seq_cst), true)) {]]
    "lane")

model_defect(claimed_too_weakly dispatch/lane.c
    [[claimed + 1, memory_order_acq_rel)]]
    [[claimed + 1, memory_order_acquire)]]
    "saturated with a lane free")

model_defect(saturated_after_one_round dispatch/lane.c
    [[if (all_taken && sum == sum_before) {]]
    [[if (all_taken) {]]
    "saturated with a lane free")
