/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary of `check` for people. */
#ifndef IPIP_ANALYZER_REPORT_TEXT_SUMMARY_H
#define IPIP_ANALYZER_REPORT_TEXT_SUMMARY_H

#include "report.h"

struct text_style {
    FILE *out;
    gboolean is_coloured;
    gboolean is_all;
    gboolean has_filter; /* on packets as captured */
};

void text_summary_print(const struct text_style *style, const struct check_summary *summary);

#endif
