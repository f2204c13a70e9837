/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of the findings of the baseline: part of the summary. */
#ifndef IPIP_ANALYZER_REPORT_KNOWN_H
#define IPIP_ANALYZER_REPORT_KNOWN_H

#include "report.h"

/*
 * "known from the baseline: ..." and "no longer occurs: ...", where these are many and not `is_all`, their number; nothing
 * without a baseline.
 */
void known_print(FILE *out, const struct check_summary *summary, gboolean is_all);

/* How many no longer occur. */
guint known_absent(const struct check_summary *summary);

/* {"type": "baseline", "state": "absent", ...} for each that no longer occurs. */
void known_print_json(FILE *out, const struct check_summary *summary);

#endif
