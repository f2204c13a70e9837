/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The datagrams seen last beside the tunnels, by what is in them; where a tunnel was captured in two places, those inside it, too. */
#ifndef IPIP_CORE_FLOW_SIGHTINGS_H
#define IPIP_CORE_FLOW_SIGHTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/packet.h"
#include "ipip/stack.h"

enum { SIGHTING_HEADER_MAX = IPIP_IPV4_HEADER_MAX };

/* A datagram as it was seen in one place. */
struct sighting {
    uint64_t content; /* as in history.h */
    uint64_t frame;
    uint64_t place;
    uint64_t payload; /* hash of what is captured of it; of a datagram inside a tunnel only */
    int64_t time;
    uint32_t payload_bytes;
    bool is_inside;       /* a tunnel */
    bool is_out;          /* has come out of one */
    bool is_nested;       /* in one that is in another one */
    uint8_t outer_tclass; /* of one inside: that of the tunnel header, with the ECN field that arrived */
    uint8_t header_bytes; /* of IPv6 the fixed header, and what fits in of extension headers */
    uint8_t header[SIGHTING_HEADER_MAX];
};

/* The TTL of such a header, or Hop Limit; and the octet TOS, or Traffic Class. */
static inline uint8_t sighting_ttl(const uint8_t *header)
{
    return header[header[0] >> 4 == 6 ? 7 : 8];
}

static inline uint8_t sighting_tclass(const uint8_t *header)
{
    return (uint8_t)(header[0] >> 4 == 6 ? header[0] << 4 | header[1] >> 4 : header[1]);
}

/* How much of the header is kept of a datagram that sightings_can_hold(). */
static inline uint8_t sighting_header_bytes(const struct ipip_ip *ip)
{
    return (uint8_t)(ip->header_bytes < SIGHTING_HEADER_MAX ? ip->header_bytes : SIGHTING_HEADER_MAX);
}

/*
 * In the chain of its content: what mostly tells it from others, so that few of them need be asked; the number of the next one, of another
 * content; and that of the one before with the same content, 0: none. The chain has the last one of each content.
 */
struct sighting_link {
    uint32_t tag;
    uint32_t older;
    uint32_t same;
};

struct sightings {
    struct sighting *ring;       /* NULL before the first one */
    struct sighting_link *links; /* one for each of the ring */
    uint32_t *heads;
    uint32_t mask;
    uint32_t added;  /* in all, modulo 2^32: the number of the one added last */
    bool is_starved; /* there was no memory for a ring; nothing is remembered */
};

/* `count` is a power of two. */
void sightings_init(struct sightings *s, uint32_t count);
void sightings_free(struct sightings *s);

/* The whole header and 8 octets behind it are captured: else it can't be told from others. */
bool sightings_can_hold(const struct ipip_layer *datagram);

/* One more, which sightings_can_hold(). NULL where there is no memory. */
struct sighting *sightings_add(struct sightings *s, const struct ipip_packet *packet, const struct ipip_layer *datagram,
                               uint64_t content);

/* Whether the one of this number is still there. Numbers start at 1. */
static inline bool sightings_has(const struct sightings *s, uint32_t number)
{
    return number != 0 && s->added - number <= s->mask;
}

/* False: there is none with this content. */
static inline bool sightings_may_have(const struct sightings *s, uint64_t content)
{
    const struct sighting_link *link;
    uint32_t number;

    if (s->ring == NULL)
        return false;
    number = s->heads[content & s->mask];
    link = &s->links[number & s->mask];
    return sightings_has(s, number) && (link->tag == (uint32_t)(content >> 32) || sightings_has(s, link->older));
}

/* For a content that will be looked for, where there is a ring: fetches what leads to it, and then, called again later, where it may be. */
static inline void sightings_prefetch_head(const struct sightings *s, uint64_t content)
{
    __builtin_prefetch(&s->heads[content & s->mask]);
}

static inline void sightings_prefetch_link(const struct sightings *s, uint64_t content)
{
    __builtin_prefetch(&s->links[s->heads[content & s->mask] & s->mask]);
}

/* The last one with this content; the one before it. NULL where there is none. */
struct sighting *sightings_find(const struct sightings *s, uint64_t content);
struct sighting *sightings_before(const struct sightings *s, const struct sighting *sighting);

/* The header is this one, but for what routers change. */
bool sighting_header_is(const uint8_t *header, const struct ipip_ip *quoted);

/* A datagram beside the tunnels, among those seen last, with such a header; or NULL. */
const struct sighting *sightings_find_quoted(const struct sightings *s, const struct ipip_ip *quoted);

#endif
