/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a tunnel carries, and the ICMP errors about it: the inner flows with the most packets; what reached the encapsulator, and the senders inside. */
#include <inttypes.h>

#include "../html.h"
#include "../timestamp.h"
#include "plot.h"
#include "section.h"

enum { FLOWS_SHOWN = 10 };

static void put_flow(FILE *out, const struct flow_count *flow)
{
    char count[COUNT_TEXT], text[INNER_FLOW_TEXT];

    fputs("<tr><th scope=\"row\">", out);
    html_put(out, inner_flow_text(text, &flow->flow));
    fprintf(out, "</th><td class=\"number\">%s%s</td>", flow->others > 0 ? "at most " : "",
            count_text(count, flow->packets));
    fprintf(out, "<td class=\"number\">%s</td>", count_text(count, flow->bytes));
    fprintf(out, "<td class=\"number\">%s</td></tr>\n", count_text(count, flow->largest));
}

void section_flows(const struct tunnel_page *t)
{
    const struct flow_count *top[FLOWS_SHOWN];
    unsigned count = flow_table_top(&t->chart->flows, top, FLOWS_SHOWN);
    FILE *out = t->page->out;

    if (count == 0)
        return;
    fputs(
        "<h4>Top inner flows</h4>\n<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Top inner flows\">"
        "<table class=\"flows\"><thead><tr><th scope=\"col\">inner flow</th><th scope=\"col\" class=\"number\">packets</th>"
        "<th scope=\"col\" class=\"number\">inner octets</th><th scope=\"col\" class=\"number\">largest</th></tr></thead><tbody>\n",
        out);
    for (unsigned i = 0; i < count; i++)
        put_flow(out, top[i]);
    fputs("</tbody></table></div>\n", out);
    if (t->chart->flows.is_full)
        fprintf(
            out,
            "<p class=\"soft limit\">There were more than the %d flows that are counted at a time: smaller ones made room for "
            "others, so packets are upper bounds where it says so.</p>\n",
            (int)FLOWS_MAX);
}

static void put_error(FILE *out, const struct icmp_row *row)
{
    char from[IPIP_ADDRESS_TEXT], to[IPIP_ADDRESS_TEXT], time[TIMESTAMP_TEXT], count[COUNT_TEXT];
    char *words = icmp_words(row->is_ipv6, row->type, row->code);

    fprintf(out, "<tr><td>%s</td><td>", row->is_relayed ? "to an inner sender" : "about the tunnel packet");
    html_put(out, words);
    if (row->mtu != 0)
        fprintf(out, ", MTU %" PRIu32, row->mtu);
    fprintf(out, "</td><td>%s</td><td>%s</td><td class=\"number\">%s</td><td>frame %" PRIu64 " of ",
            ipip_address_text(from, row->from), ipip_address_text(to, row->to), count_text(count, row->count),
            row->frame);
    html_put_name(out, row->file);
    fprintf(out, "<br><span class=\"soft\">%s</span></td></tr>\n", timestamp_text(time, row->first));
    g_free(words);
}

void section_icmp(const struct tunnel_page *t)
{
    const struct icmp_list *list = &t->chart->icmp;
    FILE *out = t->page->out;
    char count[COUNT_TEXT];

    fputs("<h4>ICMP told and relayed</h4>\n", out);
    if (list->count == 0) {
        fputs("<p>No ICMP error about this direction was captured.</p>\n", out);
        return;
    }
    fputs(
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"ICMP told and relayed\"><table class=\"icmp\"><thead><tr>"
        "<th scope=\"col\">told or relayed</th><th scope=\"col\">error</th><th scope=\"col\">from</th><th scope=\"col\">to</th>"
        "<th scope=\"col\" class=\"number\">messages</th><th scope=\"col\">first</th></tr></thead><tbody>\n",
        out);
    for (int is_relayed = FALSE; is_relayed <= TRUE; is_relayed++) {
        for (unsigned i = 0; i < list->count; i++) {
            if (list->rows[i].is_relayed == is_relayed)
                put_error(out, &list->rows[i]);
        }
    }
    fputs("</tbody></table></div>\n", out);
    if (list->others > 0)
        fprintf(out, "<p class=\"soft limit\">%s more of further kinds or routers, not listed.</p>\n",
                count_text(count, list->others));
}
