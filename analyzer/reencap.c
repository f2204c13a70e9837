/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reencap.h"

#include <string.h>

#include "header_diff.h"

/* The octets of a rewrite side by side. */
struct assembled {
    uint32_t bytes;
    uint8_t data[IPIP_IPV4_TOTAL_MAX + IPIP_ENCAP_HEAD_MAX];
};

static void assemble(struct assembled *out, const uint8_t *head, const struct ipip_rewrite *rewrite)
{
    memcpy(out->data, head, rewrite->head_bytes);
    memcpy(out->data + rewrite->head_bytes, rewrite->rest.data, rewrite->rest.captured);
    out->bytes = rewrite->head_bytes + rewrite->rest.captured;
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
                   const struct reencap_tunnel *tunnel)
{
    const struct ipip_layer *outer = &stack->layers[k];
    const struct ipip_ip *inner = &outer[1].ip;
    struct ipip_tunnel config = tunnel->tunnel;
    static struct assembled datagram;
    static struct assembled again;
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_rewrite rewrite;
    uint32_t header_bytes = outer->ip.header_bytes;
    unsigned next = 0;

    *result = (struct reencap){.status = IPIP_TRUNCATED};
    if (outer[1].bytes.captured < outer[1].bytes.wire)
        return;
    result->status = ipip_decap(&rewrite, head, sizeof head, stack, k + 1, IPIP_ECN_DECAP_NONE);
    if (result->status != IPIP_OK)
        return;
    if (rewrite.head_bytes + rewrite.rest.captured > IPIP_IPV4_TOTAL_MAX) {
        result->status = IPIP_TOO_LARGE; /* a super-packet: no header can hold its length */
        return;
    }
    assemble(&datagram, head, &rewrite);
    if (config.ttl == 0 && inner->ttl > tunnel->hops)
        config.ttl = (uint8_t)(inner->ttl - tunnel->hops);
    result->status = ipip_encap(&rewrite, head, sizeof head, &config, (uint16_t)outer->ip.id,
                                (struct ipip_bytes){datagram.data, datagram.bytes, datagram.bytes});
    if (result->status != IPIP_OK)
        return;
    assemble(&again, head, &rewrite);
    memcpy(result->expected, again.data, sizeof result->expected);
    result->is_ce_marked = mark_ce(result->expected, &outer->ip);
    memcpy(again.data, result->expected, sizeof result->expected);

    result->is_payload_different =
        again.bytes - IPIP_IPV4_HEADER_MIN != datagram.bytes ||
        memcmp(again.data + IPIP_IPV4_HEADER_MIN, outer->bytes.data + header_bytes, datagram.bytes) != 0;
    result->is_identical =
        !result->is_payload_different && header_diff_next(result->expected, outer->bytes.data, &next) == NULL;
}

void reencap_packet(struct reencap *result, struct ipip_bytes packet, const struct ipip_tunnel *tunnel)
{
    static struct assembled outer;
    static struct assembled again;
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_rewrite rewrite;
    struct ipip_stack stack;

    *result = (struct reencap){.status = IPIP_TRUNCATED};
    if (packet.captured < packet.wire)
        return;
    result->status = ipip_encap(&rewrite, head, sizeof head, tunnel, 1, packet);
    if (result->status != IPIP_OK)
        return;
    assemble(&outer, head, &rewrite);
    ipip_stack_read(&stack, (struct ipip_bytes){outer.data, outer.bytes, outer.bytes});
    result->status = ipip_decap(&rewrite, head, sizeof head, &stack, 1, IPIP_ECN_DECAP_RFC6040);
    if (result->status != IPIP_OK)
        return;
    assemble(&again, head, &rewrite);
    memcpy(result->expected, packet.data, sizeof result->expected);
    result->is_payload_different = again.bytes != packet.captured;
    result->is_identical = !result->is_payload_different && memcmp(again.data, packet.data, packet.captured) == 0;
}

void reencap_fragment(uint8_t out[static IPIP_IPV4_HEADER_MIN], const uint8_t *whole, uint32_t offset, uint32_t bytes,
                      gboolean is_last, gboolean is_ce)
{
    struct ipip_ip ip;

    ipip_ipv4_read(&ip, whole, IPIP_IPV4_HEADER_MIN);
    ip.total_bytes = IPIP_IPV4_HEADER_MIN + bytes;
    ipip_ip_set_fragment(&ip, offset, !is_last);
    if (is_ce && (ipip_ip_ecn(&ip) == IPIP_ECT0 || ipip_ip_ecn(&ip) == IPIP_ECT1))
        ip.tclass |= IPIP_CE;
    rewrite(out, &ip);
}
