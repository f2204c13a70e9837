/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings that are known, so that only new ones count: those with the same key that are no graver. Where and how often they occur
 * does not matter. Takes memory by distinct findings only, and of no more than BASELINE_FINDINGS_MAX.
 */
#ifndef IPIP_ANALYZER_BASELINE_H
#define IPIP_ANALYZER_BASELINE_H

#include <glib.h>

#include "finding_key.h"

enum { BASELINE_FINDINGS_MAX = 100000 };

struct baseline_finding {
    gboolean is_known;                    /* from before */
    gboolean has_occurred;                /* in this run */
    enum ipip_severity known_severity;    /* the gravest that is known */
    enum ipip_severity occurred_severity; /* and the gravest in this run */
    struct finding_key
        key; /* its words are the baseline's once it has the finding; last, as a kept one ends with its last value */
};

struct baseline;

/* Nothing is known yet. With `is_recording`, what occurs is kept, known or not. */
struct baseline *baseline_new(gboolean is_recording);
void baseline_free(struct baseline *baseline);

/* It is known from now on. Words are copied. FALSE where there are too many already. */
gboolean baseline_add(struct baseline *baseline, const struct baseline_finding *finding);

/*
 * It occurs; TRUE where it was known before. One that is graver than all that is known is not, unless the policy gives its rule that severity. To be called during the call of the judge's sink only.
 */
gboolean baseline_occurs(struct baseline *baseline, const struct ipip_policy *policy,
                         const struct ipip_finding *finding);

/* Whether not all that occurred could be kept, because there are too many. */
gboolean baseline_is_overfull(const struct baseline *baseline);

/* How many findings are known from before, each an entry of the baseline; and how many of them have occurred. */
guint baseline_entries(const struct baseline *baseline);
guint baseline_entries_found(const struct baseline *baseline);

/* Not everything was read: what has not occurred may still exist. */
void baseline_cut_short(struct baseline *baseline);

/*
 * The findings that are known but did not occur, or those that a new baseline has: what occurred, and what is known and
 * can't be compared, as its rule is off or not everything was read. In order of their keys, as struct baseline_finding;
 * to be unreferenced.
 */
GPtrArray *baseline_gone(const struct baseline *baseline, const struct ipip_policy *policy);
GPtrArray *baseline_renewed(const struct baseline *baseline, const struct ipip_policy *policy);

#endif
