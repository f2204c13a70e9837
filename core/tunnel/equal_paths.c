/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/equal_paths.h"

#include "ipip/ttl_stats.h"
#include "tunnel/path_flow.h"
#include "wire/octets.h"

enum {
    KEPT_MIN = 20,
    ID_STEP_MAX = 64,       /* of a counter that does little else */
    ID_COUNT_MIN = 8,       /* packets of a counter */
    ID_TURNS_MIN = 4,       /* returns to it, which no reordered packet and no wrapped counter makes up */
    ID_DISTANCE_MIN = 1024, /* of counters that are certainly two */
    ID_TURNS_OF = 4,        /* or else one packet in so many is a return: more than the worst reordering */
};

/* Ports where the packet shows them. */
static inline uint32_t flow_hash_of(const struct ipip_layer *inner, bool has_octets)
{
    bool has_ports = has_octets &&
                     (inner->ip.protocol == IPIP_PROTOCOL_TCP || inner->ip.protocol == IPIP_PROTOCOL_UDP) &&
                     inner->ip.fragment_offset == 0;
    struct ipip_bytes payload = has_ports ? ipip_layer_payload(inner) : (struct ipip_bytes){0};
    uint64_t h = (inner->ip.src.high ^ inner->ip.src.low) * UINT64_C(0x9e3779b97f4a7c15);

    h ^= inner->ip.dst.high ^ inner->ip.dst.low;
    if (payload.captured >= 4)
        h ^= (uint64_t)wire_get32(payload.data) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ inner->ip.protocol) * UINT64_C(0xff51afd7ed558ccd);
    return (uint32_t)((h ^ h >> 29) * UINT64_C(0xc4ceb9fe1a85ec53) >> 32);
}

uint16_t path_flow_tag(const struct ipip_layer *inner, bool has_octets)
{
    return (uint16_t)(flow_hash_of(inner, has_octets) | 1);
}

/* The flow's place; a new one takes that of the flow that came first. */
static unsigned place_of(struct ipip_path_flows *flows, uint16_t tag, bool *is_new)
{
    for (unsigned i = 0; i < IPIP_PATH_FLOWS; i++) {
        if (flows->tag[i] == tag) {
            *is_new = false;
            return i;
        }
    }
    *is_new = true;
    flows->next = (uint8_t)((flows->next + 1) % IPIP_PATH_FLOWS);
    flows->tag[flows->next] = tag;
    return flows->next;
}

void ipip_path_flows_add(struct ipip_path_flows *flows, const struct ipip_layer *outer, const struct ipip_layer *inner,
                         bool has_octets)
{
    uint8_t hops = (uint8_t)(inner->ip.ttl - outer->ip.ttl);
    bool is_new;
    unsigned i = place_of(flows, (uint16_t)(flow_hash_of(inner, has_octets) | 1), &is_new);

    if (!is_new) {
        bool is_ttl_kept = flows->ttl[i] == outer->ip.ttl;
        bool is_hops_kept = flows->hops[i] == hops;

        flows->ttl_kept += is_ttl_kept;
        flows->ttl_moved += !is_ttl_kept;
        flows->hops_kept += is_hops_kept;
        flows->hops_moved += !is_hops_kept;
    }
    flows->ttl[i] = outer->ip.ttl;
    flows->hops[i] = hops;
}

bool ipip_path_flows_keep(uint32_t kept, uint32_t moved)
{
    return kept >= KEPT_MIN && ipip_is_habit(kept, kept + moved);
}

/* The counter that this Identification is the next one of, or IPIP_ID_COUNTERS. */
static unsigned nearest(const struct ipip_id_counters *c, uint16_t id)
{
    unsigned best = IPIP_ID_COUNTERS;
    unsigned best_step = ID_STEP_MAX + 1;

    for (unsigned i = 0; i < IPIP_ID_COUNTERS; i++) {
        unsigned step = (uint16_t)(id - c->last[i]);

        if (c->count[i] > 0 && step < best_step) {
            best = i;
            best_step = step;
        }
    }
    return best;
}

/* A free one, or that which has rested longest. */
static unsigned oldest(const struct ipip_id_counters *c)
{
    unsigned best = 0;

    for (unsigned i = 1; i < IPIP_ID_COUNTERS; i++) {
        if (c->used[i] < c->used[best])
            best = i;
    }
    return best;
}

void ipip_id_counters_add(struct ipip_id_counters *c, uint16_t id)
{
    bool is_next = c->count[c->current] > 0 && id == (uint16_t)(c->last[c->current] + 1);
    unsigned i = is_next ? c->current : nearest(c, id);

    c->clock++;
    if (i == IPIP_ID_COUNTERS) {
        i = oldest(c);
        c->count[i] = c->turns[i] = 0;
    } else if (c->last[i] == id) {
        return; /* the same once more */
    } else {
        c->matched++;
        c->turns[i] += i != c->current;
    }
    c->count[i]++;
    c->used[i] = c->clock;
    c->last[i] = id;
    c->current = (uint8_t)i;
}

/* It goes on whenever it is its turn. */
static bool is_active(const struct ipip_id_counters *c, unsigned i)
{
    return c->count[i] >= ID_COUNT_MIN && c->turns[i] >= ID_TURNS_MIN;
}

static bool are_two(const struct ipip_id_counters *c, unsigned a, unsigned b)
{
    uint16_t up = (uint16_t)(c->last[a] - c->last[b]);
    uint16_t down = (uint16_t)(c->last[b] - c->last[a]);

    if (up >= ID_DISTANCE_MIN && down >= ID_DISTANCE_MIN)
        return true;
    return c->turns[a] >= c->count[a] / ID_TURNS_OF && c->turns[b] >= c->count[b] / ID_TURNS_OF;
}

unsigned ipip_id_counters_active(const struct ipip_id_counters *c)
{
    unsigned active = 0;

    for (unsigned i = 0; i < IPIP_ID_COUNTERS; i++) {
        bool is_apart = is_active(c, i);

        for (unsigned k = 0; is_apart && k < i; k++)
            is_apart = !is_active(c, k) || are_two(c, i, k);
        active += is_apart;
    }
    return active > 1 ? active : 0;
}
