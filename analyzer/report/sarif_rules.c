/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sarif_rules.h"

#include "../baseline_file.h"
#include "ipip/kind.h"

_Static_assert((int)BASELINE_VERSION == 2, "SARIF_FINGERPRINT has the version");

const char *sarif_level(enum ipip_severity severity)
{
    static const char *const levels[] = {"note", "warning", "error"};

    return levels[severity];
}

static json_t *kinds_of(size_t index)
{
    uint32_t kinds = ipip_rule_kinds(index);
    json_t *names = json_array();

    for (unsigned kind = 0; kind < IPIP_KINDS; kind++) {
        if ((kinds & IPIP_KIND_BIT(kind)) != 0)
            json_array_append_new(names, json_string(ipip_kind_about((enum ipip_kind)kind)->name));
    }
    return names;
}

static json_t *rule_object(const struct options *options, size_t index)
{
    const struct ipip_rule *rule = ipip_rule_at(index);
    const char *page = ipip_rule_explanation(index);
    char *title = g_strdup_printf("%s.", rule->title);
    json_t *object =
        json_pack("{s:s, s:s, s:{s:s}, s:{s:s, s:s}, s:{s:s, s:b}, s:{s:s, s:s, s:s, s:s, s:o, s:[s, s]}}", "id",
                  rule->id, "name", rule->slug, "shortDescription", "text", title, "help", "text", page, "markdown",
                  page, "defaultConfiguration", "level", sarif_level(rule->severity), "enabled",
                  !options->policy.is_off[index] || options->settings.reasons[index] != NULL, "properties", "reference",
                  rule->reference, "scope", ipip_scope_name(rule->scope), "subject", ipip_subject_name(rule->subject),
                  "usualCause", rule->usual_cause, "kinds", kinds_of(index), "tags", "tunnel", "network");

    g_free(title);
    return object;
}

json_t *sarif_rules(const struct options *options)
{
    json_t *rules = json_array();

    for (size_t i = 0; i < ipip_rules_count(); i++)
        json_array_append_new(rules, rule_object(options, i));
    return rules;
}

static json_t * override(size_t index, json_t *configuration)
{
    return json_pack("{s:{s:s, s:i}, s:o}", "descriptor", "id", ipip_rule_at(index)->id, "index", (int)index,
                     "configuration", configuration);
}

json_t *sarif_overrides(const struct policy_settings *settings)
{
    json_t *overrides = json_array();

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        uint8_t severity = settings->policy.severity[i];

        if (severity != IPIP_SEVERITY_USUAL)
            json_array_append_new(overrides,
                                  override(i, json_pack("{s:s}", "level", sarif_level((enum ipip_severity)severity))));
    }
    return overrides;
}
