/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words and values of a finding, whether it is on a packet or on a tunnel. */
#ifndef IPIP_ANALYZER_FINDING_WORDS_H
#define IPIP_ANALYZER_FINDING_WORDS_H

#include "report.h"

struct finding_words {
    const char *message;
    const char *expected;
    const char *actual;
    unsigned value_count;
    struct ipip_value values[IPIP_VALUES_MAX];
    struct ipip_text text; /* where they are made */
};

/* Valid as long as the finding is, and `words`. */
void finding_words(struct finding_words *words, const struct report_finding *finding);

/* "frame 17", or "3 packets, first frame 17"; to be freed. */
char *finding_frames(const struct report_finding *finding);

#endif
