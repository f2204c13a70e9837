/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules on UDP in front of a tunnel have in common. */
#ifndef IPIP_CORE_RULES_UDP_H
#define IPIP_CORE_RULES_UDP_H

#include "rules/rule.h"

/* A rule about the headers between: captured, and of the first fragment, of which they are judged with the whole datagram. */
#define RULE_OF_UDP                                                              \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL, .excludes = FACT_FRAGMENT_HEADER, \
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN

/* From the UDP header on, to the end of what the outer header carries. */
static inline struct ipip_bytes udp_at(const struct ipip_rule_input *c)
{
    return c->shims->at[IPIP_SHIM_UDP];
}

/* How much the outer header carries is not known: of fragments, the first is all there is. */
static inline bool udp_is_partial(const struct ipip_rule_input *c)
{
    return input_layer(c)->is_reassembled && udp_at(c).captured < udp_at(c).wire;
}

#endif
