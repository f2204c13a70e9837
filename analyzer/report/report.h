/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a format of `check` is: it gets findings and the summary, and writes them to a stream. None knows a rule. */
#ifndef IPIP_ANALYZER_REPORT_H
#define IPIP_ANALYZER_REPORT_H

#include <glib.h>
#include <stdio.h>

#include "../baseline.h"
#include "../choice.h"
#include "../cli_options.h"
#include "../frames.h"
#include "../inner_flow.h"
#include "ipip/carrier.h"
#include "ipip/judge.h"

/* Where a finding was made. Files are named as they are on the command line: a format makes them printable. */
struct site {
    const char *file;
    int file_index; /* of the paths */
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

/* A finding, as every format gets it: on a packet, or on a tunnel, kept until the end, when its count is known. */
struct report_finding {
    struct site site; /* of a tunnel: of the first packet that showed it */
    const struct ipip_rule *rule;
    size_t rule_index;
    enum ipip_severity severity;
    enum ipip_confidence confidence;
    const char *silenced; /* why the policy file silences its rule; NULL: it does not */
    struct ipip_tunnel_direction direction;
    unsigned layer;
    const char *reference;
    struct inner_flow flow;               /* that is hit */
    const struct ipip_finding *of_packet; /* during the call of the judge's sink; NULL: it is about a tunnel */
    /* About a tunnel: else finding_words() knows. */
    uint64_t count; /* packets that showed it */
    unsigned value_count;
    struct ipip_value values[IPIP_VALUES_MAX];
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
    uint64_t below;          /* findings that --min-severity leaves out */
    const uint64_t *carried; /* tunnel packets in carriers, by kind of carrier */
};

/* What became of one capture. */
struct report_capture {
    int file; /* an index of the paths */
    struct ipip_judge *judge;
    double seconds; /* that it took */
    gboolean is_unreadable;
    gboolean is_merged; /* judged at once with the others: so are their verdicts, which are those of the run */
};

/* A packet that was judged, with its layers. Valid during the call only. */
struct report_packet {
    const struct ipip_packet *packet;
    const struct ipip_stack *stack;
    uint32_t copied; /* as ipip_judge_copied() has it */
    const char *file;
    uint64_t frame;
};

struct report;

/* The functions of a format; the state is its own. */
struct report_format_ops {
    struct report *(*open)(const struct options *options, FILE *out);
    /* Whether it was shown. */
    gboolean (*finding)(struct report *report, const struct report_finding *finding);
    /* A capture was read. NULL: it does not matter to the format. */
    void (*capture)(struct report *report, const struct report_capture *capture);
    void (*summary)(struct report *report, const struct check_summary *summary);
    /* FALSE, with a message, where findings were lost. */
    gboolean (*close)(struct report *report);
    /* Each packet, after its own findings. NULL: packets do not matter to the format, and take no time for it. */
    void (*packet)(struct report *report, const struct report_packet *packet);
    /* It gets findings that the policy file silences, too. */
    gboolean has_silenced;
};

/* "rule", "tunnel", "inner-flow"; NULL past the last. */
const char *group_key_name(int index);

const struct report_format_ops *report_format(enum report_format format);

/* "text", "jsonl", "sarif", ...; NULL past the last. And those of a verb with such options. */
const char *report_format_name(int index);
choice_name *report_formats_of(unsigned groups);

/* Flushes what was reported on standard output so far. FALSE where it can't be written. */
gboolean report_flush(void);

/* FALSE, with a message, where standard output could not be written. To be called once, at the end. */
gboolean report_is_written(void);

#endif
