/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tunnel in the words of ip-tunnel(8) and ip-link(8), so that a line of either can be pasted as it is:
 *
 *   [ip tunnel add|change NAME] [ip link add [name] NAME type ipip] [mode ipip|ip4ip4|ipv4/ipv4|any]
 *   [local ADDRESS] [remote ADDRESS] [ttl|hoplimit N|inherit] [tos|tclass|dsfield N|inherit|inherit/N]
 *   [pmtudisc|nopmtudisc] [dev NAME]
 *
 * and, for what other implementations do, three words of our own: ecn MODE, id counter|copy|zero, df set|copy|clear.
 * Without further words the tunnel is what Linux makes by default: ttl inherit, tos 0, pmtudisc, ECN as in RFC 3168.
 */
#ifndef IPIP_ANALYZER_TUNNEL_WORDS_H
#define IPIP_ANALYZER_TUNNEL_WORDS_H

#include <glib.h>

#include "ipip/tunnel.h"

#define TUNNEL_WORDS_ERROR (g_quark_from_static_string("ipip-tunnel-words"))

/* FALSE and `*error`, with what is wrong and what would be right, where the words make no tunnel. */
gboolean tunnel_from_words(const char *text, struct ipip_tunnel *tunnel, GError **error);

/* The words that make `tunnel`; to be freed. */
char *tunnel_to_words(const struct ipip_tunnel *tunnel);

#endif
