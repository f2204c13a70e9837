/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fingerprint.h"

#include <string.h>

#include "../finding_key_json.h"

char *fingerprint(const struct report_finding *finding, const struct finding_words *words)
{
    struct finding_key key = {
        .rule_index = finding->rule_index,
        .direction = finding->direction,
        .layer = finding->layer,
        .count = words->value_count,
    };

    memcpy(key.values, words->values, sizeof key.values);
    return finding_key_digest(&key);
}
