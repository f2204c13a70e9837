/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The items of the plugin in the tree of a packet: one for each tunnel header, with findings and links, and what is outside tunnels. */
#ifndef IPIP_PLUGIN_ANNOTATION_H
#define IPIP_PLUGIN_ANNOTATION_H

#include "compat.h"

#include "ipip/kind.h"

void annotation_register(int proto);

/*
 * Adds the item of the tunnel header behind which the dissection stands, where it is one of the kinds in `set`, as IPIP_KIND_BIT(). `tvb` begins with
 * what lies behind: the inner header, or what is between.
 */
void annotation_add(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, uint32_t set);

/* The same of a tunnel that only Decode As knows: it is not judged. */
void annotation_add_over_udp(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct ipip_udp_tunnel *tunnel);

/* Adds what is left when all dissectors have been there: headers at which the stock dissectors never arrived, findings about no header. */
void annotation_add_late(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb);

#endif
