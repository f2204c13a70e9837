/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One finding on a page: where, what, the octets that show it, what was expected. */
#ifndef IPIP_ANALYZER_REPORT_PAGE_FINDING_HTML_H
#define IPIP_ANALYZER_REPORT_PAGE_FINDING_HTML_H

#include "../report.h"

/* An <article> with an id of this number. */
void finding_html_put(FILE *out, const struct report_finding *finding, unsigned number);

#endif
