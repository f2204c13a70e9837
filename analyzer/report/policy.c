/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy.h"

#include <stdio.h>

#include "jsonl.h"

void policy_print(const struct policy_settings *settings)
{
    if (settings->path != NULL)
        printf("  policy: %s\n", settings->path);
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (settings->reasons[i] != NULL)
            printf("  silenced by the policy: %s (%s)\n", ipip_rule_at(i)->id, settings->reasons[i]);
    }
}

void policy_add_json(const struct policy_settings *settings, json_t *summary)
{
    json_t *silenced = json_array();

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (settings->reasons[i] != NULL)
            json_array_append_new(silenced,
                                  json_pack("{s:s, s:s}", "rule", ipip_rule_at(i)->id, "reason", settings->reasons[i]));
    }
    json_object_set_new(summary, "policy", settings->path != NULL ? jsonl_text(settings->path) : json_null());
    json_object_set_new(summary, "silenced", silenced);
}
