/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow_table.h"

#include "steady_hash.h"

static struct flow_count *set_of(struct flow_table *table, const struct inner_flow *flow)
{
    uint64_t ports = (uint64_t)flow->protocol << 32 | (uint64_t)flow->sport << 16 | flow->dport;

    return table->flows[steady_hash(flow->src, flow->dst, ports) % FLOW_SETS];
}

gboolean flow_table_add(struct flow_table *table, const struct inner_flow *flow, uint32_t bytes)
{
    struct flow_count *set = set_of(table, flow), *least = set;
    gboolean is_new = TRUE;

    for (unsigned i = 0; i < FLOW_WAYS && is_new; i++) {
        if (set[i].packets < least->packets)
            least = &set[i];
        if (inner_flow_equal(&set[i].flow, flow)) {
            least = &set[i];
            is_new = FALSE;
        }
    }
    if (is_new) {
        table->is_full |= least->packets > 0;
        *least = (struct flow_count){
            .flow = *flow, .number = table->seen, .packets = least->packets, .others = least->packets};
    }
    table->seen++;
    least->packets++;
    least->bytes += bytes;
    least->largest = MAX(least->largest, bytes);
    return is_new;
}

static gboolean is_before(const struct flow_count *a, const struct flow_count *b)
{
    return a->packets != b->packets ? a->packets > b->packets : a->number < b->number;
}

unsigned flow_table_top(const struct flow_table *table, const struct flow_count *top[], unsigned most)
{
    const struct flow_count *all = table->flows[0];
    unsigned count = 0;

    for (unsigned i = 0; i < FLOWS_MAX; i++) {
        unsigned at = count;

        if (all[i].packets == 0)
            continue;
        while (at > 0 && is_before(&all[i], top[at - 1]))
            at--;
        if (at == most)
            continue;
        count = MIN(count + 1, most);
        for (unsigned k = count - 1; k > at; k--)
            top[k] = top[k - 1];
        top[at] = &all[i];
    }
    return count;
}
