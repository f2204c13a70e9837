/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reencap.h"

#include <string.h>

#include "header_diff.h"
#include "ipip/minimal.h"

enum { SOURCE_PORT = 49152 /* of UDP: the first one that no protocol has */ };

/* The octets of a rewrite side by side: where they are so already, or in the room. */
static struct ipip_bytes assemble(struct reencap_room *room, const uint8_t *head, const struct ipip_rewrite *rewrite)
{
    uint32_t bytes = rewrite->head_bytes + rewrite->rest.captured;

    if (rewrite->head_bytes == 0)
        return ipip_bytes_first(rewrite->rest, bytes);
    memcpy(room->assembled, head, rewrite->head_bytes);
    memcpy(room->assembled + rewrite->head_bytes, rewrite->rest.data, rewrite->rest.captured);
    return (struct ipip_bytes){room->assembled, bytes, bytes};
}

/* Whether the octets of a rewrite from `from` on, which is in the head or ends it, are those at `data`. */
static gboolean is_rewrite_of(const uint8_t *head, const struct ipip_rewrite *rewrite, uint32_t from,
                              struct ipip_bytes data)
{
    uint32_t in_head = rewrite->head_bytes - from;

    return in_head + rewrite->rest.captured == data.captured && memcmp(head + from, data.data, in_head) == 0 &&
           memcmp(rewrite->rest.data, data.data + in_head, rewrite->rest.captured) == 0;
}

static void rewrite(uint8_t *header, struct ipip_ip *ip)
{
    ipip_ipv4_write(header, IPIP_IPV4_HEADER_MIN, ip, NULL, 0);
}

/* A router may set CE on what is ECN-capable: then the header is right with it. */
static gboolean mark_ce(uint8_t *header, const struct ipip_ip *actual)
{
    struct ipip_ip ip;

    ipip_ipv4_read(&ip, header, IPIP_IPV4_HEADER_MIN);
    if (ipip_ip_ecn(actual) != IPIP_CE || (ipip_ip_ecn(&ip) != IPIP_ECT0 && ipip_ip_ecn(&ip) != IPIP_ECT1))
        return FALSE;
    ip.tclass |= IPIP_CE;
    rewrite(header, &ip);
    return TRUE;
}

void reencap_layer(struct reencap *result, const struct ipip_stack *stack, unsigned k,
                   const struct reencap_tunnel *tunnel, struct reencap_room *room)
{
    const struct ipip_layer *outer = &stack->layers[k];
    const struct ipip_ip *inner = &outer[1].ip;
    struct ipip_tunnel config = tunnel->tunnel;
    struct ipip_bytes datagram;
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_rewrite rewrite;
    enum ipip_payload type;
    uint32_t header_bytes = outer->ip.header_bytes;
    unsigned next = 0;

    *result = (struct reencap){.status = IPIP_TRUNCATED};
    if (outer[1].bytes.captured < outer[1].bytes.wire)
        return;
    result->status =
        ipip_decap(&rewrite, &type, head, sizeof head, stack, ipip_kinds_ipip(), k + 1, IPIP_ECN_DECAP_NONE);
    if (result->status != IPIP_OK)
        return;
    if (rewrite.head_bytes + rewrite.rest.captured > IPIP_IPV4_TOTAL_MAX) {
        result->status = IPIP_TOO_LARGE; /* a super-packet: no header can hold its length */
        return;
    }
    datagram = assemble(room, head, &rewrite);
    if (config.ttl == 0 && inner->ttl > tunnel->hops)
        config.ttl = (uint8_t)(inner->ttl - tunnel->hops);
    result->status = ipip_encap(&rewrite, head, sizeof head, &config,
                                &(struct ipip_encap_values){.id = (uint16_t)outer->ip.id}, IPIP_PAYLOAD_IPV4, datagram);
    if (result->status != IPIP_OK)
        return;
    memcpy(result->expected, head, sizeof result->expected);
    result->is_ce_marked = mark_ce(result->expected, &outer->ip);
    datagram.data = outer->bytes.data + header_bytes;
    result->is_payload_different = !is_rewrite_of(head, &rewrite, IPIP_IPV4_HEADER_MIN, datagram);
    result->is_identical =
        !result->is_payload_different && header_diff_next(result->expected, outer->bytes.data, &next) == NULL;
}

/* Reads what was encapsulated, minimal encapsulation unfolded. */
static void read_again(struct ipip_stack *stack, const struct ipip_kinds *kinds, struct ipip_bytes datagram,
                       struct reencap_room *room)
{
    struct ipip_bytes inner;

    ipip_stack_read(stack, kinds, datagram);
    if (stack->end == IPIP_END_FOLDED && stack->count == 1 &&
        ipip_minimal_unfold(&inner, room->unfolded, sizeof room->unfolded, &stack->layers[0].ip, stack->layers[0].bytes,
                            0) == IPIP_OK)
        ipip_stack_resume_folded(stack, kinds, inner);
}

void reencap_packet(struct reencap *result, enum ipip_payload type, struct ipip_bytes packet,
                    const struct ipip_tunnel *tunnel, const struct ipip_kinds *kinds, struct reencap_room *room)
{
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_encap_values values = {.id = 1, .source_port = SOURCE_PORT};
    struct ipip_rewrite rewrite;
    struct ipip_stack stack;

    *result = (struct reencap){.status = IPIP_TRUNCATED};
    if (packet.captured < packet.wire)
        return;
    result->status = ipip_encap(&rewrite, head, sizeof head, tunnel, &values, type, packet);
    if (result->status != IPIP_OK)
        return;
    read_again(&stack, kinds, assemble(room, head, &rewrite), room);
    result->status = ipip_decap(&rewrite, &type, head, sizeof head, &stack, kinds, 1, IPIP_ECN_DECAP_RFC6040);
    if (result->status != IPIP_OK)
        return;
    result->is_payload_different = rewrite.head_bytes + rewrite.rest.captured != packet.captured;
    result->is_identical = is_rewrite_of(head, &rewrite, 0, packet);
}

void reencap_fragment(uint8_t out[static IPIP_IPV4_HEADER_MIN], const uint8_t *whole, uint32_t offset, uint32_t bytes,
                      gboolean is_last, gboolean is_ce)
{
    struct ipip_ip ip;

    ipip_ipv4_read(&ip, whole, IPIP_IPV4_HEADER_MIN);
    ip.total_bytes = ip.header_bytes + bytes;
    ipip_ip_set_fragment(&ip, offset, !is_last);
    if (is_ce && (ipip_ip_ecn(&ip) == IPIP_ECT0 || ipip_ip_ecn(&ip) == IPIP_ECT1))
        ip.tclass |= IPIP_CE;
    rewrite(out, &ip);
}
