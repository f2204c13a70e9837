/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configurations of tunnels of all kinds but IPv4 in IPv4 (learnt_tunnels.h), by direction: kind, addresses, GRE key and UDP port. */
#ifndef IPIP_ANALYZER_LEARNT_KINDS_H
#define IPIP_ANALYZER_LEARNT_KINDS_H

#include "ipip/stack.h"
#include "reencap.h"
#include "tunnel_sight.h"

struct learnt_kinds;

struct learnt_kinds *learnt_kinds_new(void);
void learnt_kinds_free(struct learnt_kinds *learnt);

/* A tunnel header; `inner` is the IP header inside, or NULL. */
void learnt_kinds_add(struct learnt_kinds *learnt, const struct tunnel_sight *sight, const struct ipip_layer *outer,
                      const struct ipip_layer *inner);

/* What explains most packets of the header's direction; NULL where there was no room to learn it. Nothing can be added any more. */
const struct reencap_tunnel *learnt_kinds_find(struct learnt_kinds *learnt, const struct tunnel_sight *sight,
                                               const struct ipip_layer *outer);

#endif
