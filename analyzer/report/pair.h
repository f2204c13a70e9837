/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip pair` found, in one of several formats. */
#ifndef IPIP_ANALYZER_REPORT_PAIR_H
#define IPIP_ANALYZER_REPORT_PAIR_H

#include "../judge_run.h"
#include "ipip/pair.h"

/* Linux cooked captures, as `tcpdump -i any` writes them. */
enum cooked {
    COOKED_NOT,
    COOKED_WITHOUT_DEVICES, /* v1 */
    COOKED_WITH_DEVICES,    /* v2: the device of a place is the interface's index */
};

struct pair_report {
    const struct judge_run *run;
    const struct ipip_pair_layout *layout;
    const struct ipip_pair *pair;
    gboolean is_device; /* the inner side */
    enum cooked cooked; /* of a single capture */
    uint64_t shown[IPIP_PAIR_SIDES][IPIP_PAIR_REASONS];
};

/* The functions of a format. */
struct pair_format_ops {
    void (*event)(struct pair_report *report, const struct ipip_pair_event *event);
    void (*summary)(struct pair_report *report);
};

extern const struct pair_format_ops pair_text;
extern const struct pair_format_ops pair_jsonl;

#endif
