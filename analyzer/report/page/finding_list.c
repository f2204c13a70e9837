/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_list.h"

#include <string.h>

#include "../fold.h"
#include "finding_html.h"
#include "finding_marks.h"
#include "out_of_memory.h"
#include "printable.h"
#include "seed.h"

struct finding_list {
    gboolean is_all;
    unsigned kept;
    struct folds *folds;
    struct rule_findings *rules[IPIP_RULES_MAX];
    GHashTable *breaches; /* struct breach is its own key */
    struct finding_marks *marks;
    uint64_t lost;
};

static void merge_counts(void *to, const void *in)
{
    *(uint64_t *)to += *(const uint64_t *)in;
}

static guint hash_of_breach(gconstpointer key)
{
    const struct breach *breach = key;

    return hash_tunnel(&breach->direction) ^ (guint)breach->rule_index * 2654435761U;
}

static gboolean is_same_breach(gconstpointer a, gconstpointer b)
{
    const struct breach *x = a, *y = b;

    return x->rule_index == y->rule_index && ipip_tunnel_direction_equal(&x->direction, &y->direction);
}

struct finding_list *finding_list_new(gboolean is_all)
{
    struct finding_list *list = g_new0(struct finding_list, 1);

    list->is_all = is_all;
    list->folds = folds_new();
    list->breaches = g_hash_table_new_full(hash_of_breach, is_same_breach, g_free, NULL);
    list->marks = finding_marks_new();
    return list;
}

void finding_list_free(struct finding_list *list)
{
    for (size_t i = 0; i < IPIP_RULES_MAX; i++) {
        if (list->rules[i] == NULL)
            continue;
        timeline_clear(&list->rules[i]->times);
        g_free(list->rules[i]->first_file);
        g_string_free(list->rules[i]->html, TRUE);
        g_free(list->rules[i]);
    }
    folds_free(list->folds);
    g_hash_table_unref(list->breaches);
    finding_marks_free(list->marks);
    g_free(list);
}

static struct rule_findings *rule_of(struct finding_list *list, const struct report_finding *finding)
{
    struct rule_findings **rule = &list->rules[finding->rule_index];

    if (*rule == NULL) {
        *rule = g_new0(struct rule_findings, 1);
        (*rule)->times = timeline_new(sizeof(uint64_t), merge_counts);
        (*rule)->first_file = printable(finding->site.file);
        (*rule)->first_frame = finding->site.frame;
        (*rule)->html = g_string_new(NULL);
    }
    return *rule;
}

/* TRUE where the tunnel is new to the rule. */
static gboolean add_breach(struct finding_list *list, const struct report_finding *finding, uint64_t count)
{
    struct breach key = {finding->direction, finding->rule_index, finding->severity, 0};
    struct breach *breach = g_hash_table_lookup(list->breaches, &key);
    gboolean is_new = breach == NULL;

    if (is_new && g_hash_table_size(list->breaches) == BREACHES_MAX) {
        list->lost++;
        return FALSE;
    }
    if (is_new) {
        breach = g_memdup2(&key, sizeof key);
        g_hash_table_add(list->breaches, breach);
    }
    breach->count += count;
    breach->severity = MAX(breach->severity, finding->severity);
    return is_new;
}

static gboolean is_kept(const struct finding_list *list, const struct report_finding *finding)
{
    gboolean is_first = finding->of_packet == NULL || folds_show(list->folds, finding->rule_index, &finding->direction,
                                                                 finding->site.file, finding->site.frame);

    return (is_first || list->is_all) && list->kept < (list->is_all ? FINDINGS_KEPT_ALL : FINDINGS_KEPT);
}

static void keep(struct finding_list *list, struct rule_findings *rule, const struct report_finding *finding)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);

    if (memory == NULL)
        out_of_memory();
    finding_html_put(memory, finding, ++list->kept);
    if (fclose(memory) != 0)
        out_of_memory();
    g_string_append_len(rule->html, text, (gssize)length);
    g_free(text);
    rule->shown++;
}

gboolean finding_list_add(struct finding_list *list, const struct report_finding *finding)
{
    struct rule_findings *rule = rule_of(list, finding);
    uint64_t count = finding->of_packet != NULL ? 1 : finding->count;
    gboolean is_shown = is_kept(list, finding);

    rule->severity = MAX(rule->severity, finding->severity);
    rule->count += count;
    rule->tunnels += add_breach(list, finding, count);
    ++*(uint64_t *)timeline_at(&rule->times, finding->site.time);
    list->lost += !finding_marks_add(list->marks, finding);
    if (is_shown)
        keep(list, rule, finding);
    else
        rule->hidden++;
    return is_shown;
}

const struct rule_findings *finding_list_rule(const struct finding_list *list, size_t rule_index)
{
    return list->rules[rule_index];
}

static gint compare_rules(gconstpointer a, gconstpointer b, gpointer context)
{
    const struct finding_list *list = context;
    const struct rule_findings *x = list->rules[*(const guint *)a], *y = list->rules[*(const guint *)b];

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return x->count != y->count ? (x->count > y->count ? -1 : 1) : 0;
}

GArray *finding_list_order(const struct finding_list *list)
{
    GArray *order = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < IPIP_RULES_MAX; i++) {
        if (list->rules[i] != NULL)
            g_array_append_val(order, i);
    }
    g_array_sort_with_data(order, compare_rules, (gpointer)list);
    return order;
}

static gint compare_breaches(gconstpointer a, gconstpointer b)
{
    const struct breach *x = *(const struct breach *const *)a, *y = *(const struct breach *const *)b;

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return x->rule_index < y->rule_index ? -1 : x->rule_index > y->rule_index;
}

GPtrArray *finding_list_breaches(const struct finding_list *list, const struct ipip_tunnel_direction *direction)
{
    GPtrArray *found = g_ptr_array_new();

    for (size_t i = 0; i < IPIP_RULES_MAX; i++) {
        struct breach key = {*direction, i, IPIP_NOTE, 0};
        struct breach *breach = list->rules[i] != NULL ? g_hash_table_lookup(list->breaches, &key) : NULL;

        if (breach != NULL)
            g_ptr_array_add(found, breach);
    }
    g_ptr_array_sort(found, compare_breaches);
    return found;
}

int finding_list_mark(const struct finding_list *list, const struct ipip_tunnel_direction *direction,
                      enum mark_kind kind, uint32_t inner, uint32_t outer)
{
    return finding_marks_find(list->marks, &(struct finding_mark){*direction, kind, inner, outer, 0});
}

uint64_t finding_list_lost(const struct finding_list *list)
{
    return list->lost;
}
