# SPDX-License-Identifier: Apache-2.0
# cclb_program(TARGET): links a program of ours against the public library and installs it so that it finds that
# library from any prefix, wherever the prefix is moved to.

file(RELATIVE_PATH libdir_from_bindir "/prefix/${CMAKE_INSTALL_BINDIR}" "/prefix/${CMAKE_INSTALL_LIBDIR}")
function(cclb_program target)
    target_link_libraries(${target} PRIVATE cclb_flags cclb::cclb)
    set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN/${libdir_from_bindir}")
    install(TARGETS ${target} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endfunction()
