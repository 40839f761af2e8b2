# SPDX-License-Identifier: Apache-2.0
# Tests of the command, and of JSON, which it is the first to use. Label cli; what only repeats the tables in another
# isolation is slow, and left to `make check`.

cclb_test(json_test cclb_over_fake json_test.c)

# Of the command, all but main().
file(GLOB cli_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/cli/*.c")
list(REMOVE_ITEM cli_sources "${CMAKE_SOURCE_DIR}/cli/main.c")
foreach(name IN ITEMS bench conformance)
    cclb_test(cli_${name}_test cclb_over_fake cli_${name}_test.c runtime_fixture.c ${cli_sources}
        $<TARGET_OBJECTS:cclb_templates>)
    target_link_libraries(cli_${name}_test PRIVATE m)
endforeach()

# An output that does what none does when it is asked.
cclb_test(cli_files_test cclb_over_fake cli_files_test.c "${CMAKE_SOURCE_DIR}/cli/files.c"
    "${CMAKE_SOURCE_DIR}/cli/session.c" "${CMAKE_SOURCE_DIR}/cli/emit.c" "${CMAKE_SOURCE_DIR}/cli/options.c")
target_link_options(cli_files_test PRIVATE LINKER:--wrap=write)

find_program(BASH bash REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(suite IN ITEMS cases streams malformed checked guarded on_demand)
    add_test(NAME cli_${suite}
        COMMAND ${CCLB_LAUNCHER} "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/cli_test.py"
            "$<TARGET_FILE:cclb_cli>" "${CMAKE_SOURCE_DIR}" ${suite})
    cclb_test_settings(cli_${suite})
    set_tests_properties(cli_${suite} PROPERTIES LABELS cli TIMEOUT 600)
endforeach()
set_tests_properties(cli_guarded cli_on_demand PROPERTIES LABELS "cli;slow")
set_tests_properties(cli_checked PROPERTIES LABELS "cli;once")

# What the worst modules below the limits cost the compiler; a sanitizer's memory is not the compiler's.
if(CCLB_SANITIZE STREQUAL "" AND NOT CCLB_TEST_LAUNCHER)
    set(worst_modules "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/worst_modules.py" "$<TARGET_FILE:cclb_cli>"
        "${CMAKE_SOURCE_DIR}")
    add_test(NAME worst_modules COMMAND ${worst_modules})
    add_test(NAME worst_modules_most COMMAND ${worst_modules} --most)
    set_tests_properties(worst_modules worst_modules_most PROPERTIES LABELS "cli;slow" TIMEOUT 600)
endif()

# What is said of the command elsewhere, against what it says itself.
add_test(NAME cli_documents
    COMMAND ${CCLB_LAUNCHER} "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/cli_docs_test.py"
        "$<TARGET_FILE:cclb_cli>" "${CMAKE_SOURCE_DIR}")
add_test(NAME cli_completion
    COMMAND ${CCLB_LAUNCHER} "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/cli_completion_test.py"
        "$<TARGET_FILE:cclb_cli>" "${CMAKE_SOURCE_DIR}")
# What it says of the wire, against the vectors; and what it says of plugins, against their table.
foreach(name IN ITEMS schema conformance)
    add_test(NAME cli_${name}
        COMMAND ${CCLB_LAUNCHER} "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/cli_${name}_test.py"
            "$<TARGET_FILE:cclb_cli>" "${CMAKE_SOURCE_DIR}")
endforeach()
foreach(name IN ITEMS cli_documents cli_completion cli_schema cli_conformance)
    cclb_test_settings(${name})
    set_tests_properties(${name} PROPERTIES LABELS cli TIMEOUT 600)
endforeach()
set_tests_properties(cli_conformance PROPERTIES LABELS "cli;once")
