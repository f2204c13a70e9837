/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/udp_named.h"

#include <stddef.h>

#include "wire/octets.h"

/* Each with at least FIRST octets of payload captured. What must be there in every packet of it: other traffic may have the port. */
enum { FIRST = 4 };

/* RFC 7348 section 5: the flag of the network identifier. */
static bool is_vxlan(struct ipip_bytes payload)
{
    return (payload.data[0] & 0x08) != 0;
}

/* draft-ietf-nvo3-vxlan-gpe section 3: version 0. */
static bool is_vxlan_gpe(struct ipip_bytes payload)
{
    return (payload.data[0] & 0x30) == 0;
}

/* RFC 8926 section 3.4: version 0, and room for the options. */
static bool is_geneve(struct ipip_bytes payload)
{
    enum { HEADER = 8 };

    return payload.data[0] >> 6 == 0 && HEADER + 4U * (payload.data[0] & 0x3f) <= payload.wire;
}

/* RFC 3032 section 2.1: a label that has hops left. */
static bool is_mpls(struct ipip_bytes payload)
{
    return payload.data[3] != 0;
}

/* RFC 2661 section 3.1 and RFC 3931 section 4.1.2: the version, at one place in both. */
static bool is_l2tp_2(struct ipip_bytes payload)
{
    return (payload.data[1] & 0x0f) == 2;
}

static bool is_l2tp_3(struct ipip_bytes payload)
{
    return (payload.data[1] & 0x0f) == 3;
}

/* RFC 4380 section 5.1.1: IPv6, or an origin indication or authentication before it. */
static bool is_teredo(struct ipip_bytes payload)
{
    return payload.data[0] >> 4 == 6 || (payload.data[0] == 0 && payload.data[1] <= 1);
}

/* RFC 3948 sections 2.1 to 2.3: an SPI. IKE has 0 in its place, a keepalive one octet. */
static bool is_esp(struct ipip_bytes payload)
{
    return wire_get32(payload.data) != 0;
}

/* 3GPP TS 29.281 section 5.1: version 1, not GTP', and a packet of a user. */
static bool is_gtp_u(struct ipip_bytes payload)
{
    return (payload.data[0] & 0xf0) == 0x30 && payload.data[1] == 255;
}

static const struct {
    uint16_t port;
    uint8_t kind;
    bool (*fits)(struct ipip_bytes payload);
} tunnels[] =
    {
        {4789, IPIP_KIND_VXLAN, is_vxlan},
        {8472, IPIP_KIND_VXLAN, is_vxlan}, /* of Linux, before there was a number */
        {4790, IPIP_KIND_VXLAN_GPE, is_vxlan_gpe},
        {6081, IPIP_KIND_GENEVE, is_geneve},
        {6635, IPIP_KIND_MPLS_UDP, is_mpls},
        {1701, IPIP_KIND_L2TP2, is_l2tp_2},
        {1701, IPIP_KIND_L2TP, is_l2tp_3},
        {3544, IPIP_KIND_TEREDO, is_teredo},
        {4500, IPIP_KIND_ESP_UDP, is_esp},
        {2152, IPIP_KIND_GTP_U, is_gtp_u},
};

enum ipip_kind udp_named_kind(const struct ipip_kinds *kinds, uint16_t port, struct ipip_bytes payload)
{
    for (size_t i = 0; payload.captured >= FIRST && i < sizeof tunnels / sizeof tunnels[0]; i++) {
        if (tunnels[i].port == port && (kinds->set & IPIP_KIND_BIT(tunnels[i].kind)) != 0 && tunnels[i].fits(payload))
            return (enum ipip_kind)tunnels[i].kind;
    }
    return IPIP_KIND_NONE;
}

bool udp_named_has(uint16_t port)
{
    size_t i = 0;

    while (i < sizeof tunnels / sizeof tunnels[0] && tunnels[i].port != port)
        i++;
    return i < sizeof tunnels / sizeof tunnels[0];
}
