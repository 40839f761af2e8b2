# SPDX-License-Identifier: Apache-2.0
# Tests of the command, and of JSON, which it is the first to use. Label cli; what only repeats the tables in another
# isolation is slow, and left to `make check`.

cclb_test(json_test cclb_over_fake json_test.c)

find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(suite IN ITEMS cases streams malformed checked guarded on_demand)
    add_test(NAME cli_${suite}
        COMMAND ${CCLB_LAUNCHER} "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/cli_test.py"
            "$<TARGET_FILE:cclb_cli>" "${CMAKE_SOURCE_DIR}" ${suite})
    cclb_test_settings(cli_${suite})
    set_tests_properties(cli_${suite} PROPERTIES LABELS cli TIMEOUT 600)
endforeach()
set_tests_properties(cli_guarded cli_on_demand PROPERTIES LABELS "cli;slow")

add_test(NAME cli_documents
    COMMAND ${CCLB_LAUNCHER} "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_LIST_DIR}/cli_docs_test.py"
        "$<TARGET_FILE:cclb_cli>" "${CMAKE_SOURCE_DIR}")
cclb_test_settings(cli_documents)
set_tests_properties(cli_documents PROPERTIES LABELS cli TIMEOUT 600)
