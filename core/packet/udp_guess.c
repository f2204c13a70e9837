/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/udp_guess.h"

#include <string.h>

#include "ipip/ipv4.h"
#include "ipip/ipv6.h"
#include "wire/octets.h"

enum { TOTAL_LENGTH = 2, PAYLOAD_LENGTH = 4 }; /* where they are in the headers */

static enum udp_guess guess_ipv4(struct ipip_bytes packet)
{
    uint32_t header = (packet.data[0] & 15) * 4U;

    if (header < IPIP_IPV4_HEADER_MIN || packet.wire < header)
        return UDP_GUESS_NONE;
    if (packet.captured >= TOTAL_LENGTH + 2U && wire_get16(packet.data + TOTAL_LENGTH) != packet.wire)
        return UDP_GUESS_NONE;
    if (packet.captured < header)
        return UDP_GUESS_OPEN;
    return ipip_ipv4_checksum_ok(packet.data, header) ? UDP_GUESS_IPV4 : UDP_GUESS_NONE;
}

static enum udp_guess guess_ipv6(struct ipip_bytes packet)
{
    if (packet.wire < IPIP_IPV6_HEADER)
        return UDP_GUESS_NONE;
    if (packet.captured < PAYLOAD_LENGTH + 2U)
        return UDP_GUESS_OPEN;
    return wire_get16(packet.data + PAYLOAD_LENGTH) + (uint32_t)IPIP_IPV6_HEADER == packet.wire ? UDP_GUESS_IPV6
                                                                                                : UDP_GUESS_NONE;
}

static enum udp_guess guess_ip(struct ipip_bytes packet)
{
    if (packet.captured == 0)
        return packet.wire >= IPIP_IPV4_HEADER_MIN ? UDP_GUESS_OPEN : UDP_GUESS_NONE;
    switch (packet.data[0] >> 4) {
    case 4:
        return guess_ipv4(packet);
    case 6:
        return guess_ipv6(packet);
    default:
        return UDP_GUESS_NONE;
    }
}

/* draft-ietf-intarea-gue section 3: version 0, no optional fields, the protocol, no flags. */
static enum udp_guess guess_gue(struct ipip_bytes payload)
{
    static const uint8_t headers[][IPIP_GUE_HEADER] = {{0, 4, 0, 0}, {0, 41, 0, 0}};
    static const enum udp_guess behind[] = {UDP_GUESS_IPV4, UDP_GUESS_IPV6};

    for (unsigned i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        uint32_t there = payload.captured < IPIP_GUE_HEADER ? payload.captured : (uint32_t)IPIP_GUE_HEADER;
        enum udp_guess inside;

        if (payload.wire < IPIP_GUE_HEADER || memcmp(payload.data, headers[i], there) != 0)
            continue;
        inside = there < IPIP_GUE_HEADER ? UDP_GUESS_OPEN : guess_ip(ipip_bytes_after(payload, IPIP_GUE_HEADER));
        return inside == behind[i] ? UDP_GUESS_GUE : inside == UDP_GUESS_OPEN ? UDP_GUESS_OPEN : UDP_GUESS_NONE;
    }
    return UDP_GUESS_NONE;
}

enum udp_guess udp_guess(const struct ipip_udp *udp, struct ipip_bytes at)
{
    struct ipip_bytes payload;

    if (udp->length == 0) /* of several segments: what they hold can't be told */
        return UDP_GUESS_OPEN;
    if (udp->length < IPIP_UDP_HEADER || udp->length > at.wire)
        return UDP_GUESS_NONE;
    payload = ipip_bytes_after(ipip_bytes_first(at, udp->length), IPIP_UDP_HEADER);
    return payload.captured > 0 && payload.data[0] == 0 ? guess_gue(payload) : guess_ip(payload);
}
