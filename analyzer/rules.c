/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip rules: the catalogue. */
#include <stdio.h>
#include <string.h>

#include "cli_options.h"
#include "exit_status.h"
#include "report/jsonl.h"
#include "report/report.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "rules",
    .parameters = "",
    .description =
        "Lists the rules. EVIDENCE is what a rule needs: one packet, or a flow of several. `ipip explain RULE` "
        "has the standard, the practice and what to do.",
    .groups = OPTIONS_REPORT | OPTIONS_CATALOGUE,
    .paths_min = 0,
    .paths_max = 0,
};

/* The kinds of tunnels that a rule is about, each with what is different for it. */
static json_t *kinds_json(size_t index)
{
    const struct ipip_rule *rule = ipip_rule_at(index);
    json_t *kinds = json_object();

    for (unsigned kind = 0; kind < IPIP_KINDS; kind++) {
        enum ipip_severity severity = ipip_rule_severity(index, kind);
        const char *reference = ipip_rule_reference(index, kind);
        json_t *about;

        if ((ipip_rule_kinds(index) & IPIP_KIND_BIT(kind)) == 0)
            continue;
        about = json_object();
        if (severity != rule->severity)
            json_object_set_new(about, "severity", json_string(ipip_severity_name(severity)));
        if (strcmp(reference, rule->reference) != 0)
            json_object_set_new(about, "reference", json_string(reference));
        json_object_set_new(kinds, ipip_kind_about((enum ipip_kind)kind)->name, about);
    }
    return kinds;
}

static void print_rule_json(size_t index)
{
    const struct ipip_rule *rule = ipip_rule_at(index);

    jsonl_print(stdout, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "type", "rule", "rule",
                                  rule->id, "slug", rule->slug, "severity", ipip_severity_name(rule->severity), "scope",
                                  ipip_scope_name(rule->scope), "subject", ipip_subject_name(rule->subject), "title",
                                  rule->title, "reference", rule->reference, "usual_cause", rule->usual_cause, "kinds",
                                  kinds_json(index)));
}

static void print_row(const char *id, const char *severity, const char *scope, const char *slug, const char *title)
{
    printf("%-7s  %-8s  %-8s  %-30s  %s\n", id, severity, scope, slug, title);
}

static void print_rule(size_t index)
{
    const struct ipip_rule *rule = ipip_rule_at(index);

    print_row(rule->id, ipip_severity_name(rule->severity), ipip_scope_name(rule->scope), rule->slug, rule->title);
}

static void print_profiles(gboolean is_json)
{
    const struct ipip_profile *profile;

    if (!is_json)
        printf("%-15s  %s\n", "PROFILE", "ACCEPTS THE BEHAVIOUR OF");
    for (size_t i = 0; (profile = ipip_profile_at(i)) != NULL; i++) {
        if (is_json)
            jsonl_print(stdout, json_pack("{s:s, s:s, s:s}", "type", "profile", "profile", profile->name, "title",
                                          profile->title));
        else
            printf("%-15s  %s\n", profile->name, profile->title);
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
    else if (options.format == REPORT_TEXT)
        print_row("RULE", "SEVERITY", "EVIDENCE", "SLUG", "TITLE");
    for (size_t i = 0; !options.is_profiles && i < ipip_rules_count(); i++) {
        if ((ipip_rule_kinds(i) & options.kinds.set) != 0)
            (options.format == REPORT_JSONL ? print_rule_json : print_rule)(i);
    }
    options_clear(&options);
    return report_is_written() ? EXIT_CLEAN : EXIT_UNWRITABLE;
}
