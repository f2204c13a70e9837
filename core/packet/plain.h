/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The usual packet of a tunnel, seen at once: two headers without options, no fragment, nothing between them, TCP, UDP or ICMP
 * inside, and no tunnel over UDP, both checksums right, lengths that fit each other and what is captured, addresses that are nothing special in their place.
 * There is little to find out about its headers, and that comes from a few words. Everything else is for ipip_stack_read() and facts.h.
 */
#ifndef IPIP_CORE_PLAIN_H
#define IPIP_CORE_PLAIN_H

#include "packet/parsed_packet.h"
#include "table/hash.h"

/*
 * Fills in all of `parsed` for `parsed->packet`, as it would be otherwise. False where it is another packet; then nothing is written.
 * The octets of the packet are not in `parsed`.
 */
bool plain_parse(const struct hash_keys *keys, const struct ipip_kinds *kinds, struct parsed_packet *restrict parsed);

#endif
