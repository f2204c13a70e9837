/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an EtherType, or what stands for one, to the IP header behind it. */
#ifndef IPIP_CORE_ETHERTYPE_H
#define IPIP_CORE_ETHERTYPE_H

#include "ipip/link.h"

/* `*at` is what follows the EtherType `type`; on IPIP_LINK_IP it is the IP header. */
enum ipip_link_result ethertype_find_ip(struct ipip_link *link, struct ipip_bytes *at, uint16_t type);

/* `*at` is an 802.2 LLC header with SNAP. */
enum ipip_link_result ethertype_find_ip_behind_llc(struct ipip_link *link, struct ipip_bytes *at);

/* `*at` is a PPPoE session header (RFC 2516 section 4): version and type, code, session, length. */
enum ipip_link_result ethertype_find_ip_behind_pppoe(struct ipip_link *link, struct ipip_bytes *at);

/* `*at` is a PPP protocol field of one or two octets. */
enum ipip_link_result ethertype_find_ip_behind_ppp(struct ipip_link *link, struct ipip_bytes *at);

#endif
