/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the device to the wire. */
#include <sys/uio.h>

#include "faults.h"

enum { ICMP_TIME_EXCEEDED = 11, FRAGMENTATION_NEEDED = 4, FLAGS = 6, DF_OCTET = 0x40 };

/* The host writes Identification only where it is 0. */
static uint16_t next_id(struct endpoint *e)
{
    if (++e->id == 0)
        e->id = 1;
    return e->id;
}

static gboolean put(struct endpoint *e, uint8_t *head, const struct ipip_rewrite *packet)
{
    struct iovec pieces[] = {{head, packet->head_bytes}, {(uint8_t *)packet->rest.data, packet->rest.captured}};
    struct msghdr message = {
        .msg_name = &e->remote, .msg_namelen = sizeof e->remote, .msg_iov = pieces, .msg_iovlen = G_N_ELEMENTS(pieces)};

    return sendmsg(e->raw, &message, MSG_DONTWAIT) >= 0;
}

static enum ipip_status encapsulate(struct endpoint *e, struct ipip_bytes inner)
{
    struct ipip_encap_values values = {.id = next_id(e)};
    uint8_t head[IPIP_ENCAP_HEAD_MAX], room[ENDPOINT_PACKET_MAX];
    struct ipip_rewrite made;
    enum ipip_status status;

    if (e->fault != NULL)
        inner = fault_before_encap(e, room, inner);
    status = ipip_encap(&made, head, sizeof head, &e->tunnel, &values, IPIP_PAYLOAD_IPV4, inner);
    if (status == IPIP_OK && e->fault != NULL)
        fault_after_encap(e, head, room);
    if (status == IPIP_OK && put(e, head, &made))
        e->counts.sent++;
    else if (status == IPIP_OK)
        e->counts.lost++;
    return status;
}

/* Before encapsulation: the far end has nothing to reassemble, and the outer DF may stay (RFC 2003 section 3.1). */
static enum ipip_status encapsulate_fragments(struct endpoint *e, struct ipip_bytes inner, uint16_t mtu)
{
    uint8_t first[IPIP_IPV4_HEADER_MAX], head[IPIP_ENCAP_HEAD_MAX], octets[ENDPOINT_PACKET_MAX];
    uint32_t header = (uint32_t)(inner.data[0] & 15) * 4;
    struct ipip_fragmentation f = {first, {header, ipip_bytes_after(inner, header)}, mtu, 0, 0};
    struct ipip_rewrite fragment;
    enum ipip_status status = IPIP_OK;

    memcpy(first, inner.data, header);
    while (status == IPIP_OK && ipip_fragmentation_next(&f, &fragment, head)) {
        uint32_t bytes = fragment.head_bytes + fragment.rest.captured;

        memcpy(octets, head, fragment.head_bytes);
        memcpy(octets + fragment.head_bytes, fragment.rest.data, fragment.rest.captured);
        status = encapsulate(e, (struct ipip_bytes){octets, bytes, bytes});
        e->counts.fragments++;
    }
    return status;
}

/* A well-formed header that lets its packet be cut. */
static gboolean may_be_cut(struct ipip_bytes inner)
{
    uint32_t header = (uint32_t)(inner.data[0] & 15) * 4;

    return inner.data[0] >> 4 == 4 && header >= IPIP_IPV4_HEADER_MIN && header <= inner.captured &&
           (inner.data[FLAGS] & DF_OCTET) == 0;
}

/* What an error from inside said without the packet that it is about: its next sender learns it (RFC 2003 section 5). */
static void report(struct endpoint *e, struct ipip_bytes inner)
{
    if (e->report_until == 0 || inner.data[0] >> 4 != 4)
        return;
    if (endpoint_now() < e->report_until)
        endpoint_tell(e, e->report.type, e->report.code, 0, inner);
    e->report_until = 0;
}

/* RFC 2003 section 3.2: a packet of this end itself would go around for ever. */
static gboolean is_own(const struct endpoint *e, struct ipip_bytes inner)
{
    uint8_t local[IPIP_ADDRESS_OCTETS];

    ipip_address_octets(local, e->tunnel.local);
    return inner.data[9] == IPPROTO_IPIP && memcmp(inner.data + 12, local + 12, 4) == 0 &&
           memcmp(inner.data + 16, &e->remote.sin_addr, 4) == 0;
}

void endpoint_send(struct endpoint *e, struct ipip_bytes inner)
{
    enum ipip_status status;
    uint16_t inner_mtu;

    if (e->mtu_until != 0 && endpoint_now() >= e->mtu_until) {
        e->mtu_until = 0;
        e->tunnel.mtu = e->link_mtu;
    }
    inner = ipip_ipv4_unpadded(inner);
    if (inner.captured < IPIP_IPV4_HEADER_MIN) {
        e->counts.not_sent[IPIP_TRUNCATED]++;
        return;
    }
    if (is_own(e, inner)) {
        e->counts.own++;
        return;
    }
    report(e, inner);
    inner_mtu = ipip_tunnel_icmp_mtu(&e->tunnel, IPIP_PAYLOAD_IPV4);
    status = inner.captured > inner_mtu && may_be_cut(inner) ? encapsulate_fragments(e, inner, inner_mtu)
                                                             : encapsulate(e, inner);
    if (status == IPIP_OK)
        return;
    e->counts.not_sent[status]++;
    if (status == IPIP_MTU_EXCEEDED && !e->is_silent_about_mtu)
        endpoint_tell(e, ICMP_UNREACHABLE, FRAGMENTATION_NEEDED, (uint16_t)(inner_mtu + e->mtu_told_more), inner);
    else if (status == IPIP_TTL_EXPIRED)
        endpoint_tell(e, ICMP_TIME_EXCEEDED, 0, 0, inner);
}
