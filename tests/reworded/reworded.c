/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands between the command and the library's words: as another version would put it. */
#include <stdio.h>

#include "ipip/finding.h"

void __wrap_ipip_finding_describe(const struct ipip_finding *finding, struct ipip_text *text);

void __wrap_ipip_finding_describe(const struct ipip_finding *finding, struct ipip_text *text)
{
    snprintf(text->message, sizeof text->message, "%s is violated", finding->rule->id);
    snprintf(text->expected, sizeof text->expected, "something else");
    snprintf(text->actual, sizeof text->actual, "what is there");
}
