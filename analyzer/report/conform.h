/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip conform` found, statement by statement, in one of several formats. */
#ifndef IPIP_ANALYZER_REPORT_CONFORM_H
#define IPIP_ANALYZER_REPORT_CONFORM_H

#include "../conform/evidence.h"
#include "../judge_run.h"

/* Of a statement, in this order. */
enum conformity { CONFORMS, VIOLATES, NOT_EXERCISED, CANNOT_BE_SEEN, CONFORMITIES };

/* "conforms", "violates", ... */
const char *conformity_name(enum conformity conformity);

struct conform_statement {
    const struct ipip_requirement *requirement;
    enum conformity conformity;
    const struct evidence_packets *packets; /* that show it */
    const struct evidence_row *row;
    const char *unseen; /* why it can't be seen */
};

struct conform_summary {
    uint64_t counts[CONFORMITIES];
    const char *trouble; /* why next to nothing could be seen; NULL: nothing was in the way */
};

/* The functions of a format. */
struct conform_format_ops {
    void (*statement)(const struct judge_run *run, const struct conform_statement *statement);
    void (*summary)(const struct judge_run *run, const struct conform_summary *summary);
};

extern const struct conform_format_ops conform_text;
extern const struct conform_format_ops conform_jsonl;

#endif
