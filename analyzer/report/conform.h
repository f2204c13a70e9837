/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip conform` found, statement by statement, in one of several formats. */
#ifndef IPIP_ANALYZER_REPORT_CONFORM_H
#define IPIP_ANALYZER_REPORT_CONFORM_H

#include "../conform/evidence.h"
#include "../pair_run.h"

/* Of a statement; reports have them in this order. */
enum conformity { VIOLATES, CONFORMS, NOT_EXERCISED, CANNOT_BE_SEEN, CONFORMITIES };

/* "conforms", "violates", ... */
const char *conformity_name(enum conformity conformity);

struct conform_statement {
    const struct ipip_requirement *requirement;
    enum conformity conformity;
    struct evidence_row row;
    const char *unseen; /* why it can't be seen */
};

struct conform_report {
    const struct judge_run *run;
    const struct pair_run *pair;
    const struct conform_statement *statements; /* in the order of the catalogue */
    size_t statement_count;
    uint64_t counts[CONFORMITIES];
};

/* The packets that show it; NULL: none do. */
const struct evidence_packets *conform_packets(const struct conform_statement *statement);

/* Which end of a tunnel was tested, by a direction in which packets were matched; FALSE: there were none. */
struct conform_role {
    struct ipip_addr tested;
    enum ipip_end_of end;
    struct ipip_tunnel_direction direction;
};
gboolean conform_role_at(struct conform_role *role, const struct conform_report *report, unsigned index);

/* "entry", "exit", "both" */
const char *conform_end_name(enum ipip_end_of end);

typedef void conform_print(FILE *out, const struct conform_report *report);

conform_print conform_text_print, conform_json_print, conform_html_print;

/* "text", "jsonl", "html", by enum report_format; NULL past the last. */
const char *conform_format_name(int index);

/* Where it goes: standard output, unless --quiet, and a file for each --output. */
struct conform_outputs;

/* NULL, with a message, where a file can't be created. */
struct conform_outputs *conform_outputs_open(const struct options *options);

/* Writes the report; NULL: none, and no file. FALSE, with a message, where a file can't be written. */
gboolean conform_outputs_close(struct conform_outputs *outputs, const struct conform_report *report);

#endif
