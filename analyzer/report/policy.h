/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which policy file is in force, and what it silences: part of the summary, so that its silence does not mislead. */
#ifndef IPIP_ANALYZER_REPORT_POLICY_H
#define IPIP_ANALYZER_REPORT_POLICY_H

#include <jansson.h>
#include <stdio.h>

#include "../policy_settings.h"

/* Prints nothing where there is no policy file. */
void policy_print(FILE *out, const struct policy_settings *settings);

/* Adds "policy", the path or null, and "silenced", an array of {"rule", "reason"}, to the summary. */
void policy_add_json(const struct policy_settings *settings, json_t *summary);

#endif
