# SPDX-License-Identifier: Apache-2.0
# The kit for plugins in C: its header is what the tables make, and what it makes is what the published kits make.

cclb_script(guest_header "$<TARGET_FILE:plugin_kit>" "${CMAKE_SOURCE_DIR}/guest/kit/parts"
    "${CMAKE_SOURCE_DIR}/guest/cclb_plugin.h" --check)

set(twins "${CMAKE_BINARY_DIR}/guest/twins")
add_test(NAME guest_twins COMMAND ${CCLB_LAUNCHER} $<TARGET_FILE:plugins_test> checked "${twins}")
cclb_script(guest_admission ${CCLB_LAUNCHER} sh "${CMAKE_CURRENT_LIST_DIR}/guest_admission.sh" "$<TARGET_FILE:cclb_cli>"
    "${twins}")
set(suites refused answers fields sessions damaged)
foreach(suite IN LISTS suites)
    cclb_script(guest_${suite} ${CMAKE_COMMAND} -E env "CLANG=${CCLB_GUEST_CLANG}" ${CCLB_LAUNCHER}
        "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/guest_test.py" "$<TARGET_FILE:cclb_cli>"
        "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/guest/${suite}" ${suite})
endforeach()
foreach(name IN ITEMS header twins admission ${suites})
    cclb_test_settings(guest_${name})
endforeach()
# What guest code does depends on no compiler of ours.
set_property(TEST guest_refused guest_answers guest_fields guest_damaged APPEND PROPERTY LABELS once)
