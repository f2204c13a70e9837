/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip explain: one rule, at length. */
#include <stdio.h>
#include <string.h>

#include "cli_options.h"
#include "exit_status.h"
#include "ipip/kind.h"
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
    wrap_paragraph(stdout, 0, 0, text);
    g_free(text);
}

static const char *article(enum ipip_severity severity)
{
    return severity == IPIP_ERROR ? "an" : "a";
}

/* The kinds, from this one on, for which the rule has the same severity and reference. */
static char *like_kinds(size_t index, unsigned first, uint32_t kinds)
{
    GString *names = g_string_new(NULL);

    for (unsigned kind = first; kind < IPIP_KINDS; kind++) {
        if ((kinds & IPIP_KIND_BIT(kind)) != 0 && ipip_rule_severity(index, kind) == ipip_rule_severity(index, first) &&
            strcmp(ipip_rule_reference(index, kind), ipip_rule_reference(index, first)) == 0)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "",
                                   ipip_kind_about((enum ipip_kind)kind)->name);
    }
    return g_string_free(names, FALSE);
}

/* One of them: those before it are in a list already. */
static bool is_listed(size_t index, unsigned kind, uint32_t kinds)
{
    for (unsigned before = 0; before < kind; before++) {
        if ((kinds & IPIP_KIND_BIT(before)) != 0 &&
            ipip_rule_severity(index, before) == ipip_rule_severity(index, kind) &&
            strcmp(ipip_rule_reference(index, before), ipip_rule_reference(index, kind)) == 0)
            return true;
    }
    return false;
}

#define BULLET "- "

/* A kind, and those like it, with what is different for them. */
static void add_kinds(GPtrArray *groups, size_t index, unsigned kind)
{
    const struct ipip_rule *rule = ipip_rule_at(index);
    enum ipip_severity severity = ipip_rule_severity(index, kind);
    const char *reference = ipip_rule_reference(index, kind);
    char *names = like_kinds(index, kind, ipip_rule_kinds(index));
    GString *text = g_string_new(BULLET);

    g_string_append(text, names);
    g_free(names);
    if (severity != rule->severity)
        g_string_append_printf(text, ": %s %s", article(severity), ipip_severity_name(severity));
    if (strcmp(reference, rule->reference) != 0)
        g_string_append_printf(text, "%s %s", severity != rule->severity ? "," : ":", reference);
    g_ptr_array_add(groups, g_string_free(text, FALSE));
}

static void print_kinds(size_t index)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(g_free);
    uint32_t kinds = ipip_rule_kinds(index);

    for (unsigned kind = 0; kind < IPIP_KINDS; kind++) {
        if ((kinds & IPIP_KIND_BIT(kind)) != 0 && !is_listed(index, kind, kinds))
            add_kinds(groups, index, kind);
    }
    if (groups->len == 1) {
        print_line("Tunnels: %s.", (const char *)groups->pdata[0] + strlen(BULLET));
    } else {
        print_line("Tunnels:");
        for (guint i = 0; i < groups->len; i++)
            wrap_paragraph(stdout, 0, 2, groups->pdata[i]);
    }
    g_ptr_array_free(groups, TRUE);
}

static void print_rule(size_t index)
{
    const struct ipip_rule *rule = ipip_rule_at(index);

    printf("# %s %s: %s\n\n", rule->id, rule->slug, rule->title);
    print_line("Usually %s %s. Evidence: %s. Reference: %s.", article(rule->severity),
               ipip_severity_name(rule->severity),
               rule->scope == IPIP_SCOPE_PACKET ? "one packet"
               : rule->scope == IPIP_SCOPE_FLOW ? "several packets"
                                                : "two captures",
               rule->reference);
    print_line("Usual cause: %s.", rule->usual_cause);
    print_kinds(index);
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
