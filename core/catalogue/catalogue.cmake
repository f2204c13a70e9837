# SPDX-License-Identifier: GPL-2.0-or-later
# Makes of PAGES (paths of IPIPnnn.md) the list of all rules in order of their ids, OUT/catalogue/list.h, and a C file with the pages,
# OUT/rules/pages.c,
# so that `ipip explain` needs no files at run time.
set(arrays "")
set(rows "")
set(list "")
set(by_id "")
foreach(page IN LISTS PAGES)
  get_filename_component(id ${page} NAME_WE)
  list(APPEND by_id ${id}=${page})
endforeach()
list(SORT by_id)
foreach(entry IN LISTS by_id)
  string(REGEX MATCH "^IPIP([0-9]+)=(.*)$" entry ${entry})
  set(number ${CMAKE_MATCH_1})
  file(READ ${CMAKE_MATCH_2} octets HEX)
  string(REGEX REPLACE "(..)" "0x\\1," octets "${octets}")
  string(APPEND arrays "static const char page_${number}[] = {${octets}0};\n")
  string(APPEND rows "    page_${number},\n")
  string(APPEND list " RULE(${number})")
endforeach()
file(WRITE ${OUT}/catalogue/list.h "/* Made by catalogue.cmake: every rule, in the order of ids. */
#define RULES(RULE)${list}
")
file(WRITE ${OUT}/rules/pages.c "/* Made by catalogue.cmake of the pages beside the rules, in the same order as the catalogue. */
#include \"ipip/rules.h\"

${arrays}
static const char *const pages[] = {
${rows}};

const char *ipip_rule_explanation(size_t index)
{
    return index < sizeof pages / sizeof pages[0] ? pages[index] : \"\";
}
")
