/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings about tunnels, kept in order until the end of the run, when their counts are known. Memory holds the last
 * megabyte of them; a capture of many tunnels has more, which go to a temporary file.
 */
#ifndef IPIP_ANALYZER_KEPT_FINDINGS_H
#define IPIP_ANALYZER_KEPT_FINDINGS_H

#include "report/report.h"

struct kept_findings;

struct kept_findings *kept_findings_new(void);
void kept_findings_free(struct kept_findings *kept);

/* Keeps a copy, texts included; the other pointers must stay valid. Where the temporary file can't be written, findings are lost. */
void kept_findings_add(struct kept_findings *kept, const struct report_finding *finding);

/*
 * Calls `each` for every finding, in order; nothing can be added afterwards. FALSE, with a message, where findings were
 * lost.
 */
gboolean kept_findings_each(struct kept_findings *kept, void (*each)(struct report_finding *finding, void *context),
                            void *context);

#endif
