/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The findings of a run by rule, for a page. All are counted, by rule, tunnel and time; of those on packets the first few of each rule on a tunnel are
 * kept in full, as in text, and with --all every one, up to a limit.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_FINDING_LIST_H
#define IPIP_ANALYZER_REPORT_PAGE_FINDING_LIST_H

#include "../report.h"
#include "finding_marks.h"
#include "timeline.h"

enum {
    FINDINGS_KEPT = 300,      /* in full, of 1 to 3 KiB each */
    FINDINGS_KEPT_ALL = 5000, /* with --all */
    BREACHES_MAX = 8192,      /* pairs of a tunnel direction and a rule */
};

/* The findings of a rule. */
struct rule_findings {
    enum ipip_severity severity; /* the gravest one's */
    uint64_t count;              /* packets */
    unsigned tunnels;            /* directions */
    unsigned shown;
    uint64_t hidden;       /* that are not kept in full */
    struct timeline times; /* of uint64_t: findings */
    char *first_file;      /* printable */
    uint64_t first_frame;
    GString *html; /* of those that are kept */
};

/* A rule that a tunnel direction breaks. */
struct breach {
    struct ipip_tunnel_direction direction;
    size_t rule_index;
    enum ipip_severity severity;
    uint64_t count;
};

struct finding_list;

struct finding_list *finding_list_new(gboolean is_all);
void finding_list_free(struct finding_list *list);

/* TRUE where it is kept in full. */
gboolean finding_list_add(struct finding_list *list, const struct report_finding *finding);

/* NULL of a rule without findings. */
const struct rule_findings *finding_list_rule(const struct finding_list *list, size_t rule_index);

/* Indices of the rules with findings, the gravest first, then those with the most; to be unreferenced. */
GArray *finding_list_order(const struct finding_list *list);

/* Of type struct breach: those of this direction, the gravest first; to be unreferenced. */
GPtrArray *finding_list_breaches(const struct finding_list *list, const struct ipip_tunnel_direction *direction);

/* A rule that this combination of inner and outer value breaks in this direction; -1: none. Values of findings (`outer_dscp` ...) show it. */
int finding_list_mark(const struct finding_list *list, const struct ipip_tunnel_direction *direction,
                      enum mark_kind kind, uint32_t inner, uint32_t outer);

/* Findings whose tunnel, or whose combination, had no room in the tables. */
uint64_t finding_list_lost(const struct finding_list *list);

#endif
