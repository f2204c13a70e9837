/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_html.h"

#include <inttypes.h>

#include "../carriers.h"
#include "../direction_text.h"
#include "../finding_words.h"
#include "../html.h"
#include "../timestamp.h"
#include "wrap.h"

static gboolean is_elsewhere(const char *file, const struct site *site)
{
    return g_strcmp0(file, site->file) != 0;
}

static void put_heading(FILE *out, const struct report_finding *finding)
{
    const struct site *site = &finding->site;
    char *frames = finding_frames(finding);

    fprintf(out, "<h4>%s<span class=\"soft\"> of ", frames);
    html_put_name(out, site->file);
    fputs("</span></h4>\n", out);
    g_free(frames);
}

static void put_octets(FILE *out, const struct ipip_excerpt *excerpt)
{
    uint32_t begin = excerpt->marked.offset, end = begin + excerpt->marked.count;
    uint32_t captured = excerpt->header.captured;

    if (captured == 0)
        return;
    fprintf(out, "<div class=\"octets\"><span class=\"name\">%s</span><code>", excerpt->name);
    for (uint32_t i = 0; i < captured; i++) {
        fputs(i > 0 && (i != begin || begin == end) ? " " : "", out);
        if (i == begin && begin < end)
            fprintf(out, "%s<mark>", i > 0 ? " " : "");
        fprintf(out, "%02x", excerpt->header.data[i]);
        if (i + 1 == MIN(end, captured) && begin < end && i >= begin)
            fputs("</mark>", out);
    }
    fputs("</code></div>\n", out);
}

static void put_row(FILE *out, const char *name, const char *text)
{
    fprintf(out, "<dt>%s</dt><dd>", name);
    html_put(out, text);
    fputs("</dd>\n", out);
}

static void put_carriers(FILE *out, const struct ipip_carriers *carriers)
{
    char *text = NULL;
    size_t length;
    FILE *memory = carriers_are(carriers) ? open_memstream(&text, &length) : NULL;
    struct wrap line = {.out = memory};

    if (memory == NULL)
        return;
    carriers_print(&line, carriers);
    fclose(memory);
    put_row(out, "carrier", text);
    g_free(text);
}

static void put_other_packets(FILE *out, const struct site *site)
{
    if (site->first_frame != site->frame || is_elsewhere(site->first_file, site)) {
        fprintf(out, "<dt>first fragment</dt><dd>frame %" PRIu64, site->first_frame);
        fputs(is_elsewhere(site->first_file, site) ? " of " : "", out);
        html_put_name(out, is_elsewhere(site->first_file, site) ? site->first_file : "");
        fputs("</dd>\n", out);
    }
    if (site->other_frame == 0)
        return;
    fprintf(out, "<dt>see also</dt><dd>frame %" PRIu64, site->other_frame);
    fputs(is_elsewhere(site->other_file, site) ? " of " : "", out);
    html_put_name(out, is_elsewhere(site->other_file, site) ? site->other_file : "");
    if (site->other_age >= 500) /* it rounds to more than nothing */
        fprintf(out, ", %.6f s away", (double)site->other_age / 1e9);
    fputs("</dd>\n", out);
}

static void put_circumstances(FILE *out, const struct report_finding *finding)
{
    char tunnel[DIRECTION_TEXT], flow[INNER_FLOW_TEXT], time[TIMESTAMP_TEXT];

    put_row(out, "tunnel", direction_text(tunnel, &finding->direction));
    if (finding->layer > 0) {
        char *level = g_strdup_printf("%u", finding->layer + 1);

        put_row(out, "level of nesting", level);
        g_free(level);
    }
    put_carriers(out, finding->site.carriers);
    if (finding->flow.is_known)
        put_row(out, "inner flow", inner_flow_text(flow, &finding->flow));
    put_row(out, "time", timestamp_text(time, finding->site.time));
    put_row(out, "how sure", ipip_confidence_name(finding->confidence));
    put_row(out, "standard", finding->reference);
    put_other_packets(out, &finding->site);
}

void finding_html_put(FILE *out, const struct report_finding *finding, unsigned number)
{
    const char *severity = ipip_severity_name(finding->severity);
    struct finding_words words;

    finding_words(&words, finding);
    fprintf(out,
            "<article class=\"finding\" id=\"f%u\" data-rule=\"%s\" data-severity=\"%s\" data-frame=\"%" PRIu64
            "\" data-file=\"",
            number, finding->rule->id, severity, finding->site.frame);
    html_put_name(out, finding->site.file);
    fputs("\">\n", out);
    put_heading(out, finding);
    fputs("<p>", out);
    html_put(out, words.message);
    fputs("</p>\n", out);
    for (int i = 0; finding->of_packet != NULL && i < IPIP_EXCERPT_MAX; i++)
        put_octets(out, &finding->of_packet->excerpts[i]);
    fputs("<dl class=\"facts\">\n", out);
    put_row(out, "expected", words.expected);
    put_row(out, "found", words.actual);
    put_circumstances(out, finding);
    fputs("</dl>\n</article>\n", out);
}
