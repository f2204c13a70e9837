/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_words.h"

#include <inttypes.h>
#include <string.h>

void finding_words(struct finding_words *words, const struct report_finding *finding)
{
    if (finding->of_packet != NULL) {
        words->value_count = ipip_finding_values(finding->of_packet, words->values);
        ipip_finding_describe(finding->of_packet, &words->text);
        words->message = words->text.message;
        words->expected = words->text.expected;
        words->actual = words->text.actual;
        return;
    }
    words->value_count = finding->value_count;
    memcpy(words->values, finding->values, sizeof words->values);
    words->message = finding->message;
    words->expected = finding->expected;
    words->actual = finding->actual;
}

char *finding_frames(const struct report_finding *finding)
{
    if (finding->of_packet != NULL)
        return g_strdup_printf("frame %" PRIu64, finding->site.frame);
    return g_strdup_printf("%" PRIu64 " packet%s, first frame %" PRIu64, finding->count, finding->count == 1 ? "" : "s",
                           finding->site.frame);
}
