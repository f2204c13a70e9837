/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings put together by rule, tunnel or inner flow. Memory is taken by groups, of which there are at most GROUPS_MAX. */
#ifndef IPIP_ANALYZER_REPORT_GROUPS_H
#define IPIP_ANALYZER_REPORT_GROUPS_H

#include "report.h"

enum { GROUPS_MAX = 32768 };

struct group {
    /* What its findings have in common: one of these, by `enum group_key`. */
    size_t rule_index;
    struct ipip_tunnel_direction direction;
    struct inner_flow flow;           /* none is a group, too */
    guint64 findings[IPIP_ERROR + 1]; /* by severity, without the known ones */
    guint64 known;
    gboolean has_rule[IPIP_RULES_MAX];
    const char *first_file;
    guint64 first_frame;
    int64_t first_time; /* the earliest and the latest */
    int64_t last_time;
};

struct groups;

struct groups *groups_new(enum group_key key);
void groups_free(struct groups *groups);

void groups_add(struct groups *groups, const struct report_finding *finding);

/* Of type struct group: the gravest first, of those the ones with the most findings. To be unreferenced. */
GPtrArray *groups_sorted(const struct groups *groups);

/* Findings that had no room in a group. */
guint64 groups_left_out(const struct groups *groups);

#endif
