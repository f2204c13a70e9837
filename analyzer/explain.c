/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip explain: one rule, at length. */
#include <stdio.h>

#include "cli_options.h"
#include "exit_status.h"
#include "report/report.h"
#include "rule_choice.h"
#include "say.h"
#include "verb.h"
#include "wrap.h"

static const struct usage usage = {
    .verb = "explain",
    .parameters = "RULE...",
    .description = "Explains a rule: the standard, the practice, what to do. RULE is an id, its number or a slug.",
    .groups = 0,
    .operand = "rule",
    .paths_min = 1,
    .paths_max = -1,
};

static void G_GNUC_PRINTF(1, 2) print_line(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    wrap_paragraph(0, 0, text);
    g_free(text);
}

static void print_rule(size_t index)
{
    const struct ipip_rule *rule = ipip_rule_at(index);

    printf("# %s %s: %s\n\n", rule->id, rule->slug, rule->title);
    print_line("Usually %s %s. Evidence: %s. Reference: %s.", rule->severity == IPIP_ERROR ? "an" : "a",
               ipip_severity_name(rule->severity),
               rule->scope == IPIP_SCOPE_PACKET ? "one packet"
               : rule->scope == IPIP_SCOPE_FLOW ? "several packets"
                                                : "two captures",
               rule->reference);
    print_line("Usual cause: %s.", rule->usual_cause);
    printf("\n%s", ipip_rule_explanation(index));
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
            say("%s: %s", options.paths[i], error->message);
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
