/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv6 addresses with an IPv4 address inside: what makes a packet of 6in4 one of 6to4 or ISATAP. */
#ifndef IPIP_CORE_SUB_KIND_H
#define IPIP_CORE_SUB_KIND_H

#include "ipip/ip.h"
#include "ipip/kind_stats.h"

/* That of an inner IPv6 header. */
enum ipip_sub_kind sub_kind_of(const struct ipip_ip *inner);

/* The IPv6 address `inside` has this IPv4 address where the mechanism puts it; of a configured tunnel none has. */
bool sub_kind_embeds(enum ipip_sub_kind kind, struct ipip_addr inside, struct ipip_addr outside);

#endif
