/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "udp.h"

#include "tree.h"

enum { UDP_HEADER = 8, UDP_PROTOCOL = IPIP_PROTOCOL_UDP };

static int proto_ipip;
static dissector_handle_t ip_handle;

/* The tunnel is not judged: it is outside RFC 2003. */
static void show(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb)
{
    struct tvb_pos at = tvb_pos_of_outer(pinfo);
    struct tvb_pos inside = {tvb, 0};
    struct ipip_bytes octets = tvb_pos_octets(at);
    struct ipip_layer outer = {.bytes = octets};
    struct ipip_stack stack;
    struct tree_layer layer = {.depth = 1, .is_over_udp = true, .is_quoted = pinfo->flags.in_error_pkt};
    proto_tree *below;

    if (tree == NULL || ipip_ipv4_read(&outer.ip, octets.data, octets.captured) != IPIP_OK ||
        outer.ip.protocol != UDP_PROTOCOL ||
        ipip_stack_read(&stack, ipip_kinds_judged(), tvb_pos_octets(inside)) != IPIP_OK)
        return;
    outer.ecn = (enum ipip_ecn)ipip_ip_ecn(&outer.ip);
    layer.overhead = outer.ip.header_bytes + UDP_HEADER;
    layer.pair = (struct header_pair){&outer, &stack.layers[0], at, inside};
    below = tree_add_layer(tree, tvb, proto_ipip, &layer);
    header_tree_add(below, tvb, &layer.pair);
}

/* Declines what is no IPv4, so that another dissector of the port has its turn. */
static int dissect_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (tvb_captured_length(tvb) < 1 || tvb_get_bits8(tvb, 0, 4) != 4)
        return 0;
    show(tree, pinfo, tvb);
    return call_dissector_with_data(ip_handle, tvb, pinfo, tree, data);
}

void udp_handoff(int proto, dissector_handle_t ip)
{
    proto_ipip = proto;
    ip_handle = ip;
    dissector_add_for_decode_as("udp.port", create_dissector_handle_with_name_and_description(
                                                dissect_udp, proto, "ipip", "IP-in-IP over UDP (FOU)"));
}
