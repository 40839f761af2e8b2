# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where. cmake/manifest.cmake writes it all down for tools/uninstall.

include(CMakePackageConfigHelpers)
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/cclb")
set(record_folder "${CMAKE_INSTALL_DATADIR}/cclb")
set(completion_folder "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")

# Headers.
install(DIRECTORY "${CMAKE_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILES_MATCHING PATTERN "*.h" PATTERN "*.def")

# The kit for plugins: its header, and the script that compiles with it.
install(FILES "${CMAKE_SOURCE_DIR}/guest/cclb_plugin.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(PROGRAMS "${CMAKE_SOURCE_DIR}/guest/build" DESTINATION "${CMAKE_INSTALL_BINDIR}" RENAME cclb-build)

# The library; the static one is a separate export, because only it asks the host to have jansson's headers and
# archives at hand.
install(TARGETS cclb_shared EXPORT cclb_shared LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT cclb_shared FILE cclb-shared.cmake NAMESPACE cclb:: DESTINATION "${package_folder}")
if(TARGET cclb_static)
    install(TARGETS cclb_static EXPORT cclb_static ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
    install(EXPORT cclb_static FILE cclb-static.cmake NAMESPACE cclb:: DESTINATION "${package_folder}")
endif()

# The CMake package.
configure_package_config_file("${CMAKE_SOURCE_DIR}/cmake/cclb-config.cmake.in" "${CMAKE_BINARY_DIR}/cclb-config.cmake"
    INSTALL_DESTINATION "${package_folder}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/cclb-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/cclb-config.cmake" "${CMAKE_BINARY_DIR}/cclb-config-version.cmake"
    DESTINATION "${package_folder}")

# pkg-config; the prefix is found from where the file lies.
file(RELATIVE_PATH PREFIX_FROM_PC "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
string(REGEX REPLACE "/$" "" PREFIX_FROM_PC "${PREFIX_FROM_PC}")
list(TRANSFORM CCLB_STATIC_SYSTEM_LIBRARIES PREPEND "-l" OUTPUT_VARIABLE PC_LIBS_PRIVATE)
list(JOIN PC_LIBS_PRIVATE " " PC_LIBS_PRIVATE)
configure_file("${CMAKE_SOURCE_DIR}/cmake/cclb.pc.in" "${CMAKE_BINARY_DIR}/cclb.pc" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/cclb.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

# Manuals. A page of section 3 answers to each function that its NAME section lists, by a page of one line.
foreach(section IN ITEMS 1 3)
    file(GLOB pages CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/man/*.${section}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${pages})
    set(aliases)
    foreach(page IN LISTS pages)
        get_filename_component(name "${page}" NAME)
        file(STRINGS "${page}" lines REGEX "^\\.Nm cclb_")
        foreach(line IN LISTS lines)
            string(REGEX REPLACE "^\\.Nm ([a-z0-9_]+).*" "\\1.${section}" alias "${line}")
            if(NOT alias STREQUAL name)
                file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/man/${alias}" CONTENT ".so man${section}/${name}\n" @ONLY)
                list(APPEND aliases "${CMAKE_BINARY_DIR}/man/${alias}")
            endif()
        endforeach()
    endforeach()
    install(FILES ${pages} ${aliases} DESTINATION "${CMAKE_INSTALL_MANDIR}/man${section}")
endforeach()

# What authors of plugins read, with the paths that the pages name: below the folder it lies as in the sources.
set(guide_pages plugin-author-guide plugins-in-cpp-and-zig plugins-in-rust json)
list(TRANSFORM guide_pages REPLACE "(.+)" "${CMAKE_SOURCE_DIR}/docs/\\1.md")
install(FILES ${guide_pages} DESTINATION "${CMAKE_INSTALL_DOCDIR}/docs")
install(FILES "${CMAKE_SOURCE_DIR}/guest/README.md" DESTINATION "${CMAKE_INSTALL_DOCDIR}/guest")
install(DIRECTORY "${CMAKE_SOURCE_DIR}/guest/examples" DESTINATION "${CMAKE_INSTALL_DOCDIR}/guest"
    FILES_MATCHING PATTERN "*.c" PATTERN "*.h" PATTERN "*.md" PATTERN "*.json" PATTERN "*.sse")
file(GLOB rules CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/spec/*.md")
install(FILES ${rules} DESTINATION "${CMAKE_INSTALL_DOCDIR}/spec")
file(GLOB_RECURSE guide_folders CONFIGURE_DEPENDS LIST_DIRECTORIES true RELATIVE "${CMAKE_SOURCE_DIR}"
    "${CMAKE_SOURCE_DIR}/guest/examples/*")
list(FILTER guide_folders EXCLUDE REGEX "\\.[a-z]+$")
list(PREPEND guide_folders docs spec guest/examples)
list(TRANSFORM guide_folders PREPEND "${CMAKE_INSTALL_DOCDIR}/")
list(JOIN guide_folders " " guide_folders)

# Licences.
install(FILES "${CMAKE_SOURCE_DIR}/LICENSE" "${CMAKE_SOURCE_DIR}/THIRD-PARTY-NOTICES"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# Completion of the command, where bash looks for it by the command's name.
install(FILES "${CMAKE_SOURCE_DIR}/docs/completion/cclb.bash" DESTINATION "${completion_folder}" RENAME cclb)

# The record: `before` runs ahead of every other install rule, `after` behind them all (the top CMakeLists.txt sees to
# the order).
foreach(when IN ITEMS before after)
    configure_file("${CMAKE_SOURCE_DIR}/cmake/manifest.cmake.in" "${CMAKE_BINARY_DIR}/manifest-${when}.cmake" @ONLY)
endforeach()
