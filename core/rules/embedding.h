/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IPv4 addresses that the inner addresses of a packet of 6in4 have inside. */
#ifndef IPIP_CORE_RULES_EMBEDDING_H
#define IPIP_CORE_RULES_EMBEDDING_H

#include "rules/rule.h"
#include "wire/embedded.h"

/* The rule is about 6to4, or about ISATAP, or about both. */
#define RULE_OF_AUTOMATIC(not_this)                                                                              \
    .about.kinds = IPIP_KIND_BIT(IPIP_KIND_6IN4), .applies = FACT_WELL_FORMED | FACT_TUNNEL,                     \
    .excludes = FACT_INNER_BAD | FACT_FRAGMENT_HEADER | (not_this), .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN, \
    .triggers = TRIGGER_AUTOMATIC

struct embedded {
    enum embedding by;
    struct ipip_addr ipv4; /* unless EMBEDDING_NONE */
};

/* What is inside an inner address. */
struct embedded embedded_of(struct ipip_addr address);

/* The text of a rule on the end of the tunnel that an inner address names: the IPv4 address inside is not the outer one. */
void describe_source_end(const struct ipip_rule_input *c, enum embedding by, uint32_t ipv4, struct ipip_text *text);
void describe_destination_end(const struct ipip_rule_input *c, enum embedding by, uint32_t ipv4,
                              struct ipip_text *text);

/* The policy declares a configured tunnel, whose ends no address inside names; and a list of routers that this one is in. */
bool embedding_is_idle(const struct tunnel_policy *tunnel_policy);
#define DECLARED_IN(c, list, address) \
    ((c)->tunnel_policy->expectation != NULL && ipip_expected_has(&(c)->tunnel_policy->expectation->list, (address)))

/* Of ISATAP: an encapsulator that may forward what other hosts sent, as it advertised or as the policy declares. */
bool embedding_is_from_router(const struct ipip_rule_input *c);

/* "6to4", "ISATAP" */
const char *embedding_name(enum embedding by);

#endif
