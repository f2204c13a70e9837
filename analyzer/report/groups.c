/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "groups.h"

#include "../seed.h"

struct groups {
    enum group_key key;
    GHashTable *all; /* struct group is its own key */
    GPtrArray *in_order;
    guint64 left_out;
};

/* With a seed: the addresses are those of a capture. */
static guint hash_of_rule(gconstpointer key)
{
    return (guint)((const struct group *)key)->rule_index;
}

static gboolean is_same_rule(gconstpointer a, gconstpointer b)
{
    return ((const struct group *)a)->rule_index == ((const struct group *)b)->rule_index;
}

static guint hash_of_direction(gconstpointer key)
{
    return hash_tunnel(&((const struct group *)key)->direction);
}

static gboolean is_same_direction(gconstpointer a, gconstpointer b)
{
    return ipip_tunnel_direction_equal(&((const struct group *)a)->direction, &((const struct group *)b)->direction);
}

static guint hash_of_flow(gconstpointer key)
{
    const struct inner_flow *flow = &((const struct group *)key)->flow;

    return hash_addresses(flow->src, flow->dst) ^ ((guint)flow->sport << 16 | flow->dport) * 668265263U ^
           flow->protocol;
}

static gboolean is_same_flow(gconstpointer a, gconstpointer b)
{
    return inner_flow_equal(&((const struct group *)a)->flow, &((const struct group *)b)->flow);
}

struct groups *groups_new(enum group_key key)
{
    static const struct {
        GHashFunc hash;
        GEqualFunc equal;
    } functions[] = {
        [GROUP_BY_RULE] = {hash_of_rule, is_same_rule},
        [GROUP_BY_TUNNEL] = {hash_of_direction, is_same_direction},
        [GROUP_BY_INNER_FLOW] = {hash_of_flow, is_same_flow},
    };
    struct groups *groups = g_new0(struct groups, 1);

    groups->key = key;
    groups->all = g_hash_table_new(functions[key].hash, functions[key].equal);
    groups->in_order = g_ptr_array_new_with_free_func(g_free);
    return groups;
}

void groups_free(struct groups *groups)
{
    g_hash_table_unref(groups->all);
    g_ptr_array_unref(groups->in_order);
    g_free(groups);
}

static struct group *group_of(struct groups *groups, const struct report_finding *finding)
{
    struct group key = {.rule_index = finding->rule_index,
                        .direction = finding->direction,
                        .flow = finding->flow,
                        .first_file = finding->site.file,
                        .first_frame = finding->site.frame,
                        .first_time = finding->site.time,
                        .last_time = finding->site.time};
    struct group *group = g_hash_table_lookup(groups->all, &key);

    if (group != NULL || groups->in_order->len == GROUPS_MAX)
        return group;
    group = g_memdup2(&key, sizeof key);
    g_hash_table_add(groups->all, group);
    g_ptr_array_add(groups->in_order, group);
    return group;
}

void groups_add(struct groups *groups, const struct report_finding *finding)
{
    struct group *group = group_of(groups, finding);

    if (group == NULL) {
        groups->left_out++;
        return;
    }
    if (finding->site.is_known)
        group->known++;
    else
        group->findings[finding->severity]++;
    group->has_rule[finding->rule_index] = TRUE;
    group->first_time = MIN(group->first_time, finding->site.time);
    group->last_time = MAX(group->last_time, finding->site.time);
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const struct group *x = *(const struct group *const *)a;
    const struct group *y = *(const struct group *const *)b;

    for (int severity = IPIP_ERROR; severity >= IPIP_NOTE; severity--) {
        if (x->findings[severity] != y->findings[severity])
            return x->findings[severity] > y->findings[severity] ? -1 : 1;
    }
    return 0;
}

GPtrArray *groups_sorted(const struct groups *groups)
{
    GPtrArray *sorted = g_ptr_array_new();

    for (guint i = 0; i < groups->in_order->len; i++)
        g_ptr_array_add(sorted, groups->in_order->pdata[i]);
    g_ptr_array_sort(sorted, compare); /* GLib's sort is stable: of equal ones the first stays the first */
    return sorted;
}

guint64 groups_left_out(const struct groups *groups)
{
    return groups->left_out;
}
