/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/sightings.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/ipv6.h"

enum {
    CHAIN_MAX = 32,
    LATEST = 64, /* an ICMP error does not come later than so many other datagrams */
};

_Static_assert(sizeof(struct sighting) + sizeof(struct sighting_link) + sizeof(uint32_t) <= 128, "as flow.h promises");

void sightings_init(struct sightings *s, uint32_t count)
{
    *s = (struct sightings){.mask = count - 1};
}

void sightings_free(struct sightings *s)
{
    free(s->ring);
    free(s->links);
    free(s->heads);
}

static bool allocate(struct sightings *s)
{
    size_t count = s->mask + (size_t)1;

    s->ring = calloc(count, sizeof *s->ring);
    s->links = calloc(count, sizeof *s->links);
    s->heads = calloc(count, sizeof *s->heads);
    if (s->ring != NULL && s->links != NULL && s->heads != NULL)
        return true;
    sightings_free(s);
    sightings_init(s, (uint32_t)count);
    s->is_starved = true;
    return false;
}

bool sightings_can_hold(const struct ipip_layer *datagram)
{
    enum { PAYLOAD_MIN = 8 };

    return datagram->bytes.captured >= datagram->ip.header_bytes &&
           ipip_layer_payload(datagram).captured >= PAYLOAD_MIN;
}

/* In the chain that begins with the one just added, the one of the same content gives way to it, as in history_join_content(). */
static void join(struct sightings *s, uint64_t content)
{
    struct sighting_link *fresh = &s->links[s->added & s->mask];
    uint32_t *number = &fresh->older;

    for (int steps = 0; sightings_has(s, *number) && steps < CHAIN_MAX; steps++) {
        struct sighting_link *link = &s->links[*number & s->mask];

        if (link->tag == fresh->tag && s->ring[*number & s->mask].content == content) {
            fresh->same = *number;
            *number = link->older;
            return;
        }
        number = &link->older;
    }
}

struct sighting *sightings_add(struct sightings *s, const struct ipip_packet *packet, const struct ipip_layer *datagram,
                               uint64_t content)
{
    struct sighting *place;
    uint32_t *head;

    if (s->ring == NULL && (s->is_starved || !allocate(s)))
        return NULL;
    s->added += s->added == UINT32_MAX ? 2 : 1; /* 0 is no number */
    place = &s->ring[s->added & s->mask];
    head = &s->heads[content & s->mask];
    place->content = content;
    place->frame = packet->frame;
    place->place = packet->place;
    place->time = packet->time;
    place->is_inside = place->is_out = place->is_nested = false;
    place->outer_tclass = 0;
    place->header_bytes = sighting_header_bytes(&datagram->ip);
    memcpy(place->header, datagram->bytes.data, IPIP_IPV4_HEADER_MIN);
    if (place->header_bytes > IPIP_IPV4_HEADER_MIN)
        memcpy(place->header + IPIP_IPV4_HEADER_MIN, datagram->bytes.data + IPIP_IPV4_HEADER_MIN,
               place->header_bytes - IPIP_IPV4_HEADER_MIN);
    s->links[s->added & s->mask] = (struct sighting_link){(uint32_t)(content >> 32), *head, 0};
    *head = s->added;
    join(s, content);
    return place;
}

static struct sighting *first_of(const struct sightings *s, uint64_t content, uint32_t number)
{
    for (int steps = 0; sightings_has(s, number) && steps < CHAIN_MAX; steps++) {
        uint32_t place = number & s->mask;

        if (s->links[place].tag == (uint32_t)(content >> 32) && s->ring[place].content == content)
            return &s->ring[place];
        number = s->links[place].older;
    }
    return NULL;
}

struct sighting *sightings_find(const struct sightings *s, uint64_t content)
{
    return sightings_may_have(s, content) ? first_of(s, content, s->heads[content & s->mask]) : NULL;
}

struct sighting *sightings_before(const struct sightings *s, const struct sighting *sighting)
{
    uint32_t number = s->links[sighting - s->ring].same;

    return sightings_has(s, number) ? &s->ring[number & s->mask] : NULL;
}

bool sighting_header_is(const uint8_t *header, const struct ipip_ip *quoted)
{
    struct ipip_ip ip;

    if (header[0] >> 4 != quoted->version)
        return false;
    /* IPv6 has no Identification; what its extension headers lead to is not all kept. */
    if (quoted->version == 6) {
        ipip_ipv6_read(&ip, (struct ipip_bytes){header, IPIP_IPV6_HEADER, IPIP_IPV6_HEADER});
        return ipip_ip_is_same_direction(&ip, quoted) && ip.total_bytes == quoted->total_bytes;
    }
    ipip_ipv4_read(&ip, header, IPIP_IPV4_HEADER_MIN);
    return ipip_ip_is_same_direction(&ip, quoted) && ip.id == quoted->id && ip.total_bytes == quoted->total_bytes &&
           ip.protocol == quoted->protocol;
}

const struct sighting *sightings_find_quoted(const struct sightings *s, const struct ipip_ip *quoted)
{
    for (uint32_t back = 0; s->ring != NULL && back < LATEST && back <= s->mask && back < s->added; back++) {
        const struct sighting *sighting = &s->ring[(s->added - back) & s->mask];

        if (!sighting->is_inside && sighting_header_is(sighting->header, quoted))
            return sighting;
    }
    return NULL;
}
