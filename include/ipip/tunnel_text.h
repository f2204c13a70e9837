/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tunnel in the words of ip-tunnel(8), ip-link(8) and ip-fou(8), to be pasted as they are. Allocates nothing. */
#ifndef IPIP_TUNNEL_TEXT_H
#define IPIP_TUNNEL_TEXT_H

#include "ipip/inference.h"
#include "ipip/tunnel.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ipip_kind_stats;

enum { IPIP_TUNNEL_TEXT = 1024 }; /* room for all words that a tunnel can have; what does not fit is cut off */

/*
 * The words that make `tunnel`, behind `ip tunnel add NAME` where they begin with mode, behind `ip link add NAME` where they begin with
 * type: what differs from the defaults, of mode ipip also what doesn't. Returns `text`.
 */
const char *ipip_tunnel_words(char text[IPIP_TUNNEL_TEXT], const struct ipip_tunnel *tunnel);

/*
 * The whole line that makes `tunnel` on Linux, as tun0 or isatap0, with what differs from the defaults; behind "; " that which makes the far end take
 * UDP in front. Returns `text`.
 */
const char *ipip_tunnel_command(char text[IPIP_TUNNEL_TEXT], const struct ipip_tunnel *tunnel);

/*
 * The lines that make the packets of a tunnel direction, with what is known only, separated by "; ": `text`, or NULL where Linux makes none.
 * `more` is what the inventory has of the kind: NULL of IPv4 in IPv4.
 */
const char *ipip_direction_command(char text[IPIP_TUNNEL_TEXT], const struct ipip_direction_stats *seen,
                                   const struct ipip_kind_stats *more, const struct ipip_inferences *inferences,
                                   const struct ipip_entry_ttl *entry);

#ifdef __cplusplus
}
#endif

#endif
