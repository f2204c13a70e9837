/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comma-separated values (RFC 4180): a row a finding, known ones included. */
#include <stdlib.h>
#include <string.h>

#include "../finding_values.h"
#include "../out_of_memory.h"
#include "../printable.h"
#include "finding_words.h"
#include "formats.h"
#include "timestamp.h"

struct report {
    FILE *out;
    gboolean is_in_row;
};

static struct report *csv_open(const struct options *options, FILE *out)
{
    struct report *report = g_new0(struct report, 1);

    (void)options;
    report->out = out;
    fputs("file,frame,time,rule,slug,severity,confidence,scope,count,known,mode,src,dst,key,port,layer,inner_protocol,"
          "inner_src,inner_sport,inner_dst,inner_dport,message,expected,actual,reference,values\r\n",
          out);
    return report;
}

static void begin_cell(struct report *report)
{
    if (report->is_in_row)
        putc(',', report->out);
    report->is_in_row = TRUE;
}

/* What a spreadsheet would take for a formula gets an apostrophe in front: it is text. */
static void put(struct report *report, const char *text)
{
    gboolean is_formula = *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
    gboolean is_quoted = is_formula || strpbrk(text, "\",\r\n ;") != NULL;

    begin_cell(report);
    if (is_quoted)
        putc('"', report->out);
    if (is_formula)
        putc('\'', report->out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putc('"', report->out);
        putc(*text, report->out);
    }
    if (is_quoted)
        putc('"', report->out);
}

static void put_number(struct report *report, uint64_t number)
{
    begin_cell(report);
    fprintf(report->out, "%" G_GUINT64_FORMAT, number);
}

static void put_number_if(struct report *report, gboolean is_known, uint64_t number)
{
    if (is_known)
        put_number(report, number);
    else
        begin_cell(report);
}

static void put_address(struct report *report, gboolean is_known, struct ipip_addr address)
{
    char text[IPIP_ADDRESS_TEXT];

    put(report, is_known ? ipip_address_text(text, address) : "");
}

static void put_tunnel(struct report *report, const struct ipip_tunnel_direction *direction)
{
    const struct ipip_kind_about *about = ipip_kind_about(direction->kind);
    uint16_t port = ipip_discriminator_port(direction->discriminator);
    uint32_t key = 0;
    gboolean has_key = ipip_discriminator_key(direction->discriminator, &key);

    put(report, about != NULL ? about->name : "none");
    put_address(report, TRUE, direction->src);
    put_address(report, TRUE, direction->dst);
    put_number_if(report, has_key, key);
    put_number_if(report, port != 0, port);
}

static void put_flow(struct report *report, const struct inner_flow *flow)
{
    put_number_if(report, flow->is_known, flow->protocol);
    put_address(report, flow->is_known, flow->src);
    put_number_if(report, flow->has_ports, flow->sport);
    put_address(report, flow->is_known, flow->dst);
    put_number_if(report, flow->has_ports, flow->dport);
}

static void put_words(struct report *report, const struct finding_words *words, const char *reference)
{
    json_t *values = finding_values_object(words->values, words->value_count);
    char *text = json_dumps(values, JSON_COMPACT | JSON_PRESERVE_ORDER);

    if (text == NULL)
        out_of_memory();
    put(report, words->message);
    put(report, words->expected);
    put(report, words->actual);
    put(report, reference);
    put(report, text);
    free(text);
    json_decref(values);
}

static gboolean csv_finding(struct report *report, const struct report_finding *finding)
{
    gboolean is_of_tunnel = finding->of_packet == NULL;
    char *file = printable(finding->site.file);
    struct finding_words words;
    char time[TIMESTAMP_TEXT];

    finding_words(&words, finding);
    put(report, file);
    put_number(report, finding->site.frame);
    put(report, timestamp_text(time, finding->site.time));
    put(report, finding->rule->id);
    put(report, finding->rule->slug);
    put(report, ipip_severity_name(finding->severity));
    put(report, ipip_confidence_name(finding->confidence));
    put(report, is_of_tunnel ? "tunnel" : "packet");
    put_number(report, is_of_tunnel ? finding->count : 1);
    put(report, finding->site.is_known ? "yes" : "no");
    put_tunnel(report, &finding->direction);
    put_number(report, finding->layer);
    put_flow(report, &finding->flow);
    put_words(report, &words, finding->reference);
    fputs("\r\n", report->out);
    report->is_in_row = FALSE;
    g_free(file);
    return TRUE;
}

static void csv_summary(struct report *report, const struct check_summary *summary)
{
    (void)report;
    (void)summary;
}

static gboolean csv_close(struct report *report)
{
    g_free(report);
    return TRUE;
}

const struct report_format_ops report_csv = {
    .open = csv_open,
    .finding = csv_finding,
    .summary = csv_summary,
    .close = csv_close,
};
