# SPDX-License-Identifier: Apache-2.0
# Flags that hold for everything that is ours, and how its tests are run.

add_library(cclb_flags INTERFACE)
target_compile_definitions(cclb_flags INTERFACE _GNU_SOURCE)
target_compile_options(cclb_flags INTERFACE
    -Wall -Wextra -Wshadow -Wcast-qual -Wwrite-strings -Wconversion -Wsign-conversion -Wundef -Wvla
    $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
    $<$<BOOL:${CCLB_WERROR}>:-Werror>
    # Neither messages nor programs tell where they were built.
    "-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/="
    -ffunction-sections -fdata-sections)

set(sanitizer_environment)
if(CCLB_SANITIZE STREQUAL "address")
    target_compile_options(cclb_flags INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(cclb_flags INTERFACE -fsanitize=address,undefined)
    set(sanitizer_environment "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
        "UBSAN_OPTIONS=print_stacktrace=1")
elseif(CCLB_SANITIZE STREQUAL "thread")
    target_compile_options(cclb_flags INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
    target_link_options(cclb_flags INTERFACE -fsanitize=thread)
    # The engine is not compiled for the sanitizer: what it synchronizes cannot be seen, so what it touches is left out.
    set(sanitizer_environment "TSAN_OPTIONS=ignore_noninstrumented_modules=1:second_deadlock_stack=1")
elseif(NOT CCLB_SANITIZE STREQUAL "")
    message(FATAL_ERROR "CCLB_SANITIZE is '${CCLB_SANITIZE}'; it takes nothing, address or thread")
endif()

if(CCLB_FUZZ)
    target_compile_options(cclb_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# The sanitizers of gcc 12 and clang 14 cannot place their shadow memory where a kernel randomizes addresses over more
# bits than they knew of.
set(CCLB_LAUNCHER ${CCLB_TEST_LAUNCHER})
if(NOT CCLB_SANITIZE STREQUAL "")
    execute_process(COMMAND setarch -R true RESULT_VARIABLE cannot_fix_addresses OUTPUT_QUIET ERROR_QUIET)
    if(cannot_fix_addresses EQUAL 0)
        list(PREPEND CCLB_LAUNCHER setarch -R)
    endif()
endif()

# What every test program needs besides its own arguments: cclb_test_settings(TEST)
function(cclb_test_settings test)
    set_tests_properties(${test} PROPERTIES TIMEOUT 300 ENVIRONMENT "${sanitizer_environment}")
endfunction()
