/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tunnel in the words of ip-tunnel(8), ip-link(8) and ip-fou(8), so that what makes it can be pasted as it is:
 *
 *   [ip] [-6] tunnel add|change [NAME] [mode MODE] WORD...       MODE: ipip, gre, sit, isatap, vti; over IPv6 ipip6, ip6ip6, any, ip6gre, vti6
 *   [ip] link add|change [name] [NAME] type TYPE [mode MODE] WORD...      TYPE: ipip, sit, gre, gretap, erspan, vti, ip6tnl, ip6gre, ip6gretap,
 *                                                                         ip6erspan, vti6; MODE of ipip, sit and ip6tnl, any by default
 *   [mode MODE | type TYPE] WORD...                              without a command: the words of both
 *   ip tunnel 6rd [dev NAME] 6rd-prefix PREFIX [6rd-relay_prefix PREFIX]
 *   ip tunnel prl [dev NAME] prl-default|prl-nodefault ADDRESS
 *   ip fou add port PORT ipproto 4|41|47|gue                     must fit the tunnel that sends to this port
 *
 * Several lines are one tunnel; a semicolon or a newline ends a line. The words, as the mode has them:
 *
 *   all                  local ADDRESS, remote ADDRESS|any
 *   over IPv4            ttl N|inherit, tos N|inherit|inherit/N, pmtudisc, nopmtudisc; `ip link`, GRE: ignore-df
 *   over IPv6            hoplimit N, tclass N|inherit, encaplimit N|none, flowlabel N|inherit, dscp inherit
 *   GRE                  [i|o]key K, [i|o]csum, [i|o]seq; ERSPAN: erspan_ver 0|1|2, erspan INDEX, erspan_dir, erspan_hwid
 *   `ip link`            encap fou|gue|none, encap-sport PORT|auto, encap-dport PORT, encap-csum, encap-csum6, encap-remcsum
 *   sit                  6rd-prefix, 6rd-relay_prefix, 6rd-reset, isatap
 *
 * Words that set no octet of the packets (dev, fwmark, mtu ...) are accepted. For what other implementations do there are words of our own:
 * ecn MODE, id counter|copy|zero|zero-with-df, df set|copy|clear, flowlabel zero, mode minimal. Without further words the tunnel is what
 * Linux makes by default: ipip, or ip6ip6 with IPv6 addresses.
 */
#ifndef IPIP_ANALYZER_TUNNEL_WORDS_H
#define IPIP_ANALYZER_TUNNEL_WORDS_H

#include <glib.h>

#include "ipip/tunnel.h"

/*
 * FALSE and `*error`, with what is wrong and what would be right, where the words make no tunnel: also where ip(8) or the kernel refuses
 * them. The tunnel may be of a kind that ipip_encap() doesn't make (vti).
 */
gboolean tunnel_from_words(const char *text, struct ipip_tunnel *tunnel, GError **error);

/* FALSE and `*error` where the tunnel makes no packets of these kinds, of IPIP_KIND_BIT(); with `encap` the kind is FOU or GUE. */
gboolean tunnel_has_kind(const struct ipip_tunnel *tunnel, uint32_t kinds, GError **error);

#endif
