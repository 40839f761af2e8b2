# SPDX-License-Identifier: Apache-2.0
# The engine: built by tools/engine, once, outside the tree.

execute_process(
    COMMAND "${CMAKE_SOURCE_DIR}/tools/engine"
    OUTPUT_VARIABLE engine_folder
    OUTPUT_STRIP_TRAILING_WHITESPACE
    RESULT_VARIABLE engine_status)
if(NOT engine_status EQUAL 0)
    message(FATAL_ERROR "tools/engine failed; its words are above")
endif()
file(GLOB engine_sources "${CMAKE_SOURCE_DIR}/rust/src/*.rs")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${engine_sources} "${CMAKE_SOURCE_DIR}/rust/Cargo.toml" "${CMAKE_SOURCE_DIR}/rust/Cargo.lock"
    "${CMAKE_SOURCE_DIR}/rust/build.rs" "${CMAKE_SOURCE_DIR}/tools/engine")

add_library(cclb_engine STATIC IMPORTED)
set_target_properties(cclb_engine PROPERTIES
    IMPORTED_LOCATION "${engine_folder}/libcclb_engine.a"
    INTERFACE_LINK_LIBRARIES "m;rt;pthread;dl")
add_library(cclb_engine_shared SHARED IMPORTED)
set_target_properties(cclb_engine_shared PROPERTIES
    IMPORTED_LOCATION "${engine_folder}/libcclb_engine.so"
    IMPORTED_NO_SONAME TRUE)
set(CCLB_ENGINE cclb_engine)
if(CCLB_ENGINE_SHARED)
    set(CCLB_ENGINE cclb_engine_shared)
endif()
set(CCLB_ENGINE_FOLDER "${engine_folder}")
set(CCLB_ENGINE_INCLUDE "${engine_folder}/include")
