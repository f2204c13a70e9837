/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules on datagrams seen on both sides of a tunnel's end have in common. */
#ifndef IPIP_CORE_RULES_SIDES_H
#define IPIP_CORE_RULES_SIDES_H

#include "rules/rule.h"

/* The conditions of a rule on datagrams on both sides; and of one on what an encapsulator, or a decapsulator, does to them. */
#define RULE_OF_SIDES .about.scope = IPIP_SCOPE_FLOW, .about.subject = IPIP_SUBJECT_SIDES
#define RULE_OF_ENTRY RULE_OF_SIDES, .applies = SIDES_FACT_IN
#define RULE_OF_EXIT RULE_OF_SIDES, .applies = SIDES_FACT_OUT

/*
 * Minimal encapsulation has but one header: its TTL (IPIP827), its checksum, and what routers in the tunnel mark are no matter of two
 * headers.
 */
#define KINDS_WITH_SIDES (KINDS_OF_TWO_HEADERS | KINDS_OF_MINIMAL)
#define KINDS_WITH_IPV4_INSIDE (KINDS_OF_TWO_HEADERS & ~KINDS_INSIDE_IPV6)

/* What rules on the exit are blind to: those on the header inside, and those on the one that was taken away. */
#define BLIND_TO_EXIT (SIDES_FACT_AMBIGUOUS | SIDES_FACT_HEADER_UNSEEN)
#define BLIND_TO_OUTER (BLIND_TO_EXIT | SIDES_FACT_OUTER_UNSEEN)

/* What the standards of the kinds say, one after the other; NULL: as that of IPv4 in IPv4. */
#define SIDES_REFERENCES(severity, of_6in4, of_rfc2473, of_gre, of_udp)        \
    .variants = {{KIND_OF(6IN4), severity, of_6in4, false},                    \
                 {KIND_OF(4IN6) | KIND_OF(6IN6), severity, of_rfc2473, false}, \
                 {KINDS_OF_GRE | KINDS_OF_FRAMES, severity, of_gre, false},    \
                 {KINDS_OF_UDP, severity, of_udp, false},                      \
                 {KINDS_OF_MINIMAL, severity, "RFC 2004 section 3", false},    \
                 {KIND_OF(ESP), severity, "RFC 4301 section 5.1.2", false}}

/* What the family of the datagram calls its lifetime. */
static inline const char *sides_ttl_word(const struct ipip_rule_input *c)
{
    return c->flow->sides.is_ipv6 ? "Hop Limit" : "TTL";
}

/* " in frame N" or " in frame N, on interface M" of the other sight; "" where there is none. */
enum { SIDES_OTHER_TEXT = 64 };
const char *sides_other_text(char text[static SIDES_OTHER_TEXT], const struct ipip_rule_input *c);

/* What differs, by its name and the field that it is in. */
struct difference {
    const char *name;
    unsigned field;
};

struct difference sides_difference_of(const struct sides_match *match);

/* The operator declares that the tunnel's ends make this change. */
bool sides_is_allowed(const struct tunnel_policy *tunnel_policy, enum ipip_allowed_change change);

/* The packet that this one stands beside. */
void sides_show_other(const struct ipip_rule_input *c, struct ruling *ruling);

#endif
