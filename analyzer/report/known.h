/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of the findings of the baseline: part of the summary. */
#ifndef IPIP_ANALYZER_REPORT_KNOWN_H
#define IPIP_ANALYZER_REPORT_KNOWN_H

#include "report.h"

/*
 * "known from the baseline: ..." and "no longer occurs: ...", where these are many and not `is_all`, their number; nothing
 * without a baseline.
 */
void known_print(const struct check_summary *summary, gboolean is_all);

/* {"type": "baseline", "state": "absent", ...} for each that no longer occurs; returns how many. */
guint known_print_json(const struct check_summary *summary);

#endif
