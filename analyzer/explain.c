/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip explain: one rule, at length. */
#include <stdio.h>

#include "cli_options.h"
#include "exit_status.h"
#include "report/report.h"
#include "rule_choice.h"
#include "say.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "explain",
    .parameters = "RULE...",
    .description = "Says what a rule means, why it matters and what to do. RULE is an id or a slug.",
    .groups = 0,
    .operand = "rule",
    .paths_min = 1,
    .paths_max = -1,
};

static void print_rule(size_t index)
{
    const struct ipip_rule *rule = ipip_rule_at(index);

    printf("# %s %s: %s\n\nUsually %s %s. Evidence: %s. Reference: %s.\nUsual cause: %s.\n\n%s", rule->id, rule->slug,
           rule->title, rule->severity == IPIP_ERROR ? "an" : "a", ipip_severity_name(rule->severity),
           rule->scope == IPIP_SCOPE_PACKET ? "one packet"
           : rule->scope == IPIP_SCOPE_FLOW ? "several packets"
                                            : "two captures",
           rule->reference, rule->usual_cause, ipip_rule_explanation(index));
}

int verb_explain(int argc, char **argv)
{
    struct options options;
    int status;

    if (!options_parse(&options, &usage, argc, argv, &status))
        return status;
    for (int i = 0; status == EXIT_CLEAN && i < options.path_count; i++) {
        GError *error = NULL;
        size_t index = rule_choose(options.paths[i], &error);

        if (error != NULL) {
            say("ipip explain: %s: %s", options.paths[i], error->message);
            g_error_free(error);
            status = EXIT_USAGE;
        } else {
            printf("%s", i > 0 ? "\n" : "");
            print_rule(index);
        }
    }
    options_clear(&options);
    return report_is_written() ? status : EXIT_UNWRITABLE;
}
