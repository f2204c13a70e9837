/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/sides_missing.h"

#include <string.h>

#include "flow/state.h"
#include "packet/icmp_error.h"

/* No ICMP error is due about these (RFC 1812 section 4.3.2.7, RFC 4443 section 2.4e). */
static bool is_untouchable(const struct ipip_layer *datagram)
{
    const struct ipip_ip *ip = &datagram->ip;

    if (ipip_ip_is_fragment(ip) || ipip_address_is_group(ip->dst))
        return true;
    if (ip->protocol == IPIP_PROTOCOL_ICMPV6)
        return icmp_is_error_ipv6(ipip_layer_payload(datagram).data[0]);
    return ip->protocol == IPIP_PROTOCOL_ICMP && icmp_is_error(ipip_layer_payload(datagram).data[0]);
}

static struct sides_missing *row(struct sides_missing_list *list, uint32_t i)
{
    return &list->rows[(list->first + i) % SIDES_MISSING_MAX];
}

/* NULL where there is no room. */
static struct sides_missing *add(struct flow *flow, const struct inner_flow *f, const uint8_t *header,
                                 uint8_t header_bytes)
{
    struct sides_missing_list *list = &flow->sides.missing;
    struct sides_missing *missing;

    if (list->count == SIDES_MISSING_MAX)
        return NULL;
    missing = row(list, list->count++);
    *missing = (struct sides_missing){.direction = inner_flow_direction(flow, f), .header_bytes = header_bytes};
    memcpy(missing->header, header, header_bytes);
    return missing;
}

/* Datagrams of the direction go in from there. */
static bool is_entry(struct flow *flow, const struct inner_flow *f, uint64_t place)
{
    const struct side *side = flow_side(flow, f->tunnel_addresses);

    return side->steps[SIDES_IN].matches > 0 && !f->is_shared &&
           (side->places_in[0] == place || side->places_in[1] == place);
}

void sides_wait_for(struct flow *flow, const struct ipip_packet *packet, const struct ipip_layer *datagram,
                    const struct inner_flow *f, uint64_t content)
{
    struct sides_missing *missing;

    if (datagram->ip.ttl != 1 || is_untouchable(datagram) || !is_entry(flow, f, packet->place))
        return;
    missing = add(flow, f, datagram->bytes.data, sighting_header_bytes(&datagram->ip));
    if (missing == NULL)
        return;
    missing->frame = packet->frame;
    missing->place = packet->place;
    missing->content = content;
    missing->time = packet->time;
    missing->is_expiring = true;
}

uint32_t sides_found(struct sides_missing_list *list, uint64_t content)
{
    uint32_t kept = 0;
    uint32_t facts = 0;

    for (uint32_t i = 0; i < list->count; i++) {
        if (row(list, i)->content != content)
            *row(list, kept++) = *row(list, i);
        else if (!row(list, i)->is_expiring)
            facts |= SIDES_FACT_REFUSED;
    }
    list->count = kept;
    return facts;
}

/* The datagram with DF that was too big, if it has not been seen in the tunnel. */
static void refuse(struct flow *flow, const struct ipip_packet *packet, const struct inner_flow *f,
                   const struct icmp_error *error)
{
    const struct sighting *s = sightings_find_quoted(&flow->sides.sightings, &error->quoted);
    struct sides_missing_list *list = &flow->sides.missing;
    const struct history_entry *entry;
    struct sides_missing *missing;

    if (s == NULL || !ipip_ip_df(&error->quoted) || ipip_age_distance(packet->time, s->time) > IPIP_AGE_SECOND ||
        !is_entry(flow, f, s->place))
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        if (row(list, i)->content == s->content)
            return;
    }
    entry = history_find_content(&flow->history, s->content);
    if (entry != NULL && ipip_age_distance(entry->time, s->time) <= IPIP_AGE_SECOND)
        return;
    missing = add(flow, f, s->header, s->header_bytes);
    if (missing == NULL)
        return;
    missing->frame = s->frame;
    missing->place = s->place;
    missing->content = s->content;
    missing->time = s->time;
    missing->is_told = true;
    missing->told_frame = packet->frame;
    missing->told_time = packet->time;
}

void sides_take_report(struct flow *flow, const struct ipip_packet *packet, const struct inner_flow *f,
                       const struct icmp_error *error)
{
    struct sides_missing_list *list = &flow->sides.missing;

    flow_side(flow, f->tunnel_addresses)->own = error->ip.src;
    if (error->meaning == ICMP_MEANS_TOO_BIG)
        refuse(flow, packet, f, error);
    if (error->meaning != ICMP_MEANS_EXPIRED)
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        struct sides_missing *missing = row(list, i);

        if (!missing->is_expiring || !sighting_header_is(missing->header, &error->quoted))
            continue;
        missing->is_told = true;
        missing->told_frame = packet->frame;
        missing->told_time = packet->time;
    }
}

bool sides_next_missing(struct sides_missing_list *list, int64_t now, bool is_end, struct sides_missing *missing)
{
    if (list->count == 0 || (!is_end && !ipip_age_exceeds(now, row(list, 0)->time, IPIP_AGE_SECOND)))
        return false;
    *missing = *row(list, 0);
    list->first = (list->first + 1) % SIDES_MISSING_MAX;
    list->count--;
    return true;
}
