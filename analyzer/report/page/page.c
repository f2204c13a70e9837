/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page to look at and to mail: gathered while packets are judged, in bounded memory, and written at the end. Known findings are counted only. */
#include "../formats.h"
#include "../html.h"
#include "section.h"

struct report {
    FILE *out;
    const struct options *options;
    struct gathered *gathered;
    struct finding_list *findings;
};

static struct report *page_open(const struct options *options, FILE *out)
{
    struct report *report = g_new0(struct report, 1);

    report->out = out;
    report->options = options;
    report->gathered = gathered_new(&options->kinds);
    report->findings = finding_list_new(options->is_all);
    return report;
}

static gboolean page_finding(struct report *report, const struct report_finding *finding)
{
    return !finding->site.is_known && finding_list_add(report->findings, finding);
}

static void page_packet(struct report *report, const struct report_packet *packet)
{
    gathered_take(report->gathered, packet);
}

static void page_summary(struct report *report, const struct check_summary *summary)
{
    struct page page = {report->out, report->options, summary, report->gathered, report->findings};
    char *title = report->options->path_count == 1
                      ? g_strdup_printf("Tunnels in %s", report->options->paths[0])
                      : g_strdup_printf("Tunnels in %d captures", report->options->path_count);

    ipip_inventory_find_6rd(report->gathered->seen.tunnels);
    html_begin(page.out, title);
    section_verdict(&page);
    section_findings(&page);
    section_tunnels(&page);
    section_summary(&page);
    html_end(page.out);
    g_free(title);
}

static gboolean page_close(struct report *report)
{
    gathered_free(report->gathered);
    finding_list_free(report->findings);
    g_free(report);
    return TRUE;
}

const struct report_format_ops report_html = {
    .open = page_open,
    .finding = page_finding,
    .summary = page_summary,
    .close = page_close,
    .packet = page_packet,
};
