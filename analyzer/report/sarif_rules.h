/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The catalogue in SARIF (section 3.49, reportingDescriptor), and what the policy changes of it. */
#ifndef IPIP_ANALYZER_SARIF_RULES_H
#define IPIP_ANALYZER_SARIF_RULES_H

#include "json.h"

/* The key of partialFingerprints: with the version of the baseline, whose keys it is a digest of. */
#define SARIF_FINGERPRINT "ipipBaseline/v2"

/* All rules, in the order of their indices. Those that are off are not enabled, unless the policy file silences them: that suppresses. */
json_t *sarif_rules(const struct options *options);

/* The rules that the policy file gives a severity (section 3.51, configurationOverride). */
json_t *sarif_overrides(const struct policy_settings *settings);

const char *sarif_level(enum ipip_severity severity);

#endif
