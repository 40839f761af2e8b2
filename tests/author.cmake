# SPDX-License-Identifier: Apache-2.0
# Plugins as authors begin and test them, from the tree and from an installation.

# What all of it is made of: differences, layout, templates; and a plugin that is not stable, which takes a fake.
cclb_test(cli_case_test cclb_over_fake cli_case_test.c runtime_fixture.c ${cli_sources}
    $<TARGET_OBJECTS:cclb_templates>)
target_link_libraries(cli_case_test PRIVATE m)

# author_test(NAME SCRIPT WORDS...)
function(author_test name script)
    cclb_script(author_${name} ${CMAKE_COMMAND} -E env "CLANG=${CCLB_GUEST_CLANG}" ${CCLB_LAUNCHER}
        "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/${script}" "$<TARGET_FILE:cclb_cli>" "${CMAKE_SOURCE_DIR}"
        ${ARGN})
    cclb_test_settings(author_${name})
    set_tests_properties(author_${name} PROPERTIES LABELS cli TIMEOUT 600)
endfunction()

author_test(tree author_new_test.py "${CMAKE_BINARY_DIR}" tree)
author_test(installed author_new_test.py "${CMAKE_BINARY_DIR}" installed)
author_test(cases author_cases_test.py)
author_test(faults author_faults_test.py)
author_test(endings author_endings_test.py)
set_tests_properties(author_tree author_installed PROPERTIES LABELS "cli;once")
