# SPDX-License-Identifier: Apache-2.0
# Makes cli/templates.h's table of the files below FOLDER: a C source, OUTPUT. Their first line is left out where it says
# the licence, which is that of ours: what authors make of them is theirs. "x.in" is called "x".
#
# usage: cmake -DFOLDER=... -DOUTPUT=... -P embed.cmake

file(GLOB_RECURSE files RELATIVE "${FOLDER}" "${FOLDER}/*")
list(SORT files)
set(table)
foreach(file IN LISTS files)
    file(READ "${FOLDER}/${file}" text)
    string(REGEX REPLACE "^[^\n]*SPDX-License-Identifier[^\n]*\n" "" text "${text}")
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
    string(REGEX REPLACE "\\.in$" "" name "${file}")
    string(APPEND table "    {\"${name}\",\n     \"${text}\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "/* Made by cmake/embed.cmake. */\n#include \"templates.h\"\n\n"
    "const struct template_file template_files[] = {\n" "${table}" "    {0, 0},\n};\n")
