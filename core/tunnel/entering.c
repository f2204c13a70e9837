/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/entering.h"

#include <string.h>

#include "ipip/ipv6.h"

enum {
    MACS = 12, /* octets of the two addresses of a frame */
    TAG = 4,
    TYPE_VLAN = 0x8100,
    TYPE_SERVICE_VLAN = 0x88a8,
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TTL_OF_ROUTES = 64, /* Linux' net.ipv4.ip_default_ttl, and what it inherits of a packet without one */
};

static void read_ipv6(struct entering *in, struct ipip_bytes packet)
{
    in->at = packet;
    in->status = ipip_ipv6_read(&in->ip, packet);
    if (in->status != IPIP_OK) {
        in->status = packet.wire < IPIP_IPV6_HEADER ? IPIP_MALFORMED : IPIP_TRUNCATED;
        return;
    }
    if (in->ip.version != 6)
        in->status = IPIP_NOT_IPV6;
    else if (packet.wire < in->ip.total_bytes)
        in->status = IPIP_MALFORMED;
    in->label = ipip_ipv6_flow_label(packet.data);
}

static void read_ipv4(struct entering *in, struct ipip_bytes packet)
{
    in->at = packet;
    in->status = entering_read_ipv4(&in->ip, packet);
}

/* What Linux takes a packet for that is none of IP, or none that it could read. */
static void read_nothing(struct entering *in)
{
    *in = (struct entering){.ip = {.ttl = TTL_OF_ROUTES}};
}

/* IP in a frame, behind VLAN tags. Malformed IP does not keep a frame out: it is as if there was none. */
static void read_frame(struct entering *in, struct ipip_bytes frame)
{
    uint16_t type;

    if (frame.captured < MACS + 2) {
        in->status = frame.wire < MACS + 2 ? IPIP_MALFORMED : IPIP_TRUNCATED;
        return;
    }
    frame = ipip_bytes_after(frame, MACS);
    while ((type = wire_get16(frame.data)) == TYPE_VLAN || type == TYPE_SERVICE_VLAN) {
        if (frame.captured < TAG + 2)
            break;
        frame = ipip_bytes_after(frame, TAG);
    }
    frame = ipip_bytes_after(frame, 2);
    in->status = IPIP_NOT_A_TUNNEL;
    if (type == TYPE_IPV4)
        read_ipv4(in, frame);
    else if (type == TYPE_IPV6)
        read_ipv6(in, frame);
    if (in->status != IPIP_OK)
        read_nothing(in);
}

struct entering entering_read(enum ipip_payload type, struct ipip_bytes packet)
{
    struct entering in = {.status = IPIP_OK};

    switch (type) {
    case IPIP_PAYLOAD_IPV4:
        read_ipv4(&in, packet);
        break;
    case IPIP_PAYLOAD_IPV6:
        read_ipv6(&in, packet);
        break;
    case IPIP_PAYLOAD_ETHERNET:
        read_frame(&in, packet);
        break;
    default:
        read_nothing(&in);
    }
    return in;
}

/* TTL is the upper octet of the word at 8; no checksum covers Hop Limit. */
void entering_decrement_ttl(uint8_t *out, const uint8_t *header, uint32_t header_bytes)
{
    uint16_t before = wire_get16(header + 8);
    uint16_t after = (uint16_t)(before - 0x0100);

    memcpy(out, header, header_bytes);
    if (header[0] >> 4 == 6) {
        out[7]--;
        return;
    }
    wire_put16(out + 8, after);
    wire_put16(out + 10, ipip_checksum_update(wire_get16(header + 10), before, after));
}
