/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exit of a tunnel for one packet. */
#ifndef IPIP_CORE_EXIT_H
#define IPIP_CORE_EXIT_H

#include "ipip/tunnel.h"

/*
 * Of a 6in4 tunnel without remote: the IPv4 address that the destination `inner` embeds, by 6to4, 6rd or ISATAP. False where
 * there is none.
 */
bool exit_embedded(struct ipip_addr *exit, const struct ipip_tunnel *tunnel, struct ipip_addr inner);

#endif
