/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy expects of a tunnel: of any, or of one that it names. */
#ifndef IPIP_CORE_TUNNEL_POLICY_H
#define IPIP_CORE_TUNNEL_POLICY_H

#include "catalogue/rule_set.h"
#include "ipip/policy.h"

/* In what a packet is not as a policy expects its tunnel to be. */
enum unexpected {
    UNEXPECTED_NOTHING,
    UNEXPECTED_TTL,
    UNEXPECTED_TOS,
    UNEXPECTED_DF,
    UNEXPECTED_MTU,
    UNEXPECTED_KEY, /* of GRE, as the next two */
    UNEXPECTED_CHECKSUM,
    UNEXPECTED_SEQUENCE,
    UNEXPECTED_LIMIT, /* of outer IPv6, as the next */
    UNEXPECTED_LABEL,
    UNEXPECTED_SOURCE_PORT, /* of UDP, as the next */
    UNEXPECTED_DESTINATION_PORT,
    UNEXPECTED_COUNT
};

/* What a policy makes of a rule before any packet is looked at. */
enum rule_mode {
    RULE_EVALUATED,
    RULE_BLIND, /* unknown wherever it applies: the capture was taken in the wrong place */
    RULE_IDLE,  /* not applicable: switched off, or of no use */
};

struct tunnel_policy {
    const struct ipip_policy *policy;
    const struct ipip_profile *profile;
    const struct ipip_expectation *expectation; /* NULL: nothing in particular */
    enum ipip_vantage vantage;                  /* of the direction */
    bool is_vantage_of_all;                     /* as the policy declares for all directions */
    bool is_vantage_doubted;                    /* and not used, as routers have been passed: unknown in its place */
    bool judges_frames;                         /* packets in Ethernet frames are the tunnel's business */
    uint8_t modes[IPIP_RULES_MAX];              /* of enum rule_mode */
    struct rule_set evaluated;                  /* those that are RULE_EVALUATED */
};

/* No ICMP error reaches the encapsulator, and nothing comes back to it: rules that wait for that have nothing to judge. */
bool tunnel_policy_is_source_unowned(const struct tunnel_policy *tunnel_policy);

/*
 * One for every tunnel, one for each vantage that a source may have, one for each tunnel that the policy names; then the same for
 * those that carry authentication headers; then all of these where the vantage of all is doubted. NULL where there is no memory.
 */
struct tunnel_policy *tunnel_policies_new(const struct ipip_policy *policy);

/* The index of the one for this direction. */
uint16_t tunnel_policy_of(const struct ipip_policy *policy, struct ipip_addr src, struct ipip_addr dst);

/* And of the one that takes its place where an authentication header was seen: IPsec, unless the policy names a profile for it. */
uint16_t tunnel_policy_authenticated(const struct ipip_policy *policy, uint16_t tunnel_policy);

/* And of the one that takes its place as long as the vantage of all is doubted for the direction, or no longer is. */
uint16_t tunnel_policy_doubted(const struct ipip_policy *policy, uint16_t tunnel_policy, bool is_doubted);

#endif
