/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was found, and in what. */
#include <inttypes.h>

#include "../html.h"
#include "../timestamp.h"
#include "plot.h"
#include "section.h"

enum { CAPTURES_LISTED = 20 };

static void put_captures(const struct page *page)
{
    const struct options *options = page->options;
    FILE *out = page->out;

    fputs("<ul class=\"captures\">", out);
    for (int i = 0; i < MIN(options->path_count, (int)CAPTURES_LISTED); i++) {
        fputs("<li>", out);
        html_put_name(out, options->paths[i]);
        fputs("</li>\n", out);
    }
    if (options->path_count > CAPTURES_LISTED)
        fprintf(out, "<li>and %d more</li>\n", options->path_count - CAPTURES_LISTED);
    fputs("</ul>\n", out);
}

static void put_number(FILE *out, enum ipip_severity severity, uint64_t number)
{
    char count[COUNT_TEXT];

    fprintf(out, "<li class=\"%s\"><strong>%s</strong> %s%s</li>\n", number > 0 ? ipip_severity_name(severity) : "soft",
            count_text(count, number), ipip_severity_name(severity), number == 1 ? "" : "s");
}

static void put_extent(const struct page *page, uint64_t packets)
{
    uint32_t directions = ipip_inventory_count(page->gathered->seen.tunnels);
    char count[COUNT_TEXT], of[COUNT_TEXT], first[TIMESTAMP_TEXT], last[TIMESTAMP_TEXT];

    fprintf(page->out, "<p>%s tunnel packet%s in %" PRIu32 " direction%s, of %s packets", count_text(count, packets),
            packets == 1 ? "" : "s", directions, directions == 1 ? "" : "s",
            count_text(of, page->summary->frames->packets));
    if (page->gathered->has_packets)
        fprintf(page->out, ", from %s to %s", timestamp_text(first, page->gathered->first),
                timestamp_text(last, page->gathered->last));
    fputs(".</p>\n", page->out);
}

static void put_warnings(const struct page *page)
{
    const struct frame_counts *frames = page->summary->frames;

    if (frames->is_unreadable)
        fputs(
            "<p class=\"warning banner\">A capture could not be read to its end. What could be read was judged.</p>\n",
            page->out);
    if (frames->is_interrupted)
        fputs("<p class=\"warning banner\">Interrupted: what came before was judged.</p>\n", page->out);
}

void section_verdict(const struct page *page)
{
    const struct check_summary *s = page->summary;
    uint64_t packets = ipip_judge_counts(s->judge)->packets[IPIP_PACKET_TUNNEL];
    FILE *out = page->out;

    fputs("<header>\n<h1>", out);
    if (page->options->path_count == 1) {
        fputs("Tunnels in ", out);
        html_put_name(out, page->options->paths[0]);
    } else {
        fprintf(out, "Tunnels in %d captures", page->options->path_count);
    }
    fputs("</h1>\n<ul class=\"verdict\">\n", out);
    for (int severity = IPIP_ERROR; severity >= IPIP_NOTE; severity--)
        put_number(out, (enum ipip_severity)severity, s->findings[severity]);
    fputs("</ul>\n", out);
    if (packets == 0)
        fputs("<p class=\"warning banner\">Nothing could be checked: there was no tunnel packet.</p>\n", out);
    put_warnings(page);
    put_extent(page, packets);
    if (page->options->path_count > 1)
        put_captures(page);
    fputs(
        "<nav aria-label=\"Sections\"><a href=\"#wrong\">What is wrong</a> <a href=\"#tunnels\">Tunnels</a> "
        "<a href=\"#summary\">How it was checked</a> "
        "<button type=\"button\" class=\"unfold\" aria-pressed=\"false\" hidden>Unfold all</button></nav>\n</header>\n",
        out);
}
