/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings and summaries, on standard output, in one of several formats. */
#ifndef IPIP_ANALYZER_REPORT_H
#define IPIP_ANALYZER_REPORT_H

#include <glib.h>

#include "../baseline.h"
#include "../cli_options.h"
#include "../frames.h"
#include "ipip/carrier.h"
#include "ipip/judge.h"

/* Where a finding was made. Files are named as text shows them for a report in text, else as they are. */
struct site {
    const char *file;
    uint64_t frame;
    int64_t time;
    uint64_t first_frame; /* of a reassembled datagram; else `frame` */
    const char *first_file;
    /* Another packet without which it would not be a finding; frame 0: there is none. And nanoseconds between the two. */
    const char *other_file;
    uint64_t other_frame;
    uint64_t other_age;
    gboolean is_known;                    /* from the baseline */
    const struct ipip_carriers *carriers; /* around the packet; NULL: it is not known whether there are any */
};

/* A finding about a tunnel, kept until the end, when its count is known. */
struct tunnel_finding {
    struct site site; /* of the first packet that showed it */
    const struct ipip_rule *rule;
    size_t rule_index;
    enum ipip_severity severity;
    enum ipip_confidence confidence;
    struct ipip_tunnel_direction direction;
    unsigned layer;
    unsigned value_count;
    struct ipip_value values[IPIP_VALUES_MAX];
    uint64_t count; /* packets that showed it */
    const char *message;
    const char *expected;
    const char *actual;
};

/* Findings that are new, and that are known from the baseline. */
struct report_count {
    uint64_t fresh;
    uint64_t known;
};

/* What a run of `check` came to. */
struct check_summary {
    const struct frame_counts *frames;
    struct ipip_judge *judge;
    struct ipip_losses losses;
    struct ipip_vantage_conflict vantage;
    const struct ipip_policy *policy;
    const struct policy_settings *settings;
    const struct baseline *baseline;    /* that the findings were compared with; NULL: none */
    const struct report_count *omitted; /* by rule; NULL: none could be */
    uint64_t findings[IPIP_ERROR + 1];  /* by severity, without those that are known from the baseline */
    uint64_t known;
    const uint64_t *carried; /* tunnel packets in carriers, by kind of carrier */
};

struct report;

/* The functions of a format; the state is its own. Those for findings return whether it was shown. */
struct report_format_ops {
    struct report *(*open)(const struct options *options);
    gboolean (*packet_finding)(struct report *report, const struct site *site, const struct ipip_finding *finding);
    gboolean (*tunnel_finding)(struct report *report, const struct tunnel_finding *finding);
    void (*summary)(struct report *report, const struct check_summary *summary);
    void (*close)(struct report *report);
};

/* The format that the options ask for; --quiet is one that prints nothing. With --max-findings another one stands before it. */
const struct report_format_ops *report_format(const struct options *options);
const struct report_format_ops *report_format_unlimited(const struct options *options);

extern const struct report_format_ops report_text;
extern const struct report_format_ops report_jsonl;
extern const struct report_format_ops report_limit;

/* Flushes what was reported so far. FALSE where standard output can't be written. */
gboolean report_flush(void);

/* FALSE, with a message, where standard output could not be written. To be called once, at the end. */
gboolean report_is_written(void);

#endif
