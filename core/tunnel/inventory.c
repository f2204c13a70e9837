/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/inventory.h"

#include <stdlib.h>

#include "packet/sent_flows.h"
#include "table/hash.h"
#include "wire/octets.h"

enum {
    CHUNK_ROWS = 4096, /* rows never move: what is needed for more is more of them, not another copy */
    PLACES_AT_FIRST = 1024,
    CLIENTS = 1 << 13,
    RECENT_BITS = 6,
    WIRE_MAX = 1500, /* larger ones may be several packets on the wire */
};

_Static_assert(sizeof(struct ipip_direction_stats) <= 480, "as inventory.h promises");

/* An inner source and port behind an exit, and the direction that its packets came in last. */
struct client {
    uint32_t tag;
    uint32_t index;
};

struct ipip_inventory {
    struct hash_keys keys;
    uint32_t max;
    uint32_t count;
    struct ipip_direction_stats **chunks;
    /* Hash and index + 1 of each row, at the place of the hash or the next free one; at most half of the places are taken. */
    uint64_t *places;
    uint32_t place_mask;
    struct ipip_direction_stats *recent[1 << RECENT_BITS]; /* rows of late, by their addresses; NULL: none */
    struct sent_flows sent;
    struct client *clients; /* CLIENTS: of two in one place the later one stays */
    uint64_t left_out;
    bool is_starved;
};

static struct ipip_sizes *sizes_of(void *owner, struct ipip_addr src, struct ipip_addr dst);

struct ipip_inventory *ipip_inventory_new(uint32_t max, uint64_t seed)
{
    struct ipip_inventory *inventory = calloc(1, sizeof *inventory);

    if (inventory == NULL)
        return NULL;
    hash_init(&inventory->keys, seed);
    inventory->max = max;
    inventory->chunks = calloc(max / CHUNK_ROWS + 1, sizeof(struct ipip_direction_stats *));
    inventory->places = calloc(PLACES_AT_FIRST, sizeof *inventory->places);
    inventory->place_mask = PLACES_AT_FIRST - 1;
    inventory->clients = calloc(CLIENTS, sizeof *inventory->clients);
    if (inventory->chunks == NULL || inventory->places == NULL || inventory->clients == NULL ||
        !sent_flows_init(&inventory->sent, seed, sizes_of, inventory)) {
        ipip_inventory_free(inventory);
        return NULL;
    }
    return inventory;
}

void ipip_inventory_free(struct ipip_inventory *inventory)
{
    if (inventory == NULL)
        return;
    for (uint32_t i = 0; inventory->chunks != NULL && i <= inventory->max / CHUNK_ROWS; i++)
        free(inventory->chunks[i]);
    free((void *)inventory->chunks);
    free(inventory->places);
    free(inventory->clients);
    sent_flows_free(&inventory->sent);
    free(inventory);
}

static struct ipip_direction_stats *row_at(const struct ipip_inventory *inventory, uint32_t index)
{
    return &inventory->chunks[index / CHUNK_ROWS][index % CHUNK_ROWS];
}

static uint32_t hash_of_direction(const struct ipip_inventory *inventory, struct ipip_addr src, struct ipip_addr dst)
{
    uint64_t words[] = {src.high, src.low, dst.high, dst.low};

    return (uint32_t)hash_of(&inventory->keys, words, 2);
}

static inline unsigned recent_place(struct ipip_addr src, struct ipip_addr dst)
{
    return (uint32_t)(src.low + 3 * dst.low) * 0x9e3779b1U >> (32 - RECENT_BITS);
}

/* Packets come in trains: most are of a direction of late. */
static inline struct ipip_direction_stats *find_recent(const struct ipip_inventory *inventory, struct ipip_addr src,
                                                       struct ipip_addr dst)
{
    struct ipip_direction_stats *seen = inventory->recent[recent_place(src, dst)];

    return seen != NULL && ipip_address_equal(seen->src, src) && ipip_address_equal(seen->dst, dst) ? seen : NULL;
}

static struct ipip_direction_stats *find(const struct ipip_inventory *inventory, struct ipip_addr src,
                                         struct ipip_addr dst, uint32_t hash)
{
    uint32_t mask = inventory->place_mask;
    uint64_t place;

    for (uint32_t i = hash & mask; (place = inventory->places[i]) != 0; i = (i + 1) & mask) {
        struct ipip_direction_stats *seen = row_at(inventory, (uint32_t)place - 1);

        if (place >> 32 == hash && ipip_address_equal(seen->src, src) && ipip_address_equal(seen->dst, dst))
            return seen;
    }
    return NULL;
}

static void put(uint64_t *places, uint32_t mask, uint64_t place)
{
    uint32_t i = (uint32_t)(place >> 32) & mask;

    while (places[i] != 0)
        i = (i + 1) & mask;
    places[i] = place;
}

static bool grow_places(struct ipip_inventory *inventory)
{
    uint32_t mask = 2 * inventory->place_mask + 1;
    uint64_t *places = calloc((size_t)mask + 1, sizeof *places);

    if (places == NULL)
        return false;
    for (uint32_t i = 0; i <= inventory->place_mask; i++) {
        if (inventory->places[i] != 0)
            put(places, mask, inventory->places[i]);
    }
    free(inventory->places);
    inventory->places = places;
    inventory->place_mask = mask;
    return true;
}

/* There is a row, and a place for it. */
static bool make_room(struct ipip_inventory *inventory)
{
    struct ipip_direction_stats **chunk = &inventory->chunks[inventory->count / CHUNK_ROWS];

    if (*chunk == NULL)
        *chunk = calloc(CHUNK_ROWS, sizeof **chunk);
    return *chunk != NULL && (inventory->count < inventory->place_mask / 2 || grow_places(inventory));
}

static struct ipip_direction_stats *add(struct ipip_inventory *inventory, struct ipip_addr src, struct ipip_addr dst,
                                        uint32_t hash)
{
    struct ipip_direction_stats *seen;

    if (inventory->count < inventory->max && !inventory->is_starved)
        inventory->is_starved = !make_room(inventory);
    if (inventory->count == inventory->max || inventory->is_starved) {
        inventory->left_out++;
        return NULL;
    }
    seen = row_at(inventory, inventory->count);
    seen->index = inventory->count++;
    seen->src = src;
    seen->dst = dst;
    put(inventory->places, inventory->place_mask, (uint64_t)hash << 32 | inventory->count);
    return seen;
}

struct ipip_direction_stats *ipip_inventory_get(struct ipip_inventory *inventory, struct ipip_addr src,
                                                struct ipip_addr dst)
{
    struct ipip_direction_stats *seen = find_recent(inventory, src, dst);
    uint32_t hash;

    if (seen != NULL)
        return seen;
    hash = hash_of_direction(inventory, src, dst);
    seen = find(inventory, src, dst, hash);
    if (seen == NULL)
        seen = add(inventory, src, dst, hash);
    inventory->recent[recent_place(src, dst)] = seen;
    return seen;
}

const struct ipip_direction_stats *ipip_inventory_find(const struct ipip_inventory *inventory, struct ipip_addr src,
                                                       struct ipip_addr dst)
{
    const struct ipip_direction_stats *seen = find_recent(inventory, src, dst);

    return seen != NULL ? seen : find(inventory, src, dst, hash_of_direction(inventory, src, dst));
}

uint32_t ipip_inventory_count(const struct ipip_inventory *inventory)
{
    return inventory->count;
}

const struct ipip_direction_stats *ipip_inventory_at(const struct ipip_inventory *inventory, uint32_t index)
{
    return row_at(inventory, index);
}

uint64_t ipip_inventory_left_out(const struct ipip_inventory *inventory)
{
    return inventory->left_out;
}

bool ipip_inventory_is_out_of_memory(const struct ipip_inventory *inventory)
{
    return inventory->is_starved;
}

static void observe(struct ipip_direction_stats *seen, const struct ipip_layer *outer, bool is_fragment, bool is_whole,
                    bool has_octets, int64_t time)
{
    if (seen->stats.habits.ttl.packets == 0 && seen->outer_fragments == 0)
        seen->first = seen->last = time;
    if (time < seen->first)
        seen->first = time;
    if (time > seen->last)
        seen->last = time;
    seen->outer_fragments += is_fragment;
    if (is_whole) {
        ipip_tunnel_stats_add(&seen->stats, outer, outer + 1, has_octets);
        seen->bytes += outer->ip.total_bytes;
    }
}

/* Whether a client's packets to an exit always come from the same outer source (see source_groups.h). */
static void follow_client(struct ipip_inventory *inventory, struct ipip_direction_stats *seen,
                          const struct ipip_layer *inner)
{
    bool has_ports = inner->ip.protocol == IPIP_PROTOCOL_TCP || inner->ip.protocol == IPIP_PROTOCOL_UDP;
    struct ipip_bytes payload = ipip_layer_payload(inner);
    uint64_t words[] = {inner->ip.src.high, inner->ip.src.low, seen->dst.high, seen->dst.low, 0, 0};
    struct client *client;
    uint64_t hash;
    uint32_t tag;

    if (!has_ports || ipip_ip_is_fragment(&inner->ip) || payload.captured < 2)
        return;
    words[4] = wire_get16(payload.data);
    hash = hash_of(&inventory->keys, words, 3);
    client = &inventory->clients[hash % CLIENTS];
    tag = (uint32_t)(hash >> 32) | 1;
    seen->moved += client->tag == tag && client->index != seen->index;
    *client = (struct client){tag, seen->index};
}

/* The octets of what was reassembled may be gone. */
static bool octets_are_there(const struct ipip_stack *stack)
{
    for (unsigned k = 0; k < stack->count; k++) {
        if (stack->layers[k].is_reassembled)
            return false;
    }
    return stack->count > 0;
}

static struct ipip_sizes *sizes_of(void *owner, struct ipip_addr src, struct ipip_addr dst)
{
    struct ipip_direction_stats *seen = find(owner, src, dst, hash_of_direction(owner, src, dst));

    return seen != NULL ? &seen->sizes : NULL;
}

/* What the innermost datagram shows of the sizes that get through the tunnel around it. */
static const struct ipip_direction_stats *add_sizes(struct ipip_inventory *inventory, const struct ipip_stack *stack,
                                                    struct ipip_direction_stats *seen, int64_t time)
{
    struct sent_packet packet = {.inner = &stack->layers[stack->count - 1], .time = time};
    struct sent_change change;

    if (inventory->count == 0)
        return NULL;
    if (seen != NULL && stack->layers[0].ip.total_bytes <= WIRE_MAX) {
        packet.sizes = &seen->sizes;
        packet.src = seen->src;
        packet.dst = seen->dst;
        packet.is_answered = ipip_inventory_find(inventory, seen->dst, seen->src) != NULL;
    }
    sent_flows_add(&inventory->sent, &packet, &change);
    return change.answered != NULL ? ipip_inventory_find(inventory, change.src, change.dst) : NULL;
}

const struct ipip_direction_stats *ipip_inventory_add(struct ipip_inventory *inventory, const struct ipip_stack *stack,
                                                      uint32_t copied, int64_t time)
{
    bool has_octets = octets_are_there(stack);
    struct ipip_direction_stats *innermost = NULL;

    for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
        const struct ipip_layer *outer = &stack->layers[k];
        bool is_last = k + 1 == stack->count;
        bool is_copy = (copied >> k & 1) != 0;
        bool is_fragment = outer->is_reassembled || (is_last && stack->end == IPIP_END_FRAGMENT);
        struct ipip_direction_stats *seen = NULL;

        if (is_fragment || !is_last)
            seen = ipip_inventory_get(inventory, outer->ip.src, outer->ip.dst);
        if (seen != NULL && is_copy)
            seen->copies++;
        else if (seen != NULL)
            observe(seen, outer, is_fragment, !is_last, has_octets, time);
        if (seen != NULL && !is_copy && !is_last && has_octets)
            follow_client(inventory, seen, outer + 1);
        innermost = is_last ? innermost : seen;
    }
    return has_octets ? add_sizes(inventory, stack, innermost, time) : NULL;
}
