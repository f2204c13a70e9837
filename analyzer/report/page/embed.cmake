# SPDX-License-Identifier: GPL-2.0-or-later
# Makes of page.css and page.js in FROM the C file OUT, so that a report needs no files at run time.
set(text "/* Made by embed.cmake. */\n#include \"report/page/page_files.h\"\n")
foreach(name style script)
  set(file ${FROM}/page.css)
  if(name STREQUAL script)
    set(file ${FROM}/page.js)
  endif()
  file(READ ${file} octets HEX)
  string(REGEX REPLACE "(..)" "0x\\1," octets "${octets}")
  string(APPEND text "const char page_${name}[] = {${octets}0};\n")
endforeach()
file(WRITE ${OUT} "${text}")
