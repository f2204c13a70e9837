/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which combinations of an inner and an outer value findings are about, by the names of their values (`inner_dscp` and `outer_dscp`, `inner_ecn`
 * and `outer_ecn`): what a matrix marks as wrong. Which rule that is matters to none but the reader.
 */
#ifndef IPIP_ANALYZER_REPORT_PAGE_FINDING_MARKS_H
#define IPIP_ANALYZER_REPORT_PAGE_FINDING_MARKS_H

#include "../report.h"

enum { MARKS_MAX = 4096 };

enum mark_kind { MARK_DSCP, MARK_ECN, MARK_KINDS };

struct finding_mark {
    struct ipip_tunnel_direction direction;
    enum mark_kind kind;
    uint32_t inner, outer;
    size_t rule_index;
};

struct finding_marks;

struct finding_marks *finding_marks_new(void);
void finding_marks_free(struct finding_marks *marks);

/* FALSE where there was no room. */
gboolean finding_marks_add(struct finding_marks *marks, const struct report_finding *finding);

/* The rule, by index, of the first finding on such a combination, whatever `rule_index` is; -1: none. */
int finding_marks_find(const struct finding_marks *marks, const struct finding_mark *mark);

#endif
