/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "paint.h"

#include <stdlib.h>
#include <unistd.h>

gboolean paint_is_wanted(const struct options *options, FILE *out)
{
    const char *no_color = getenv("NO_COLOR");

    if (options->color != COLOR_AUTO)
        return options->color == COLOR_ALWAYS;
    return out == stdout && isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0');
}

const char *paint_severity(gboolean is_coloured, enum ipip_severity severity)
{
    static const char *const colours[] = {"\033[1;36m", "\033[1;33m", "\033[1;31m"};

    return is_coloured ? colours[severity] : "";
}

const char *paint_end(gboolean is_coloured)
{
    return is_coloured ? "\033[0m" : "";
}

enum {
    LINE_OCTETS = 36, /* so many fit: IPv6 headers, and IPv4 headers with many options, take a second line */
    HANG = 9,         /* where the first octet of a line stands */
};

void paint_octets(FILE *out, gboolean is_coloured, const struct ipip_excerpt *excerpt)
{
    uint32_t begin = excerpt->marked.offset;
    uint32_t end = begin + excerpt->marked.count;

    for (uint32_t i = 0; i < excerpt->header.captured; i++) {
        gboolean is_marked = i >= begin && i < end;

        if (i > 0 && i % LINE_OCTETS == 0)
            fprintf(out, "\n%*s", HANG - 1, "");
        if (i == begin && is_marked)
            fprintf(out, "%s[", i == 0 ? "" : " ");
        else if (i > 0 && !(i == end && end > begin))
            putc(' ', out);
        fprintf(out, "%s%02x%s", is_marked ? paint_severity(is_coloured, IPIP_ERROR) : "", excerpt->header.data[i],
                is_marked ? paint_end(is_coloured) : "");
        if (is_marked && i + 1 == end)
            fprintf(out, i + 1 == excerpt->header.captured ? "]" : "] ");
    }
}
