# SPDX-License-Identifier: Apache-2.0
# Tests of the project as a whole, as scripts. Label check: only `make check` runs it.

find_package(Python3 REQUIRED COMPONENTS Interpreter)

# cclb_script(NAME COMMAND...)
function(cclb_script name)
    add_test(NAME ${name} COMMAND ${ARGN})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

set(here "${CMAKE_CURRENT_LIST_DIR}")
cclb_script(layers sh "${here}/layers.sh" "${CMAKE_SOURCE_DIR}")
cclb_script(layers_self_test sh "${here}/layers.sh" --self-test)
cclb_script(rules "${Python3_EXECUTABLE}" "${here}/rules.py" "${CMAKE_SOURCE_DIR}" --build "${CMAKE_BINARY_DIR}")
cclb_script(rules_self_test "${Python3_EXECUTABLE}" "${here}/rules.py" --self-test)
cclb_script(docs_paths "${Python3_EXECUTABLE}" -B "${here}/docs_paths.py" "${CMAKE_SOURCE_DIR}")
cclb_script(spdx sh "${here}/spdx.sh" "${CMAKE_SOURCE_DIR}")
cclb_script(headers sh "${here}/headers.sh" "${CMAKE_SOURCE_DIR}/include" "${CMAKE_C_COMPILER}" "${CMAKE_CXX_COMPILER}")
cclb_script(notices "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/tools/notices" --check "${CCLB_ENGINE_FOLDER}")
cclb_script(man "${Python3_EXECUTABLE}" "${here}/man.py" "${CMAKE_SOURCE_DIR}" "$<TARGET_FILE:cclb_shared>"
    "${CMAKE_C_COMPILER}")
cclb_script(man_self_test "${Python3_EXECUTABLE}" "${here}/man.py" "${CMAKE_SOURCE_DIR}" --self-test)
cclb_script(man_groff "${Python3_EXECUTABLE}" "${here}/man.py" "${CMAKE_SOURCE_DIR}" --groff)
set_tests_properties(man_groff PROPERTIES LABELS check)
# The texts of hostile plugins against what is built of them, where their tool is; `make test` installs it.
cclb_script(hostile_plugins "${Python3_EXECUTABLE}" -B "${here}/hostile.py" "${CMAKE_SOURCE_DIR}")
set_tests_properties(hostile_plugins PROPERTIES SKIP_RETURN_CODE 77)
if(TARGET demo)
    cclb_script(readme "${Python3_EXECUTABLE}" "${here}/readme.py" "${CMAKE_SOURCE_DIR}" "${CMAKE_C_COMPILER}"
        "$<TARGET_FILE:demo>" ${CCLB_LAUNCHER})
    cclb_test_settings(readme)
endif()
if(TARGET cclb_static)
    cclb_script(symbols sh "${here}/symbols.sh" "${CMAKE_SOURCE_DIR}/include" "${PROJECT_VERSION_MAJOR}"
        "$<TARGET_FILE:cclb_shared>" "$<TARGET_FILE:cclb_static>")
endif()
if(CCLB_PROBES)
    cclb_script(probes sh "${here}/probes.sh" "${CMAKE_SOURCE_DIR}/src/metrics/probes.def" "$<TARGET_FILE:cclb_shared>"
        "$<$<TARGET_EXISTS:cclb_static>:$<TARGET_FILE:cclb_static>>")
endif()
cclb_script(promtool sh "${here}/promtool.sh" "${CMAKE_SOURCE_DIR}" ${CCLB_LAUNCHER} "$<TARGET_FILE:exposition>")
cclb_test_settings(promtool)
# A program against the sanitizers' library would need their flags.
set(plain_library)
if(CCLB_SANITIZE STREQUAL "")
    set(plain_library "$<TARGET_FILE:cclb_shared>")
endif()
cclb_script(metrics_doc "${Python3_EXECUTABLE}" -B "${here}/metrics_doc.py" "${CMAKE_SOURCE_DIR}" "${CMAKE_C_COMPILER}"
    ${plain_library})
cclb_script(install sh "${here}/install_test.sh" "${CMAKE_BINARY_DIR}/install")
cclb_script(setup sh "${here}/setup_test.sh" "${CMAKE_BINARY_DIR}/setup")
set_tests_properties(install setup PROPERTIES LABELS check TIMEOUT 900)
