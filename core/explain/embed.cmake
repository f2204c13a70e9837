# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a C file of the pages in PAGES (paths of IPIPnnn.md), so that `ipip explain` needs no files at run time.
set(arrays "")
set(rows "")
foreach(page IN LISTS PAGES)
  get_filename_component(id ${page} NAME_WE)
  file(READ ${page} octets HEX)
  string(REGEX REPLACE "(..)" "0x\\1," octets "${octets}")
  string(APPEND arrays "static const char ${id}[] = {${octets}0};\n")
  string(APPEND rows "    {\"${id}\", ${id}},\n")
endforeach()
file(WRITE ${OUT} "/* Made from core/explain/ by embed.cmake. */
#include <string.h>

#include \"ipip/rules.h\"

${arrays}
static const struct {
    const char *id;
    const char *text;
} pages[] = {
${rows}};

const char *ipip_rule_explanation(size_t index)
{
    const struct ipip_rule *rule = ipip_rule_at(index);

    for (size_t i = 0; rule != NULL && i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(pages[i].id, rule->id) == 0)
            return pages[i].text;
    }
    return \"\";
}
")
