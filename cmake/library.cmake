# SPDX-License-Identifier: Apache-2.0
# The library in its two shapes. Both hold the engine and show only cclb_* names, so that a host may have an engine,
# Rust code or functions called error_set() of its own.

set(library_objects $<TARGET_OBJECTS:cclb_objects> $<TARGET_OBJECTS:cclb_wasmtime> ${CCLB_COPY_OBJECTS})
set(public_include "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")

# libcclb.so: a program that unloads it would pull the code from under the engine's thread-locals, hence nodelete.
set(symbol_map "${CMAKE_SOURCE_DIR}/src/libcclb.map")
add_library(cclb_shared SHARED ${library_objects})
add_library(cclb::cclb ALIAS cclb_shared)
set_target_properties(cclb_shared PROPERTIES
    OUTPUT_NAME cclb
    EXPORT_NAME cclb
    LINKER_LANGUAGE C
    VERSION "${PROJECT_VERSION}"
    SOVERSION "${PROJECT_VERSION_MAJOR}"
    LINK_DEPENDS "${symbol_map}")
target_include_directories(cclb_shared INTERFACE ${public_include})
target_link_libraries(cclb_shared PRIVATE cclb_flags ${CCLB_ENGINE} PkgConfig::JANSSON Threads::Threads)
target_link_options(cclb_shared PRIVATE
    "LINKER:--version-script=${symbol_map}" LINKER:-z,nodelete LINKER:-z,relro LINKER:-z,now LINKER:--gc-sections
    ${CCLB_WRAP_COPIES})
if(CCLB_SANITIZE STREQUAL "")
    # A sanitizer's runtime is in the program, so that its names stay open in a shared library.
    target_link_options(cclb_shared PRIVATE LINKER:--no-undefined)
endif()

# libcclb.a: one object, linked beforehand so that its inner names can be made local.
if(CCLB_SANITIZE STREQUAL "")
    set(prelinked "${CMAKE_CURRENT_BINARY_DIR}/libcclb.o")
    set(prelink "${CMAKE_SOURCE_DIR}/cmake/prelink.sh")
    add_custom_command(
        OUTPUT "${prelinked}"
        COMMAND sh "${prelink}" "${prelinked}" "$<TARGET_FILE:cclb_engine>" ${library_objects}
        DEPENDS "${prelink}" ${library_objects} "$<TARGET_FILE:cclb_engine>"
        COMMENT "Linking the static library into one object"
        COMMAND_EXPAND_LISTS
        VERBATIM)
    set_source_files_properties("${prelinked}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    add_library(cclb_static STATIC "${prelinked}")
    add_library(cclb::cclb_static ALIAS cclb_static)
    set_target_properties(cclb_static PROPERTIES OUTPUT_NAME cclb EXPORT_NAME cclb_static LINKER_LANGUAGE C)
    target_include_directories(cclb_static INTERFACE ${public_include})
    set(CCLB_STATIC_SYSTEM_LIBRARIES m rt dl)
    target_link_libraries(cclb_static INTERFACE PkgConfig::JANSSON Threads::Threads ${CCLB_STATIC_SYSTEM_LIBRARIES})
endif()
