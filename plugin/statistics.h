/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The statistics that listen to the tap "ipip", and the filter of a conversation. */
#ifndef IPIP_PLUGIN_STATISTICS_H
#define IPIP_PLUGIN_STATISTICS_H

#include "compat.h"

/* Conversations and endpoints of tunnels: -z conv,ipip and -z endpoints,ipip. Packets and octets are those of the outer datagrams. */
void conversations_register(int proto);

/* Conversation Filter in the menu of a packet: its tunnel, both directions. */
void conversation_filter_register(int proto);

/* Packets by tunnel, rule, TTL, ECN and size: -z ipip,tree. */
void packet_statistics_register(void);

/* A line for each tunnel direction, with what is inferred of its configuration: -z ipip,tunnels. */
void tunnel_list_register(void);

#endif
