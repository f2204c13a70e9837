/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --group-by, in text and in JSON Lines: a group in the place of its findings, then the summary of the format. */
#include <inttypes.h>

#include "../printable.h"
#include "../wrap.h"
#include "direction_text.h"
#include "formats.h"
#include "groups.h"
#include "jsonl.h"
#include "timestamp.h"

struct report {
    FILE *out;
    enum group_key key;
    gboolean is_json;
    struct groups *groups;
    const struct report_format_ops *ops; /* of the format */
    struct report *formatted;
};

static struct report *grouped_open(const struct options *options, FILE *out)
{
    struct report *report = g_new0(struct report, 1);

    report->out = out;
    report->key = options->group_by;
    report->is_json = options->format == REPORT_JSONL;
    report->groups = groups_new(options->group_by);
    report->ops = report_format(options->format);
    report->formatted = report->ops->open(options, out);
    return report;
}

static gboolean grouped_finding(struct report *report, const struct report_finding *finding)
{
    groups_add(report->groups, finding);
    return TRUE;
}

/* "IPIP105 df-not-propagated", "tunnel 10.0.0.1 > 10.0.0.2", "inner flow UDP ..." */
static void print_title(struct wrap *line, enum group_key key, const struct group *group)
{
    const struct ipip_rule *rule = ipip_rule_at(group->rule_index);
    char tunnel[DIRECTION_TEXT];
    char flow[INNER_FLOW_TEXT];

    if (key == GROUP_BY_RULE)
        wrap_format(line, "%s %s:", rule->id, rule->slug);
    else if (key == GROUP_BY_TUNNEL)
        wrap_format(line, "tunnel %s:", direction_text(tunnel, &group->direction));
    else if (group->flow.is_known)
        wrap_format(line, "inner flow %s:", inner_flow_text(flow, &group->flow));
    else
        wrap_piece(line, "of no single inner flow:");
}

static void print_counts(struct wrap *line, const struct group *group)
{
    for (int severity = IPIP_ERROR; severity >= IPIP_NOTE; severity--) {
        guint64 count = group->findings[severity];

        if (count > 0)
            wrap_format(line, "%" PRIu64 " %s%s,", count, ipip_severity_name((enum ipip_severity)severity),
                        count == 1 ? "" : "s");
    }
    if (group->known > 0)
        wrap_format(line, "%" PRIu64 " known from the baseline,", group->known);
}

/* "IPIP105, IPIP502" */
static void print_rules(struct wrap *line, enum group_key key, const struct group *group)
{
    const char *last = NULL; /* what follows decides whether there is a comma behind it */

    for (size_t i = 0; key != GROUP_BY_RULE && i < ipip_rules_count(); i++) {
        if (!group->has_rule[i])
            continue;
        if (last != NULL)
            wrap_format(line, "%s,", last);
        last = ipip_rule_at(i)->id;
    }
    if (last != NULL)
        wrap_piece(line, last);
}

static void print_group(const struct report *report, const struct group *group)
{
    struct wrap line = {.out = report->out, .hang = 4};
    char *file = printable(group->first_file);
    char first[TIMESTAMP_TEXT], last[TIMESTAMP_TEXT];

    print_title(&line, report->key, group);
    print_counts(&line, group);
    wrap_format(&line, "first %s frame %" PRIu64, file, group->first_frame);
    wrap_end(&line);
    line.indent = 2;
    wrap_format(&line, "from %s to %s", timestamp_text(first, group->first_time),
                timestamp_text(last, group->last_time));
    wrap_end(&line);
    print_rules(&line, report->key, group);
    wrap_end(&line);
    putc('\n', report->out);
    g_free(file);
}

static json_t *rules_of(const struct group *group)
{
    json_t *rules = json_array();

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        if (group->has_rule[i])
            json_array_append_new(rules, json_string(ipip_rule_at(i)->id));
    }
    return rules;
}

static void print_group_json(const struct report *report, const struct group *group)
{
    const struct ipip_rule *rule = ipip_rule_at(group->rule_index);
    char first[TIMESTAMP_TEXT], last[TIMESTAMP_TEXT];
    json_t *object = json_pack("{s:s, s:s}", "type", "group", "by", group_key_name(report->key));

    if (report->key == GROUP_BY_RULE)
        json_object_update_new(object, json_pack("{s:s, s:s}", "rule", rule->id, "slug", rule->slug));
    else if (report->key == GROUP_BY_TUNNEL)
        json_object_set_new(object, "tunnel", json_tunnel(&group->direction));
    else
        json_object_set_new(object, "inner_flow", json_flow(&group->flow));
    json_object_update_new(
        object,
        json_pack("{s:{s:I, s:I, s:I}, s:I, s:o, s:o, s:I, s:s, s:s}", "findings", "error",
                  (json_int_t)group->findings[IPIP_ERROR], "warning", (json_int_t)group->findings[IPIP_WARNING], "note",
                  (json_int_t)group->findings[IPIP_NOTE], "known", (json_int_t)group->known, "rules", rules_of(group),
                  "file", json_text(group->first_file), "frame", (json_int_t)group->first_frame, "first_time",
                  timestamp_text(first, group->first_time), "last_time", timestamp_text(last, group->last_time)));
    jsonl_print(report->out, object);
}

static void grouped_summary(struct report *report, const struct check_summary *summary)
{
    GPtrArray *sorted = groups_sorted(report->groups);
    guint64 left_out = groups_left_out(report->groups);

    for (guint i = 0; i < sorted->len; i++)
        (report->is_json ? print_group_json : print_group)(report, sorted->pdata[i]);
    g_ptr_array_unref(sorted);
    if (left_out > 0 && !report->is_json)
        fprintf(report->out, "%" PRIu64 " findings in further groups\n\n", left_out);
    report->ops->summary(report->formatted, summary);
}

static gboolean grouped_close(struct report *report)
{
    gboolean is_good = report->ops->close(report->formatted);

    groups_free(report->groups);
    g_free(report);
    return is_good;
}

const struct report_format_ops report_grouped = {
    .open = grouped_open,
    .finding = grouped_finding,
    .summary = grouped_summary,
    .close = grouped_close,
};
