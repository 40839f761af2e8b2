# SPDX-License-Identifier: Apache-2.0
# The kit for plugins in C: its header is what the tables make, and what it makes is what the published kits make.

cclb_script(guest_header "$<TARGET_FILE:plugin_kit>" "${CMAKE_SOURCE_DIR}/guest/kit/parts"
    "${CMAKE_SOURCE_DIR}/guest/cclb_plugin.h" --check)

set(twins "${CMAKE_BINARY_DIR}/guest/twins")
add_test(NAME guest_twins COMMAND ${CCLB_LAUNCHER} $<TARGET_FILE:plugins_test> checked "${twins}")
cclb_script(guest_admission ${CCLB_LAUNCHER} sh "${CMAKE_CURRENT_LIST_DIR}/guest_admission.sh" "$<TARGET_FILE:cclb_cli>"
    "${twins}")
cclb_script(guest_costs ${CCLB_LAUNCHER} "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/guest_costs.py"
    "$<TARGET_FILE:cclb_cli>" "${twins}" "${CMAKE_SOURCE_DIR}/tests/data/plugins")
set(suites refused usage answers fields wide sessions damaged)
foreach(suite IN LISTS suites)
    cclb_script(guest_${suite} ${CMAKE_COMMAND} -E env "CLANG=${CCLB_GUEST_CLANG}" ${CCLB_LAUNCHER}
        "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/guest_test.py" "$<TARGET_FILE:cclb_cli>"
        "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/guest/${suite}" ${suite})
endforeach()

# The example plugins: what they answer, and what holds for any request.
set(examples "${CMAKE_BINARY_DIR}/guest/examples")
set(example_suites examples_admission examples_cases examples_redaction)
foreach(suite IN LISTS example_suites)
    string(REPLACE "examples_" "" words ${suite})
    cclb_script(guest_${suite} ${CCLB_LAUNCHER} "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/guest_examples.py"
        "$<TARGET_FILE:cclb_cli>" "${CMAKE_SOURCE_DIR}" "${examples}" ${words})
endforeach()
foreach(name IN ITEMS choice bodies)
    add_executable(guest_${name}_test guest_${name}_test.c)
    target_link_libraries(guest_${name}_test PRIVATE cclb_over_wasmtime)
    add_test(NAME guest_${name} COMMAND ${CCLB_LAUNCHER} $<TARGET_FILE:guest_${name}_test> "${examples}")
endforeach()

# What pages for authors show is what happens.
cclb_script(guest_guide ${CMAKE_COMMAND} -E env "CLANG=${CCLB_GUEST_CLANG}"
    "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/guide.py" "$<TARGET_FILE:cclb_cli>" "${CMAKE_SOURCE_DIR}"
    "${CMAKE_SOURCE_DIR}/docs/plugin-author-guide.md" "${CMAKE_SOURCE_DIR}/docs/plugins-in-cpp-and-zig.md"
    "${CMAKE_SOURCE_DIR}/docs/plugins-in-rust.md" "${CMAKE_SOURCE_DIR}/guest/examples/README.md")

foreach(name IN ITEMS header guide twins admission costs choice bodies ${suites} ${example_suites})
    cclb_test_settings(guest_${name})
endforeach()
# What guest code does depends on no compiler of ours.
set_property(TEST guest_costs guest_refused guest_usage guest_answers guest_fields guest_wide guest_damaged guest_guide
    guest_examples_cases guest_examples_redaction APPEND PROPERTY LABELS once)
