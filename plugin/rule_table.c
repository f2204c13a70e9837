/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "policy_tables.h"

#include <string.h>

#include "text_table.h"

enum { RULE, SEVERITY, REASON };
enum { OFF = IPIP_ERROR + 1 };

static const value_string severities[] = {
    {IPIP_ERROR, "error"}, {IPIP_WARNING, "warning"}, {IPIP_NOTE, "note"}, {OFF, "off"}, {0, NULL},
};

static const char *check_rule(const char *column, const char *text)
{
    (void)column;
    return ipip_rule_find(text) < ipip_rules_count() ? NULL : "the id or name of a rule, such as IPIP105";
}

/* -1 where there is none of that name. */
static int severity_of(const char *text)
{
    for (const value_string *choice = severities; choice->strptr != NULL; choice++) {
        if (strcmp(choice->strptr, text) == 0)
            return (int)choice->value;
    }
    return -1;
}

static const char *check_severity(const char *column, const char *text)
{
    (void)column;
    return severity_of(text) >= 0 ? NULL : "error, warning, note or off";
}

static const char *check_reason(const char *column, const char *text)
{
    (void)column;
    (void)text;
    return NULL;
}

static ws_uat_bool check_off(void *record, char **error);

static struct text_table rules = {
    .preference = "rules_table",
    .name = "ipip_rules",
    .title = "Rules",
    .description = "Rules with another severity than usual, or off.",
    .check_row = check_off,
    .columns =
        {{.name = "rule", .title = "Rule", .description = "Its id or name, such as IPIP105", .check = check_rule},
         {.name = "severity",
          .title = "Severity",
          .description = "Of all its findings",
          .check = check_severity,
          .choices = severities},
         {.name = "reason",
          .title = "Reason",
          .description = "Why; needed for off",
          .check = check_reason,
          .is_optional = true}},
};

static bool is_off(const struct text_row *row)
{
    return severity_of(text_table_cell(row, SEVERITY)) == OFF;
}

static bool has_reason(const struct text_row *row)
{
    return *text_table_cell(row, REASON) != '\0';
}

static ws_uat_bool check_off(void *record, char **error)
{
    const struct text_row *row = (const struct text_row *)record;

    *error = NULL;
    if (is_off(row) && !has_reason(row))
        *error = g_strdup_printf("%s: off needs a reason", text_table_cell(row, RULE));
    return *error == NULL;
}

void rule_table_register(module_t *module)
{
    text_table_register(&rules, module);
}

void rule_table_apply(struct ipip_policy *policy)
{
    for (unsigned i = 0; i < rules.count; i++) {
        const struct text_row *row = &rules.rows[i];
        size_t rule = ipip_rule_find(text_table_cell(row, RULE));
        int severity = severity_of(text_table_cell(row, SEVERITY));

        if (rule == ipip_rules_count() || severity < 0 || (severity == OFF && !has_reason(row)))
            continue;
        policy->is_off[rule] = severity == OFF;
        policy->severity[rule] = severity == OFF ? IPIP_SEVERITY_USUAL : (uint8_t)severity;
    }
}
