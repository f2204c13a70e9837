/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip rules: the catalogue. */
#include <stdio.h>

#include "exit_status.h"
#include "options.h"
#include "report/jsonl.h"
#include "report/report.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "rules",
    .parameters = "",
    .description = "Lists the rules: id, slug, usual severity, what evidence it needs, title, reference.",
    .groups = OPTIONS_REPORT | OPTIONS_PROFILES,
    .paths_min = 0,
    .paths_max = 0,
};

static void print_rule_json(const struct ipip_rule *rule)
{
    jsonl_print(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "type", "rule", "rule", rule->id, "slug",
                          rule->slug, "severity", ipip_severity_name(rule->severity), "scope",
                          ipip_scope_name(rule->scope), "subject", ipip_subject_name(rule->subject), "title",
                          rule->title, "reference", rule->reference, "hint", rule->hint));
}

static void print_rule(const struct ipip_rule *rule)
{
    printf("%s  %-8s %-7s %-26s %s (%s)\n", rule->id, ipip_severity_name(rule->severity), ipip_scope_name(rule->scope),
           rule->slug, rule->title, rule->reference);
}

static void print_profiles(gboolean is_json)
{
    const struct ipip_profile *profile;

    for (size_t i = 0; (profile = ipip_profile_at(i)) != NULL; i++) {
        if (is_json)
            jsonl_print(
                json_pack("{s:s, s:s, s:s}", "type", "profile", "profile", profile->name, "title", profile->title));
        else
            printf("%-15s %s\n", profile->name, profile->title);
    }
}

int verb_rules(int argc, char **argv)
{
    struct options options;
    int status;

    if (!options_parse(&options, &usage, argc, argv, &status))
        return status;
    if (options.is_profiles)
        print_profiles(options.format == REPORT_JSONL);
    for (size_t i = 0; !options.is_profiles && i < ipip_rules_count(); i++)
        (options.format == REPORT_JSONL ? print_rule_json : print_rule)(ipip_rule_at(i));
    options_clear(&options);
    return report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
}
