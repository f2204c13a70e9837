/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the judge is to expect: which implementation's habits are accepted (a profile), where the capture was taken (a
 * vantage), which rules count.
 */
#ifndef IPIP_POLICY_H
#define IPIP_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/ecn.h"
#include "ipip/rules.h"

/* Where the packets were captured. Routers on the way may change TOS and TTL, so only some places make a rule certain. */
enum ipip_vantage {
    IPIP_VANTAGE_UNKNOWN,
    IPIP_VANTAGE_ENTRY,   /* the first link after the encapsulator */
    IPIP_VANTAGE_MID,     /* somewhere between */
    IPIP_VANTAGE_EXIT,    /* the last link before the decapsulator */
    IPIP_VANTAGE_HOST_TX, /* on the encapsulator itself, before its network card */
    IPIP_VANTAGE_COUNT
};

/* The outer DSCP that a profile expects (RFC 2003 section 3.1, RFC 2983). */
enum ipip_dscp_habit {
    IPIP_DSCP_COPIED,          /* the inner one */
    IPIP_DSCP_COPIED_OR_ZERO,  /* the inner one, or none at all: Linux without `tos` */
    IPIP_DSCP_COPIED_OR_FIXED, /* the inner one or a configured one: a single packet can't be wrong */
};

/* A named set of switches. Each says what is normal; what is not is reported by the rules that read it. */
struct ipip_profile {
    const char *name;
    const char *title;
    enum ipip_dscp_habit dscp;
    bool whole_tos_octet;            /* IPIP102: the TOS octet is one value, as RFC 2003 wrote it */
    uint8_t ecn_modes;               /* 1 << enum ipip_ecn_encap of each mode that the encapsulator may use */
    uint8_t ecn_noted_modes;         /* of these, the ones worth a note once per tunnel */
    bool df_free;                    /* inner DF need not be propagated (IPIP105) */
    bool df_clear_is_normal;         /* nor need path MTU discovery be done for others (IPIP106) */
    bool outer_fragments_are_normal; /* IPIP117 */
    bool id_zero_is_normal;          /* IPIP625 */
    bool indicative_is_error;        /* what RFC 2003 states without MUST is required all the same */
    /* What an implementation makes, for recognising it by its packets (see infer.h). */
    uint8_t made_df;  /* 1 << enum ipip_df_policy of each; 0: the profile is no implementation */
    uint8_t made_id;  /* 1 << enum ipip_id_policy of each */
    uint8_t made_ttl; /* the fixed TTL; 0: any, or inherited */
};

/* The profile called `name`, or NULL. */
const struct ipip_profile *ipip_profile_find(const char *name);

/* The `index`-th profile, NULL past the last. The first is "modern", the default. */
const struct ipip_profile *ipip_profile_at(size_t index);

/* "unknown", "entry", "mid", "exit", "host-tx"; NULL past the last. */
const char *ipip_vantage_name(enum ipip_vantage vantage);

struct ipip_policy {
    const struct ipip_profile *profile; /* never NULL */
    enum ipip_vantage vantage;
    bool is_off[IPIP_RULES_MAX]; /* by rule index: not evaluated, not counted */
};

/* The profile "modern" at an unknown vantage with every rule on. */
struct ipip_policy ipip_policy_default(void);

/* TOS is as the encapsulator wrote it: no router can have touched it yet. */
static inline bool ipip_policy_sees_entry(const struct ipip_policy *policy)
{
    return policy->vantage == IPIP_VANTAGE_ENTRY || policy->vantage == IPIP_VANTAGE_HOST_TX;
}

#endif
