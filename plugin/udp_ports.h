/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The UDP ports that the preferences declare for tunnels. */
#ifndef IPIP_PLUGIN_UDP_PORTS_H
#define IPIP_PLUGIN_UDP_PORTS_H

#include "compat.h"

#include "ipip/kind.h"

/* From then on each file that is opened is dissected as the preferences have it, by these and by Wireshark's dissector of GRE. */
void udp_ports_handoff(dissector_handle_t fou, dissector_handle_t gue);

/* What the port is declared for; NULL: nothing. */
const struct ipip_udp_tunnel *udp_ports_declared(uint16_t port);

/* Whether the packet goes to the port for which its dissector was called; it may come from there. */
bool udp_ports_is_sent_to(const packet_info *pinfo);

/* Whether that port is declared for this kind, or registered for it. */
bool udp_ports_is_declared(const packet_info *pinfo, enum ipip_kind kind);

/* Adds the item of a tunnel of which the UDP header is behind: one that is judged where its port is declared. */
void udp_ports_annotate(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct ipip_udp_tunnel *tunnel);

#endif
