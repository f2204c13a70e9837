/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "../html.h"
#include "../known.h"
#include "../text_summary.h"
#include "out_of_memory.h"
#include "plot.h"
#include "section.h"

static char *text_of(const struct page *page)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    struct text_style style = {.out = memory, .is_all = TRUE, .has_filter = page->options->filter != NULL};

    if (memory == NULL)
        out_of_memory();
    text_summary_print(&style, page->summary);
    known_print(memory, page->summary, FALSE);
    if (fclose(memory) != 0)
        out_of_memory();
    return text;
}

void section_summary(const struct page *page)
{
    uint64_t lost = finding_list_lost(page->findings), left_out = ipip_inventory_left_out(page->gathered->seen.tunnels);
    char *text = text_of(page), count[COUNT_TEXT];
    FILE *out = page->out;

    fputs("<h2 id=\"summary\">How it was checked</h2>\n<pre>", out);
    html_put(out, text);
    fputs("</pre>\n", out);
    if (lost > 0)
        fprintf(
            out,
            "<p class=\"soft limit\">Of %s findings the tables of tunnels and matrices had no room for the tunnel; they are "
            "counted with their rule.</p>\n",
            count_text(count, lost));
    if (left_out > 0)
        fprintf(out,
                "<p class=\"soft limit\">%s tunnel headers belong to directions beyond the %d that are listed.</p>\n",
                count_text(count, left_out), (int)IPIP_INVENTORY_DIRECTIONS);
    g_free(text);
}
