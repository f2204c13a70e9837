/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/inventory.h"

#include <stdlib.h>

#include "packet/sent_flows.h"
#include "table/lru.h"
#include "tunnel/direction_table.h"
#include "wire/octets.h"

enum {
    CLIENTS = 1 << 13,
    WIRE_MAX = 1500, /* larger ones may be several packets on the wire */
};

/* An inner source and port behind an exit, and the direction that its packets came in last. */
struct client {
    uint32_t index;
};

struct ipip_inventory {
    struct ipip_kinds kinds;
    struct direction_table table;
    struct sent_flows sent;
    struct lru clients; /* of struct client */
    uint64_t unread;    /* tunnel headers */
};

static sent_sizes_of sizes_of;

struct ipip_inventory *ipip_inventory_new(const struct ipip_kinds *kinds, uint32_t max, uint64_t seed)
{
    struct ipip_inventory *inventory = calloc(1, sizeof *inventory);

    if (inventory == NULL)
        return NULL;
    inventory->kinds = *kinds;
    if (!direction_table_init(&inventory->table, max, seed) ||
        !lru_init(&inventory->clients, sizeof(struct client), CLIENTS, seed) ||
        !sent_flows_init(&inventory->sent, SENT_FLOWS_MAX, seed, sizes_of, inventory)) {
        ipip_inventory_free(inventory);
        return NULL;
    }
    return inventory;
}

void ipip_inventory_free(struct ipip_inventory *inventory)
{
    if (inventory == NULL)
        return;
    direction_table_free(&inventory->table);
    lru_free(&inventory->clients);
    sent_flows_free(&inventory->sent);
    free(inventory);
}

struct ipip_direction_stats *ipip_inventory_get(struct ipip_inventory *inventory,
                                                const struct ipip_tunnel_direction *direction)
{
    return direction_get(&inventory->table, direction->src, direction->dst, direction_sort(direction));
}

const struct ipip_direction_stats *ipip_inventory_find(const struct ipip_inventory *inventory,
                                                       const struct ipip_tunnel_direction *direction)
{
    return direction_find(&inventory->table, direction->src, direction->dst, direction_sort(direction));
}

struct ipip_kind_stats *ipip_inventory_kind_stats(const struct ipip_inventory *inventory,
                                                  const struct ipip_direction_stats *seen)
{
    return seen->kind == IPIP_KIND_IPIP ? NULL : direction_more(&inventory->table, seen);
}

struct ipip_tunnel_direction ipip_inventory_which(const struct ipip_inventory *inventory,
                                                  const struct ipip_direction_stats *seen)
{
    const struct ipip_kind_stats *more = ipip_inventory_kind_stats(inventory, seen);

    return (struct ipip_tunnel_direction){seen->src, seen->dst, (enum ipip_kind)seen->kind,
                                          more != NULL ? more->discriminator : 0};
}

static inline uint64_t sort_of(const struct ipip_inventory *inventory, const struct ipip_direction_stats *seen)
{
    if (seen->kind == IPIP_KIND_IPIP)
        return DIRECTION_IPIP;
    return (uint64_t)seen->kind << DIRECTION_KIND | direction_more(&inventory->table, seen)->discriminator;
}

const struct ipip_direction_stats *ipip_inventory_back(const struct ipip_inventory *inventory,
                                                       const struct ipip_direction_stats *seen)
{
    struct ipip_tunnel_direction which = ipip_inventory_which(inventory, seen);
    struct ipip_tunnel_direction back = ipip_tunnel_direction_back(&which);

    return ipip_inventory_find(inventory, &back);
}

uint32_t ipip_inventory_packets(const struct ipip_inventory *inventory, const struct ipip_direction_stats *seen)
{
    const struct ipip_kind_stats *more = ipip_inventory_kind_stats(inventory, seen);

    return more != NULL ? more->packets : seen->stats.habits.ttl.packets;
}

uint32_t ipip_inventory_count(const struct ipip_inventory *inventory)
{
    return inventory->table.count;
}

const struct ipip_direction_stats *ipip_inventory_at(const struct ipip_inventory *inventory, uint32_t index)
{
    return direction_row(&inventory->table, index);
}

uint64_t ipip_inventory_left_out(const struct ipip_inventory *inventory)
{
    return inventory->table.left_out;
}

uint64_t ipip_inventory_unread(const struct ipip_inventory *inventory)
{
    return inventory->unread;
}

bool ipip_inventory_is_out_of_memory(const struct ipip_inventory *inventory)
{
    return inventory->table.is_starved || inventory->clients.is_starved || inventory->sent.rows.is_starved;
}

/* The direction, of which so many packets came before, is met at `time`, maybe by no more than a fragment. */
static inline void meet(struct ipip_direction_stats *seen, uint32_t packets, bool is_fragment, int64_t time)
{
    if (packets == 0 && seen->outer_fragments == 0)
        seen->first = seen->last = time;
    if (time < seen->first)
        seen->first = time;
    if (time > seen->last)
        seen->last = time;
    seen->outer_fragments += is_fragment;
}

/* Whether a client's packets to an exit always come from the same outer source (see source_groups.h). */
static inline __attribute__((always_inline)) void
follow_client(struct ipip_inventory *inventory, struct ipip_direction_stats *seen, const struct ipip_layer *inner)
{
    bool has_ports = inner->ip.protocol == IPIP_PROTOCOL_TCP || inner->ip.protocol == IPIP_PROTOCOL_UDP;
    struct ipip_bytes payload = ipip_layer_payload(inner);
    uint64_t words[] = {inner->ip.src.high, inner->ip.src.low, seen->dst.high, seen->dst.low, 0, 0};
    struct client *client;
    bool is_new;

    if (!has_ports || ipip_ip_is_fragment(&inner->ip) || payload.captured < 2)
        return;
    words[4] = wire_get16(payload.data);
    client = lru_row(&inventory->clients,
                     lru_get(&inventory->clients, hash_of(&inventory->clients.keys, words, 3), &is_new));
    seen->moved += !is_new && client->index != seen->index;
    client->index = seen->index;
}

static struct ipip_sizes *sizes_of(void *owner, struct ipip_addr src, struct ipip_addr dst, uint64_t sort)
{
    const struct ipip_inventory *inventory = owner;
    struct ipip_direction_stats *seen = direction_find(&inventory->table, src, dst, sort);

    return seen != NULL ? &seen->sizes : NULL;
}

/* Frames that went another way, and are no larger or smaller for the tunnel. */
static inline bool is_mirror(const struct ipip_direction_stats *seen)
{
    return seen->kind == IPIP_KIND_ERSPAN || seen->kind == IPIP_KIND_ERSPAN6;
}

/* What the innermost datagram shows of the sizes that get through the tunnel around it. */
static inline const struct ipip_direction_stats *add_sizes(struct ipip_inventory *inventory,
                                                           const struct ipip_stack *stack,
                                                           struct ipip_direction_stats *seen, int64_t time)
{
    struct sent_packet packet = {.inner = &stack->layers[stack->count - 1], .time = time};
    struct sent_change change;

    if (inventory->table.count == 0)
        return NULL;
    if (seen != NULL && !is_mirror(seen) && stack->layers[0].ip.total_bytes <= WIRE_MAX) {
        packet.sort = sort_of(inventory, seen);
        packet.sizes = &seen->sizes;
        packet.src = seen->src;
        packet.dst = seen->dst;
        packet.is_answered = direction_find(&inventory->table, seen->dst, seen->src, packet.sort) != NULL;
    }
    sent_flows_add(&inventory->sent, &packet, &change);
    return change.answered != NULL ? direction_find(&inventory->table, change.src, change.dst, change.sort) : NULL;
}

/* The octets of a layer are there: none in which it lies was reassembled, or nothing was in there that was reassembled later. */
static bool has_octets_of(const struct ipip_stack *stack, unsigned layer)
{
    bool is_first = true;

    for (unsigned k = stack->count; k-- > 0;) {
        if (!stack->layers[k].is_reassembled)
            continue;
        if (k <= layer)
            return is_first;
        is_first = false;
    }
    return true;
}

const struct ipip_direction_stats *ipip_inventory_of(const struct ipip_inventory *inventory,
                                                     const struct ipip_stack *stack, unsigned layer)
{
    const struct ipip_layer *outer = &stack->layers[layer];
    struct ipip_tunnel_direction direction;

    if (outer->kind == IPIP_KIND_IPIP)
        return direction_find(&inventory->table, outer->ip.src, outer->ip.dst, DIRECTION_IPIP);
    if (!has_octets_of(stack, layer))
        return NULL;
    direction = ipip_tunnel_direction_of(&inventory->kinds, outer);
    return ipip_inventory_find(inventory, &direction);
}

/* What is inside can't be read by nature, not for damage. */
static bool is_opaque(const struct ipip_stack *stack)
{
    return stack->end == IPIP_END_OPAQUE || stack->end == IPIP_END_NOT_IP;
}

/* Counts a packet of a direction of another kind than IPv4 in IPv4. */
static void count_other(struct ipip_inventory *inventory, struct ipip_direction_stats *seen,
                        const struct ipip_layer *outer, const struct ipip_layer *inner, bool has_octets)
{
    bool is_opaque_kind = ipip_kind_about((enum ipip_kind)seen->kind)->payload == IPIP_PAYLOAD_OPAQUE;

    if (is_opaque_kind && inner == NULL)
        ipip_tunnel_stats_add_opaque(&seen->stats, outer);
    else if (inner != NULL && inner->ip.version == 6)
        ipip_tunnel_stats_add_ipv6_inside(&seen->stats, outer, inner, has_octets);
    else if (inner != NULL)
        ipip_tunnel_stats_add(&seen->stats, outer, inner, has_octets);
    else if (outer->ip.total_bytes > seen->stats.largest)
        seen->stats.largest = (uint16_t)outer->ip.total_bytes;
    ipip_kind_stats_add(direction_more(&inventory->table, seen), &inventory->kinds, outer, inner, has_octets);
    seen->bytes += outer->ip.total_bytes;
    if (has_octets)
        follow_client(inventory, seen, inner);
}

/* A tunnel header of such a kind. */
static __attribute__((noinline)) struct ipip_direction_stats *
add_other(struct ipip_inventory *inventory, const struct ipip_stack *stack, unsigned layer, bool is_copy, int64_t time)
{
    const struct ipip_layer *outer = &stack->layers[layer];
    const struct ipip_layer *inner = layer + 1 < stack->count ? outer + 1 : NULL;
    bool is_piece = inner == NULL && !outer->is_reassembled && ipip_ip_is_fragment(&outer->ip);
    bool is_counted = inner != NULL || (is_opaque(stack) && outer->ip.fragment_offset == 0);
    struct ipip_tunnel_direction direction;
    struct ipip_direction_stats *seen;

    if ((!is_counted && !is_piece) || !has_octets_of(stack, layer))
        return NULL;
    direction = ipip_tunnel_direction_of(&inventory->kinds, outer);
    seen = ipip_inventory_get(inventory, &direction);
    if (seen == NULL)
        return NULL;
    if (is_copy) {
        seen->copies++;
        return seen;
    }
    meet(seen, direction_more(&inventory->table, seen)->packets, is_piece || outer->is_reassembled, time);
    if (is_counted)
        count_other(inventory, seen, outer, inner, inner != NULL && has_octets_of(stack, layer + 1));
    return seen;
}

static inline struct ipip_direction_stats *add_ipip(struct ipip_inventory *inventory, const struct ipip_stack *stack,
                                                    unsigned layer, bool is_copy, bool has_octets, int64_t time)
{
    const struct ipip_layer *outer = &stack->layers[layer];
    bool is_last = layer + 1 == stack->count;
    bool is_fragment = outer->is_reassembled || (is_last && stack->end == IPIP_END_FRAGMENT);
    struct ipip_direction_stats *seen = NULL;

    if (is_fragment || !is_last)
        seen = direction_get(&inventory->table, outer->ip.src, outer->ip.dst, DIRECTION_IPIP);
    if (seen == NULL)
        return NULL;
    if (is_copy) {
        seen->copies++;
        return seen;
    }
    meet(seen, seen->stats.habits.ttl.packets, is_fragment, time);
    if (!is_last) {
        ipip_tunnel_stats_add(&seen->stats, outer, outer + 1, has_octets);
        seen->bytes += outer->ip.total_bytes;
        if (has_octets)
            follow_client(inventory, seen, outer + 1);
    }
    return seen;
}

/* Its innermost tunnel header holds what can't be read. */
static bool is_unread(const struct ipip_stack *stack)
{
    const unsigned ends = 1U << IPIP_END_CUT | 1U << IPIP_END_NO_ROOM | 1U << IPIP_END_INNER_VERSION |
                          1U << IPIP_END_BAD_HEADER | 1U << IPIP_END_BAD_SHIM;

    return stack->count > 0 && (ends >> stack->end & 1) != 0 && stack->layers[stack->count - 1].kind != IPIP_KIND_NONE;
}

/* No octets of any layer, where one was reassembled: for what all kinds have it is enough. */
static bool octets_are_there(const struct ipip_stack *stack)
{
    for (unsigned k = 0; k < stack->count; k++) {
        if (stack->layers[k].is_reassembled)
            return false;
    }
    return stack->count > 0;
}

const struct ipip_direction_stats *ipip_inventory_add(struct ipip_inventory *inventory, const struct ipip_stack *stack,
                                                      uint32_t copied, int64_t time)
{
    bool has_octets = octets_are_there(stack);
    struct ipip_direction_stats *innermost = NULL;

    for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
        bool is_copy = (copied >> k & 1) != 0;
        struct ipip_direction_stats *seen = stack->layers[k].kind == IPIP_KIND_IPIP
                                                ? add_ipip(inventory, stack, k, is_copy, has_octets, time)
                                                : add_other(inventory, stack, k, is_copy, time);

        innermost = k + 1 == stack->count ? innermost : seen;
    }
    inventory->unread += is_unread(stack);
    return has_octets ? add_sizes(inventory, stack, innermost, time) : NULL;
}
