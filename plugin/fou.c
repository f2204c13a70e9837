/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "fou.h"

#include <epan/ipproto.h>

#include "inside.h"
#include "ipip/ip.h"
#include "udp_ports.h"

enum { UNKNOWN = -1 };

static int proto_fou = -1;

void fou_register(void)
{
    proto_fou = proto_register_protocol("Foo over UDP", "FOU", "ipip.fou");
}

/*
 * By what it begins with, for Decode As: IPv4, IPv6, or GRE of version 0 without reserved bits, of which the first octet has neither number
 * (RFC 2784 section 2.1).
 */
static int protocol_by_octets(tvbuff_t *tvb)
{
    enum { GRE_ZERO = 0x4fff, GRE_HEADER = 4 };

    if (tvb_captured_length(tvb) < GRE_HEADER)
        return UNKNOWN;
    if (tvb_get_bits8(tvb, 0, 4) == 4)
        return IPIP_PROTOCOL_IPIP;
    if (tvb_get_bits8(tvb, 0, 4) == 6)
        return IPIP_PROTOCOL_IPV6;
    return (tvb_get_ntohs(tvb, 0) & GRE_ZERO) == 0 ? IPIP_PROTOCOL_GRE : UNKNOWN;
}

/* As it is declared, or as Decode As has it. False: nothing is known of what it holds. */
static bool find_tunnel(struct ipip_udp_tunnel *tunnel, tvbuff_t *tvb, const packet_info *pinfo)
{
    int protocol;

    if (udp_ports_is_declared(pinfo, IPIP_KIND_FOU)) {
        *tunnel = *udp_ports_declared((uint16_t)pinfo->destport);
        return true;
    }
    protocol = protocol_by_octets(tvb);
    *tunnel = (struct ipip_udp_tunnel){(uint16_t)pinfo->destport, IPIP_KIND_FOU, (uint8_t)protocol};
    return protocol != UNKNOWN;
}

/* Declines what goes elsewhere, and what holds nothing that is known. */
static int dissect_fou(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct ipip_udp_tunnel tunnel;

    (void)data;
    if (!udp_ports_is_sent_to(pinfo) || !find_tunnel(&tunnel, tvb, pinfo))
        return 0;
    proto_tree_add_protocol_format(tree, proto_fou, tvb, 0, 0, "Foo over UDP, %s", ipprotostr(tunnel.protocol));
    udp_ports_annotate(tree, pinfo, tvb, &tunnel);
    inside_dissect(tunnel.protocol, tvb, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

dissector_handle_t fou_handoff(void)
{
    dissector_handle_t handle =
        create_dissector_handle_with_name_and_description(dissect_fou, proto_fou, "ipip.fou", "Foo over UDP");

    dissector_add_for_decode_as("udp.port", handle);
    return handle;
}
