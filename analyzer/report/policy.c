/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy.h"

#include <stdio.h>

#include "../printable.h"
#include "../wrap.h"
#include "jsonl.h"

static void print_path(FILE *out, const char *path)
{
    char *shown = printable(path);

    fprintf(out, "  policy: %s\n", shown);
    g_free(shown);
}

static void print_silenced(FILE *out, const struct ipip_rule *rule, const char *reason)
{
    char *shown = printable(reason);
    char *text = g_strdup_printf("silenced by the policy: %s (%s)", rule->id, shown);

    wrap_paragraph(out, 2, 4, text);
    g_free(text);
    g_free(shown);
}

void policy_print(FILE *out, const struct policy_settings *settings)
{
    if (settings->path != NULL)
        print_path(out, settings->path);
    if (settings->path != NULL && settings->fail_on != IPIP_WARNING)
        fprintf(out, "  fails on: %s\n",
                settings->fail_on > IPIP_ERROR ? "nothing" : ipip_severity_name(settings->fail_on));
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        uint8_t severity = settings->policy.severity[i];

        if (severity != IPIP_SEVERITY_USUAL)
            fprintf(out, "  changed by the policy: %s has severity %s\n", ipip_rule_at(i)->id,
                    ipip_severity_name((enum ipip_severity)severity));
    }
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (settings->reasons[i] != NULL)
            print_silenced(out, ipip_rule_at(i), settings->reasons[i]);
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
    json_object_set_new(summary, "policy", settings->path != NULL ? json_text(settings->path) : json_null());
    json_object_set_new(summary, "silenced", silenced);
}
