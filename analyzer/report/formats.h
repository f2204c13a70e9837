/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every format of `check`. */
#ifndef IPIP_ANALYZER_FORMATS_H
#define IPIP_ANALYZER_FORMATS_H

#include "report.h"

extern const struct report_format_ops report_text;
extern const struct report_format_ops report_jsonl;
extern const struct report_format_ops report_sarif;    /* SARIF 2.1.0, one run */
extern const struct report_format_ops report_junit;    /* a suite a capture, a case a rule */
extern const struct report_format_ops report_github;   /* workflow commands of GitHub Actions */
extern const struct report_format_ops report_gitlab;   /* a code quality report of GitLab */
extern const struct report_format_ops report_csv;      /* RFC 4180, with a header */
extern const struct report_format_ops report_markdown; /* a table for a ticket */
extern const struct report_format_ops report_html;     /* a page, with plots: page/ */

/* In front of text or jsonl: groups of findings in their place. */
extern const struct report_format_ops report_grouped;

#endif
