/* SPDX-License-Identifier: GPL-2.0-or-later */
/* By what dashboards recognise a finding: the same as a baseline does. */
#ifndef IPIP_ANALYZER_REPORT_FINGERPRINT_H
#define IPIP_ANALYZER_REPORT_FINGERPRINT_H

#include "finding_words.h"

/* To be freed. */
char *fingerprint(const struct report_finding *finding, const struct finding_words *words);

#endif
