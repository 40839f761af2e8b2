# SPDX-License-Identifier: Apache-2.0
# Plugins as authors begin and test them, from the tree and from an installation.

# What all of it is over: differences, layout, templates, a plugin that is not stable, which takes a fake.
cclb_test(cli_case_test cclb_over_fake cli_case_test.c runtime_fixture.c ${cli_sources}
    $<TARGET_OBJECTS:cclb_templates>)

set(suites tree installed cases)
foreach(suite IN LISTS suites)
    cclb_script(author_${suite} ${CMAKE_COMMAND} -E env "CLANG=${CCLB_GUEST_CLANG}" ${CCLB_LAUNCHER}
        "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/author_test.py" "$<TARGET_FILE:cclb_cli>"
        "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}" ${suite})
    cclb_test_settings(author_${suite})
    set_tests_properties(author_${suite} PROPERTIES LABELS cli TIMEOUT 600)
endforeach()
