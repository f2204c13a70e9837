/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules on GRE have in common. */
#ifndef IPIP_CORE_RULES_GRE_H
#define IPIP_CORE_RULES_GRE_H

#include "rules/rule.h"

/* Kinds of tunnels with a GRE header, or, over UDP, maybe with one. */
#define KINDS_WITH_GRE (KINDS_OF_GRE | KINDS_OF_FRAMES | KINDS_OF_MIRRORS | KINDS_OF_UDP)

/* A rule about the GRE header: it must be captured, and be in the first fragment, of which it is judged with the whole datagram. */
#define RULE_OF_GRE                                                                         \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_GRE, .excludes = FACT_FRAGMENT_HEADER, \
    .blind = FACT_SHIM_CUT | FACT_INNER_UNSEEN

/* From the GRE header on. */
static inline struct ipip_bytes gre_at(const struct ipip_rule_input *c)
{
    return c->shims->at[IPIP_SHIM_GRE];
}

/* Flags and version, with whatever is behind them; 0 where even they are not there. */
unsigned gre_flags(const struct ipip_rule_input *c);

/* The flags and the type are there; else `ruling` is that nothing is known. */
static inline bool gre_is_there(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (gre_at(c).captured >= 4)
        return true;
    ruling->verdict = IPIP_UNKNOWN;
    return false;
}

#endif
