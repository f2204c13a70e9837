/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same datagram without and with a tunnel header around it: a tunnel device captured with the physical interface.
 */
#define WS_BUILD_DLL
#include "ipip/age.h"
#include "last_seen.h"
#include "link_sources.h"

enum { BITS = 16 };

/* Later than this it is another packet, or has been somewhere else. */
static const uint64_t APART_MAX = 5 * IPIP_AGE_SECOND;

static struct last_seen bare;
static struct last_seen carried;

void link_copies_open(uint64_t seed)
{
    last_seen_open(&bare, BITS, seed);
    last_seen_open(&carried, BITS, seed);
}

void link_copies_close(void)
{
    last_seen_close(&bare);
    last_seen_close(&carried);
}

static uint32_t word(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
}

/* What stays the same on the path: not TTL, TOS and checksums, of which that of UDP may be left to the network card. */
static bool key_of(const struct ipip_layer *layer, struct last_seen_key *key)
{
    struct ipip_bytes payload = ipip_layer_payload(layer);
    const struct ipip_ip *ip = &layer->ip;
    uint32_t second;

    if (payload.captured < 8)
        return false;
    second = word(payload.data + 4);
    if (ip->protocol == IPIP_PROTOCOL_UDP && ip->fragment_offset == 0)
        second &= 0xffff0000;
    *key = (struct last_seen_key){{ip->src.high, ip->src.low, ip->dst.high, ip->dst.low,
                                   (uint64_t)ip->id << 32 | ip->total_bytes,
                                   (uint64_t)ip->protocol << 33 | (uint64_t)ipip_ip_mf(ip) << 32 | ip->fragment_offset,
                                   (uint64_t)word(payload.data) << 32 | second}};
    return true;
}

static const struct link_end *recent(const struct last_seen *table, const struct last_seen_key *key, int64_t time)
{
    const struct link_end *end = last_seen_find(table, key);

    return end != NULL && ipip_age_distance(time, end->time) <= APART_MAX ? end : NULL;
}

void link_copies_learn(const struct ipip_stack *stack, const struct ipip_packet *packet)
{
    struct link_end end = link_end_at(packet);
    struct last_seen_key key;
    const struct link_end *other;

    for (unsigned k = 0; k < stack->count; k++) {
        if (stack->layers[k].is_reassembled || !key_of(&stack->layers[k], &key))
            continue;
        other = recent(k == 0 ? &carried : &bare, &key, end.time);
        if (k == 0) {
            end.layer = stack->layers[0].kind != IPIP_KIND_NONE ? 0 : LINK_INNER_SIDE;
        } else {
            end.layer = k - 1;
            end.src = stack->layers[k - 1].ip.src;
            end.dst = stack->layers[k - 1].ip.dst;
        }
        if (other != NULL)
            links_tie(k == 0 ? LINK_ENCAPSULATED_IN : LINK_INNER_IN, &end, other);
        last_seen_put(k == 0 ? &bare : &carried, &key, &end);
    }
}
