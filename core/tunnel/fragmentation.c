/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "ipip/encap.h"
#include "ipip/ipv6.h"
#include "wire/ipv4_fields.h"

enum { DESTINATION = 60, FRAGMENT = 44, NEXT_HEADER = 6, FRAGMENT_UNIT = 8 };

/* `bytes` octets of the payload from `at` on: what was rewritten of it lies in the head, behind the `own` octets of the outer header. */
static void take_payload(struct ipip_rewrite *out, uint8_t *head, const struct ipip_fragmentation *f, uint32_t own,
                         uint32_t at, uint32_t bytes)
{
    uint32_t rewritten = f->datagram.head_bytes - own;
    uint32_t skipped = at < rewritten ? at : rewritten;
    uint32_t from_head = bytes < rewritten - skipped ? bytes : rewritten - skipped;

    memcpy(head, f->head + own + skipped, from_head);
    out->head_bytes = from_head;
    out->rest = ipip_bytes_first(ipip_bytes_after(f->datagram.rest, at - skipped), bytes - from_head);
}

/* Options that are not to be copied are none in later fragments (RFC 791 section 3.1); the header keeps its length. */
static void blank_options(uint8_t *header, uint32_t header_bytes)
{
    enum { COPIED = 0x80 };
    struct ipip_option_walk walk = ipip_options(header, header_bytes);
    struct ipip_option option;

    while (ipip_option_next(&walk, &option)) {
        if ((option.type & COPIED) == 0 && option.type != IPIP_OPTION_EOOL)
            memset(header + IPIP_IPV4_HEADER_MIN + option.offset, IPIP_OPTION_NOP, option.bytes);
    }
}

static void put_ipv4(uint8_t *head, const uint8_t *whole, uint32_t own, uint32_t at, uint32_t bytes, bool more)
{
    struct ipip_ip ip;

    ipv4_fields(&ip, whole);
    ip.total_bytes = own + bytes;
    ipip_ip_set_fragment(&ip, at, more);
    memcpy(head, whole, own);
    if (at > 0)
        blank_options(head, own);
    ipv4_put(head, &ip, sum_in_order(sum_of(head + IPIP_IPV4_HEADER_MIN, own - IPIP_IPV4_HEADER_MIN)));
}

/* The Fragment header (RFC 8200 section 4.5) behind what each fragment repeats. */
static void put_ipv6(uint8_t *head, const struct ipip_fragmentation *f, uint32_t own, uint32_t at, uint32_t bytes,
                     bool more)
{
    uint8_t *announcement = head + (own > IPIP_IPV6_HEADER ? IPIP_IPV6_HEADER : NEXT_HEADER);
    uint8_t *fragment = head + own;

    memcpy(head, f->head, own);
    wire_put16(head + 4, (uint16_t)(own - IPIP_IPV6_HEADER + IPIP_IPV6_FRAGMENT_HEADER + bytes));
    fragment[0] = *announcement;
    fragment[1] = 0;
    wire_put16(fragment + 2, (uint16_t)(at | more));
    wire_put32(fragment + 4, f->id);
    *announcement = FRAGMENT;
}

/* What each fragment repeats: the IPv6 header and, as Linux has it, the options before the fragment header; all of an IPv4 one. */
static uint32_t repeated_bytes(const uint8_t *head)
{
    if (head[0] >> 4 != 6)
        return (head[0] & 15) * 4U;
    return IPIP_IPV6_HEADER + (head[NEXT_HEADER] == DESTINATION ? (head[IPIP_IPV6_HEADER + 1] + 1U) * 8 : 0);
}

/* It fits. */
static bool take_whole(struct ipip_fragmentation *f, struct ipip_rewrite *out, uint8_t *head, uint32_t payload)
{
    *out = f->datagram;
    memcpy(head, f->head, f->datagram.head_bytes);
    f->next = payload;
    return true;
}

bool ipip_fragmentation_next(struct ipip_fragmentation *f, struct ipip_rewrite *out,
                             uint8_t head[static IPIP_ENCAP_HEAD_MAX])
{
    bool is_ipv6 = f->head[0] >> 4 == 6;
    uint32_t repeated = repeated_bytes(f->head);
    uint32_t own = repeated + (is_ipv6 ? IPIP_IPV6_FRAGMENT_HEADER : 0);
    uint32_t payload = f->datagram.head_bytes - repeated + f->datagram.rest.wire;
    uint32_t at = f->next;
    uint32_t bytes = payload - at;

    if (bytes == 0)
        return false;
    if (at == 0 && repeated + bytes <= f->mtu)
        return take_whole(f, out, head, payload);
    if (own + bytes > f->mtu) {
        if (f->mtu < own + FRAGMENT_UNIT)
            return false;
        bytes = (f->mtu - own) & ~(FRAGMENT_UNIT - 1U);
    }
    f->next += bytes;
    take_payload(out, head + own, f, repeated, at, bytes);
    out->head_bytes += own;
    if (is_ipv6)
        put_ipv6(head, f, repeated, at, bytes, f->next < payload);
    else
        put_ipv4(head, f->head, repeated, at, bytes, f->next < payload);
    return true;
}
