/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `decap` or `encap` did, in one of several formats. */
#ifndef IPIP_ANALYZER_REPORT_TRANSFORM_H
#define IPIP_ANALYZER_REPORT_TRANSFORM_H

#include "../transform.h"

struct transform_report {
    const struct options *options;
    const char *done; /* "decapsulated" */
    const struct transform_counts *counts;
    const struct frame_counts *frames;
    const struct ipip_reassembly_counts *fragments; /* NULL: the verb reassembles nothing */
};

/* The functions of a format. */
struct transform_format_ops {
    /* In the order of the capture, but for a fragment, which waits until it is known that its datagram won't be whole. NULL: it has none. */
    void (*packet)(const struct options *options, const struct transform_event *event);
    void (*summary)(const struct transform_report *report);
};

/* Text goes to standard error, JSON Lines to standard output. */
extern const struct transform_format_ops transform_text;
extern const struct transform_format_ops transform_jsonl;

/* What the output holds of a capture that could not be read to its end: `last` is its last record; `is_for_nothing`: none was used. */
void transform_say_part(const struct options *options, const struct capture_record *last, gboolean is_for_nothing);

#endif
