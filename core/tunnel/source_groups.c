/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/source_groups.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/infer.h"

enum { COUNTER_PACKETS = 2 }; /* from which on a direction shows whether its Identifications count */

/* The prefix that the source is of, and the destination. */
struct key {
    struct ipip_addr prefix, dst;
};

struct member {
    struct key key;
    uint32_t index;
};

struct group {
    struct key key;
    struct ipip_source_group sum;
};

struct ipip_source_groups {
    size_t count;
    struct group *groups; /* by key */
};

static struct ipip_addr prefix_of(struct ipip_addr src)
{
    struct ipip_addr mask = ipip_address_mask(IPIP_ADDRESS_IPV4_BITS + IPIP_GROUP_PREFIX_BITS);

    return (struct ipip_addr){src.high & mask.high, src.low & mask.low};
}

static struct key key_of(const struct ipip_direction_stats *seen)
{
    return (struct key){prefix_of(seen->src), seen->dst};
}

static int compare(const struct key *a, const struct key *b)
{
    int prefix = ipip_address_compare(a->prefix, b->prefix);

    return prefix != 0 ? prefix : ipip_address_compare(a->dst, b->dst);
}

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a;
    const struct member *y = b;

    int key = compare(&x->key, &y->key);

    return key != 0 ? key : (x->index > y->index) - (x->index < y->index);
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *x = a;
    const struct group *y = b;

    return compare(&x->key, &y->key);
}

/* Its Identifications go on from packet to packet, and not because the inner ones do. */
static bool is_counter(const struct ipip_tunnel_stats *o)
{
    return o->id_rising + 1 >= o->habits.ttl.packets && !ipip_is_habit(o->habits.id_copied, o->habits.ttl.packets);
}

/* They are zero, copied or all the same: left over from an earlier use of the buffer. */
static bool is_without_counter(const struct ipip_inventory *inventory, const struct member *members, size_t count)
{
    uint32_t decisive = 0, counters = 0, same = 0, packets = 0, zero = 0, copied = 0;

    for (size_t i = 0; i < count; i++) {
        const struct ipip_tunnel_stats *o = &ipip_inventory_at(inventory, members[i].index)->stats;

        packets += o->habits.ttl.packets;
        zero += o->id_zero;
        copied += o->habits.id_copied;
        same += o->id_last == ipip_inventory_at(inventory, members[0].index)->stats.id_last;
        if (o->habits.ttl.packets >= COUNTER_PACKETS) {
            decisive++;
            counters += is_counter(o);
        }
    }
    if (decisive > 0)
        return ipip_is_habit(decisive - counters, decisive);
    return ipip_is_habit(zero, packets) || ipip_is_habit(copied, packets) || ipip_is_habit(same, (uint32_t)count);
}

static bool is_balancer(const struct ipip_inventory *inventory, const struct member *members, size_t count)
{
    uint64_t packets = 0, moved = 0;

    if (count < IPIP_GROUP_SOURCES)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct ipip_direction_stats *seen = ipip_inventory_at(inventory, members[i].index);

        if (ipip_inventory_back(inventory, seen) != NULL)
            return false;
        packets += seen->stats.habits.ttl.packets;
        moved += seen->moved;
    }
    return packets > 0 && moved * IPIP_HABIT_OF <= packets && is_without_counter(inventory, members, count);
}

static void sum_up(struct group *group, const struct ipip_inventory *inventory, const struct member *members,
                   size_t count)
{
    struct ipip_direction_stats *sum = &group->sum.seen;

    group->key = members[0].key;
    group->sum.sources = (uint32_t)count;
    group->sum.first_index = members[0].index;
    *sum = *ipip_inventory_at(inventory, members[0].index);
    sum->src = prefix_of(sum->src);
    for (size_t i = 1; i < count; i++) {
        const struct ipip_direction_stats *seen = ipip_inventory_at(inventory, members[i].index);

        ipip_tunnel_stats_merge(&sum->stats, &seen->stats);
        ipip_sizes_add(&sum->sizes, &seen->sizes);
        sum->first = seen->first < sum->first ? seen->first : sum->first;
        sum->last = seen->last > sum->last ? seen->last : sum->last;
        sum->bytes += seen->bytes;
        sum->copies += seen->copies;
        sum->outer_fragments += seen->outer_fragments;
    }
}

/* Members are in order: each run of one key may be a group. Without `groups` they are only counted. */
static size_t find_groups(struct group *groups, const struct ipip_inventory *inventory, const struct member *members,
                          size_t count)
{
    size_t found = 0;

    for (size_t begin = 0, end; begin < count; begin = end) {
        end = begin + 1;
        while (end < count && compare(&members[end].key, &members[begin].key) == 0)
            end++;
        if (!is_balancer(inventory, &members[begin], end - begin))
            continue;
        if (groups != NULL)
            sum_up(&groups[found], inventory, &members[begin], end - begin);
        found++;
    }
    return found;
}

static size_t list_members(struct member *members, const struct ipip_inventory *inventory)
{
    size_t count = 0;

    for (uint32_t i = 0; i < ipip_inventory_count(inventory); i++) {
        const struct ipip_direction_stats *seen = ipip_inventory_at(inventory, i);

        if (seen->kind == IPIP_KIND_IPIP)
            members[count++] = (struct member){key_of(seen), i};
    }
    return count;
}

struct ipip_source_groups *ipip_source_groups_new(const struct ipip_inventory *inventory)
{
    size_t count = ipip_inventory_count(inventory);
    struct ipip_source_groups *groups = calloc(1, sizeof *groups);
    struct member *members = calloc(count + 1, sizeof *members);

    if (groups != NULL && members != NULL) {
        count = list_members(members, inventory);
        qsort(members, count, sizeof *members, compare_members);
        groups->count = find_groups(NULL, inventory, members, count);
        groups->groups = calloc(groups->count + 1, sizeof *groups->groups);
        if (groups->groups != NULL)
            find_groups(groups->groups, inventory, members, count);
    }
    free(members);
    if (groups == NULL || groups->groups == NULL) {
        free(groups);
        return NULL;
    }
    return groups;
}

void ipip_source_groups_free(struct ipip_source_groups *groups)
{
    if (groups == NULL)
        return;
    free(groups->groups);
    free(groups);
}

const struct ipip_source_group *ipip_source_group_of(const struct ipip_source_groups *groups,
                                                     const struct ipip_direction_stats *seen)
{
    struct group wanted = {.key = key_of(seen)};
    const struct group *found;

    if (seen->kind != IPIP_KIND_IPIP)
        return NULL;
    found = bsearch(&wanted, groups->groups, groups->count, sizeof *groups->groups, compare_groups);
    return found != NULL ? &found->sum : NULL;
}

struct ipip_inferences ipip_source_group_infer(const struct ipip_source_group *group)
{
    struct ipip_inferences inferences = ipip_infer(&group->seen.stats);
    const struct ipip_profile *profile;

    inferences.profiles = 0;
    inferences.encapsulators = 0;
    for (unsigned i = 0; !inferences.is_few && (profile = ipip_profile_at(i)) != NULL; i++) {
        if (profile->is_source_unowned)
            inferences.profiles |= 1U << i;
    }
    return inferences;
}
