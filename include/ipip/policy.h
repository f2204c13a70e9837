/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the judge is to expect: which implementation's habits are accepted (a profile), where the capture was taken (a
 * vantage), which rules count. Allocates nothing.
 */
#ifndef IPIP_POLICY_H
#define IPIP_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/ecn.h"
#include "ipip/expectation.h"
#include "ipip/kind.h"
#include "ipip/rules.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The capture point of the directions whose outer source is in the prefix. */
struct ipip_source_vantage {
    struct ipip_prefix source;
    enum ipip_vantage vantage;
};

/* Where the traffic that enters and leaves the tunnel was captured, if it was. */
enum ipip_inner_side {
    IPIP_INNER_SIDE_UNKNOWN,
    IPIP_INNER_SIDE_LAN,    /* before it was forwarded: routing and filters may still drop it */
    IPIP_INNER_SIDE_TUNDEV, /* on the tunnel device */
    IPIP_INNER_SIDE_COUNT
};

/* The outer DSCP that a profile expects (RFC 2003 section 3.1, RFC 2983). */
enum ipip_dscp_habit {
    IPIP_DSCP_COPIED,          /* the inner one */
    IPIP_DSCP_COPIED_OR_ZERO,  /* the inner one, or none at all: Linux without `tos` */
    IPIP_DSCP_COPIED_OR_FIXED, /* the inner one or a configured one: a single packet can't be wrong */
};

/* The outer TTL that a profile expects (RFC 2003 section 3.1: appropriate to reach the exit). */
enum ipip_ttl_habit {
    IPIP_TTL_FIXED,              /* a configured one: an inherited one is IPIP107's */
    IPIP_TTL_FIXED_OR_INHERITED, /* both are usual: Linux, VPP */
};

/* The outer Identification that a profile expects (RFC 6864). */
enum ipip_id_habit {
    IPIP_ID_AS_RFC6864, /* unique among what may be fragmented: IPIP621 to 627 watch */
    IPIP_ID_ANY,        /* not judged: a constant or the inner one by design */
};

/* The ICMP code that an encapsulator reports unreachable exits with (RFC 2003 section 4.1). */
enum ipip_icmp_habit {
    IPIP_ICMP_MAPPED, /* network unreachable stays that: IPIP304 */
    IPIP_ICMP_ANY,    /* host unreachable for everything is fine, too: Linux */
};

/* Which IPv4 service the tunnels over IPv6 are part of. */
enum ipip_softwire {
    IPIP_SOFTWIRE_NONE,
    IPIP_SOFTWIRE_DS_LITE, /* RFC 6333: IPIP783, IPIP784 */
    IPIP_SOFTWIRE_MAP_E,   /* RFC 7597 */
};

/* A named set of switches. Each defines what is normal; the rules that read it report the rest. */
struct ipip_profile {
    const char *name;
    const char *title;
    enum ipip_dscp_habit dscp;
    bool whole_tos_octet;            /* IPIP102: the TOS octet is one value, as RFC 2003 wrote it */
    uint8_t ecn_modes;               /* 1 << enum ipip_ecn_encap of each mode that the encapsulator may use */
    uint8_t ecn_modes_gre6;          /* of GRE over IPv6, where they are others; 0: the same */
    uint8_t ecn_noted_modes;         /* of these, the ones worth a note once per tunnel */
    bool df_free;                    /* inner DF need not be propagated (IPIP105) */
    bool df_clear_is_normal;         /* nor need path MTU discovery be done for others (IPIP106) */
    bool outer_fragments_are_normal; /* IPIP117 */
    bool automatic_df_is_set;        /* 6to4 does path MTU discovery (IPIP724) */
    bool labels_coincide;            /* automatic flow labels are those of hosts, which hash likewise (IPIP743) */
    bool toobig_without_df;          /* IPv4 in IPv6: what is too big is rejected whatever its DF says (IPIP748) */
    enum ipip_ttl_habit ttl;
    enum ipip_id_habit id;
    enum ipip_icmp_habit icmp;
    bool is_source_unowned;  /* outer sources are made up: no ICMP error reaches the encapsulator, nothing comes back */
    uint8_t ecn_decap_modes; /* 1 << enum ipip_ecn_decap of each mode that the decapsulator may use */
    bool indicative_is_error; /* what RFC 2003 states without MUST is required all the same */
    enum ipip_softwire softwire;
    /* What an implementation makes, for recognising it by its packets (see infer.h). */
    uint8_t made_df;     /* 1 << enum ipip_df_policy of each; 0: the profile is no implementation */
    uint8_t made_id;     /* 1 << enum ipip_id_policy of each */
    uint8_t made_ttl;    /* the fixed TTL; 0: any, or inherited */
    bool clears_both_df; /* identified by clearing DF whatever it is inside: both must have been seen */
};

/* The profile called `name`, or NULL. */
const struct ipip_profile *ipip_profile_find(const char *name);

/* The `index`-th profile, NULL past the last. The first is "modern", the default. */
const struct ipip_profile *ipip_profile_at(size_t index);

/* "unknown", "entry", "mid", "exit", "host-tx"; NULL past the last. */
const char *ipip_vantage_name(enum ipip_vantage vantage);

/* The vantage of this name, or -1. */
int ipip_vantage_find(const char *name);

/* "unknown", "lan", "tundev"; NULL past the last. */
const char *ipip_inner_side_name(enum ipip_inner_side side);

enum {
    /* Sections on single tunnels that a policy may have; further ones are refused by the reader of the file. */
    IPIP_EXPECTATIONS_MAX = 1000,
    /* A rule's severity as it is without a policy. */
    IPIP_SEVERITY_USUAL = 0xff,
};

/*
 * The arrays are the caller's and outlive whatever was made with the policy. They are in order, as ipip_prefixes_order() and its like
 * below make them, so that a packet's addresses are found among many.
 */
struct ipip_policy {
    const struct ipip_kinds *kinds;     /* of tunnels, which are read and judged; never NULL */
    const struct ipip_profile *profile; /* never NULL */
    enum ipip_vantage vantage;          /* of directions without another one: ipip_policy_vantage() */
    enum ipip_inner_side inner_side;
    const struct ipip_prefix *sites; /* what is inside; with none, rules that ask for it don't apply */
    size_t site_count;
    const struct ipip_endpoints *endpoints; /* the tunnels that there should be, in either direction; none: unknown */
    size_t endpoint_count;
    uint64_t
        learn; /* without endpoints: directions seen in so many first tunnel packets are the legitimate ones; 0: all */
    const struct ipip_expectation *tunnels; /* what single tunnel directions should be like */
    size_t tunnel_count;                    /* at most IPIP_EXPECTATIONS_MAX */
    bool is_off[IPIP_RULES_MAX];            /* by rule index: not evaluated, not counted */
    /* By rule index: the severity of every finding, as enum ipip_severity; IPIP_SEVERITY_USUAL leaves it to the rule. */
    uint8_t severity[IPIP_RULES_MAX];
    bool
        has_both_ends; /* each tunnel packet may be there twice, at the entry and at the exit: IPIP905 has nothing to say */
    bool is_guessing; /* UDP on ports that stand for no tunnel is looked at for what looks like one (IPIP839) */
    const struct ipip_source_vantage *vantages; /* of directions by their source; precedes `tunnels` and `vantage` */
    size_t vantage_count;
};

/* The profile "modern" at an unknown vantage with every rule on. */
struct ipip_policy ipip_policy_default(void);

/* TOS and TTL are as the encapsulator wrote them: no router can have touched them yet. */
static inline bool ipip_vantage_is_entry(enum ipip_vantage vantage)
{
    return vantage == IPIP_VANTAGE_ENTRY || vantage == IPIP_VANTAGE_HOST_TX;
}

/*
 * The declared vantage of this direction: by its source, else in its expectation, else for all. `*is_of_all`: it is the
 * last, and may be meant for the other direction.
 */
enum ipip_vantage ipip_policy_vantage(const struct ipip_policy *policy, struct ipip_addr src, struct ipip_addr dst,
                                      bool *is_of_all);

/*
 * Lists in any order become such as a policy must have them. Each returns how many are left: prefixes within others, endpoints that are
 * there twice, and expectations of a direction that an earlier one is of, are dropped.
 */
size_t ipip_prefixes_order(struct ipip_prefix *prefixes, size_t count);
size_t ipip_endpoints_order(struct ipip_endpoints *endpoints, size_t count);
size_t ipip_expectations_order(struct ipip_expectation *expectations, size_t count);

/* The longest prefix comes first. Of two that are equal the one that was given last is kept. */
size_t ipip_source_vantages_order(struct ipip_source_vantage *vantages, size_t count);

/* Whether the address is inside. */
bool ipip_policy_is_site(const struct ipip_policy *policy, struct ipip_addr address);

/* Whether the tunnel direction is one of the endpoints, in either order. */
bool ipip_policy_is_endpoint(const struct ipip_policy *policy, struct ipip_addr src, struct ipip_addr dst);

/* What is expected of this direction in particular, or NULL. */
const struct ipip_expectation *ipip_policy_expectation(const struct ipip_policy *policy, struct ipip_addr src,
                                                       struct ipip_addr dst);

#ifdef __cplusplus
}
#endif

#endif
