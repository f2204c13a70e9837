/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "fou.h"

#include <epan/ipproto.h>

#include "inside.h"
#include "ipip/udp.h"
#include "packet-ipip.h"
#include "tree.h"
#include "udp_ports.h"

enum { UNKNOWN = -1 };

static int proto_fou = -1;
static int proto_annotation = -1;

void fou_register(void)
{
    proto_fou = proto_register_protocol("Foo over UDP", "FOU", "ipip.fou");
}

/* The tunnel is not judged: it is outside RFC 2003. */
static void annotate(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb)
{
    struct tvb_pos at = tvb_pos_of_outer(pinfo);
    struct tvb_pos inside = {tvb, 0};
    struct ipip_bytes octets = tvb_pos_octets(at);
    struct ipip_layer outer = {.bytes = octets};
    struct ipip_stack stack;
    struct tree_layer layer = {.depth = 1, .is_over_udp = true, .is_quoted = pinfo->flags.in_error_pkt};
    proto_tree *below;

    if (tree == NULL || ipip_ipv4_read(&outer.ip, octets.data, octets.captured) != IPIP_OK ||
        outer.ip.protocol != IPIP_PROTOCOL_UDP ||
        ipip_stack_read(&stack, ipip_kinds_ipip(), tvb_pos_octets(inside)) != IPIP_OK)
        return;
    outer.ecn = (enum ipip_ecn)ipip_ip_ecn(&outer.ip);
    layer.overhead = outer.ip.header_bytes + IPIP_UDP_HEADER;
    layer.pair = (struct header_pair){&outer, &stack.layers[0], at, inside};
    below = tree_add_layer(tree, tvb, proto_annotation, &layer);
    header_tree_add(below, tvb, &layer.pair);
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

/* Declines what goes elsewhere, and what holds nothing that is known. */
static int dissect_fou(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct ipip_udp_tunnel *tunnel = udp_ports_declared((uint16_t)pinfo->destport);
    int protocol = tunnel != NULL && tunnel->kind == IPIP_KIND_FOU ? tunnel->protocol : protocol_by_octets(tvb);

    (void)data;
    if (!udp_ports_is_sent_to(pinfo) || protocol == UNKNOWN)
        return 0;
    proto_tree_add_protocol_format(tree, proto_fou, tvb, 0, 0, "Foo over UDP, %s", ipprotostr(protocol));
    if (protocol == IPIP_PROTOCOL_IPIP && packet_ipip_is_on())
        annotate(tree, pinfo, tvb);
    inside_dissect((unsigned)protocol, tvb, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

dissector_handle_t fou_handoff(int proto_ipip)
{
    dissector_handle_t handle =
        create_dissector_handle_with_name_and_description(dissect_fou, proto_fou, "ipip.fou", "Foo over UDP");

    proto_annotation = proto_ipip;
    dissector_add_for_decode_as("udp.port", handle);
    return handle;
}
