/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reports of a run: --format on standard output, unless --quiet, and a file for each --output. In front of each stand
 * --max-findings and --min-severity.
 */
#ifndef IPIP_ANALYZER_REPORTS_H
#define IPIP_ANALYZER_REPORTS_H

#include "report.h"

struct reports;

/* NULL, with a message, where a file can't be created. */
struct reports *reports_open(const struct options *options);

/* A run that prints nothing, and writes no file. */
struct reports *reports_open_none(const struct options *options);

/* Whether nothing is reported. */
gboolean reports_are_none(const struct reports *reports);

void reports_finding(struct reports *reports, const struct report_finding *finding);

/* Whether any of them wants findings that the policy file silences. */
gboolean reports_want_silenced(const struct reports *reports);

/* Whether any of them wants packets; and hands one on. */
gboolean reports_want_packets(const struct reports *reports);
void reports_packet(struct reports *reports, const struct report_packet *packet);

void reports_capture(struct reports *reports, const struct report_capture *capture);
void reports_summary(struct reports *reports, const struct check_summary *summary);

/* Passes on what was reported so far. FALSE where none of it can be written. */
gboolean reports_flush(struct reports *reports);

/* Ends them. Files get their names, if `is_good`. FALSE, with a message, where not all could be written. */
gboolean reports_close(struct reports *reports, gboolean is_good);

#endif
