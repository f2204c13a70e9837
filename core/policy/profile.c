/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/policy.h"

#include <string.h>

#include "ipip/tunnel.h"

enum {
    NORMAL = 1 << IPIP_ECN_NORMAL,
    COMPATIBILITY = 1 << IPIP_ECN_COMPATIBILITY,
    RFC3168_FULL = 1 << IPIP_ECN_RFC3168_FULL,
    COPY = 1 << IPIP_ECN_COPY,
};

enum {
    DF_SET = 1 << IPIP_DF_SET,
    DF_COPY = 1 << IPIP_DF_COPY,
    DF_CLEAR = 1 << IPIP_DF_CLEAR,
    ID_COUNTER = 1 << IPIP_ID_COUNTER,
    ID_COPY = 1 << IPIP_ID_COPY,
    ID_ZERO = 1 << IPIP_ID_ZERO,
    ID_ZERO_WITH_DF = 1 << IPIP_ID_ZERO_WITH_DF,
    GIF_TTL = 30,
};

enum {
    DECAP_RFC6040 = 1 << IPIP_ECN_DECAP_RFC6040,
    DECAP_RFC3168 = 1 << IPIP_ECN_DECAP_RFC3168_FULL,
    DECAP_RFC4301 = 1 << IPIP_ECN_DECAP_RFC4301,
    DECAP_OVERWRITE = 1 << IPIP_ECN_DECAP_OVERWRITE,
    DECAP_NONE = 1 << IPIP_ECN_DECAP_NONE,
};

static const struct ipip_profile profiles[] = {
    {
        .name = "modern",
        .title = "RFC 2003 as RFC 2983, 3168, 6040 and 6864 updated it",
        .dscp = IPIP_DSCP_COPIED,
        .ecn_modes = NORMAL | COMPATIBILITY | RFC3168_FULL,
        .ecn_noted_modes = COMPATIBILITY | RFC3168_FULL,
        .ecn_decap_modes = DECAP_RFC6040,
        .icmp = IPIP_ICMP_ANY,
    },
    {
        .name = "strict-rfc2003",
        .title = "RFC 2003 taken literally, statements without a keyword included",
        .dscp = IPIP_DSCP_COPIED,
        .whole_tos_octet = true,
        .ecn_modes = COPY,
        .ecn_decap_modes = DECAP_NONE,
        .id = IPIP_ID_ANY,
        .icmp = IPIP_ICMP_MAPPED,
        .indicative_is_error = true,
    },
    {
        .name = "linux",
        .title = "Linux 3.11 and later",
        .dscp = IPIP_DSCP_COPIED_OR_ZERO,
        .ecn_modes = RFC3168_FULL,
        .ecn_modes_gre6 = COMPATIBILITY | COPY,
        .ecn_decap_modes = DECAP_RFC6040 | DECAP_RFC3168,
        .automatic_df_is_set = true,
        .labels_coincide = true,
        .toobig_without_df = true,
        .ttl = IPIP_TTL_FIXED_OR_INHERITED,
        .icmp = IPIP_ICMP_ANY,
        .made_df = DF_SET | DF_COPY,
        .made_id = ID_COUNTER,
    },
    {
        .name = "linux-2.6",
        .title = "Linux 2.6 to 3.8: Identification 0 where DF is set",
        .dscp = IPIP_DSCP_COPIED_OR_ZERO,
        .ecn_modes = RFC3168_FULL,
        .ecn_modes_gre6 = COMPATIBILITY | COPY,
        .ecn_decap_modes = DECAP_RFC4301,
        .automatic_df_is_set = true,
        .labels_coincide = true,
        .toobig_without_df = true,
        .ttl = IPIP_TTL_FIXED_OR_INHERITED,
        .icmp = IPIP_ICMP_ANY,
        .made_df = DF_SET | DF_COPY,
        .made_id = ID_ZERO_WITH_DF,
    },
    {
        .name = "linux-3.10",
        .title = "Linux 3.9 and 3.10: Identification copied from the inner header",
        .dscp = IPIP_DSCP_COPIED_OR_ZERO,
        .ecn_modes = RFC3168_FULL,
        .ecn_modes_gre6 = COMPATIBILITY | COPY,
        .ecn_decap_modes = DECAP_RFC3168,
        .automatic_df_is_set = true,
        .labels_coincide = true,
        .toobig_without_df = true,
        .ttl = IPIP_TTL_FIXED_OR_INHERITED,
        .id = IPIP_ID_ANY,
        .icmp = IPIP_ICMP_ANY,
        .made_df = DF_SET | DF_COPY,
        .made_id = ID_COPY,
    },
    {
        .name = "vpp",
        .title = "FD.io VPP: DF clear, Identification 0",
        .dscp = IPIP_DSCP_COPIED_OR_FIXED,
        .ecn_modes = NORMAL | COMPATIBILITY,
        .ecn_decap_modes = DECAP_NONE | DECAP_OVERWRITE,
        .df_free = true,
        .df_clear_is_normal = true,
        .outer_fragments_are_normal = true,
        .ttl = IPIP_TTL_FIXED_OR_INHERITED,
        .id = IPIP_ID_ANY,
        .icmp = IPIP_ICMP_ANY,
        .made_df = DF_CLEAR,
        .made_id = ID_ZERO,
        .clears_both_df = true,
    },
    {
        .name = "gif",
        .title = "BSD gif(4): TOS copied, DF clear",
        .dscp = IPIP_DSCP_COPIED,
        .ecn_modes = COPY,
        .ecn_decap_modes = DECAP_NONE,
        .df_free = true,
        .df_clear_is_normal = true,
        .outer_fragments_are_normal = true,
        .icmp = IPIP_ICMP_ANY,
        .made_df = DF_CLEAR,
        .made_id = ID_COUNTER,
        .made_ttl = GIF_TTL,
    },
    {
        .name = "gif-link1",
        .title = "BSD gif(4) with link1: ECN as in RFC 3168, DF clear",
        .dscp = IPIP_DSCP_COPIED,
        .ecn_modes = RFC3168_FULL,
        .ecn_decap_modes = DECAP_RFC3168,
        .df_free = true,
        .df_clear_is_normal = true,
        .outer_fragments_are_normal = true,
        .icmp = IPIP_ICMP_ANY,
        .made_df = DF_CLEAR,
        .made_id = ID_COUNTER,
        .made_ttl = GIF_TTL,
    },
    {
        .name = "ipsec4301",
        .title = "the inside of IPsec tunnel mode (RFC 4301)",
        .dscp = IPIP_DSCP_COPIED_OR_FIXED,
        .ecn_modes = NORMAL | RFC3168_FULL, /* the latter is what Linux' xfrm does */
        .ecn_decap_modes = DECAP_RFC4301 | DECAP_RFC6040,
        .df_free = true,
        .df_clear_is_normal = true,
        .outer_fragments_are_normal = true,
        .ttl = IPIP_TTL_FIXED_OR_INHERITED,
        .id = IPIP_ID_ANY,
        .icmp = IPIP_ICMP_ANY,
    },
    {
        .name = "xdp-lb",
        .title = "load balancers that encapsulate in XDP (Katran, Cilium): invented sources, any DF",
        .dscp = IPIP_DSCP_COPIED_OR_ZERO,
        .ecn_modes = COPY | COMPATIBILITY,
        .ecn_decap_modes = DECAP_RFC6040 | DECAP_RFC3168 | DECAP_RFC4301 | DECAP_OVERWRITE | DECAP_NONE,
        .df_free = true,
        .df_clear_is_normal = true,
        .id = IPIP_ID_ANY,
        .icmp = IPIP_ICMP_ANY,
        .is_source_unowned = true,
    },
    {
        .name = "ds-lite",
        .title = "DS-Lite (RFC 6333): IPv4 in IPv6 between homes and an AFTR, fragments outside",
        .dscp = IPIP_DSCP_COPIED,
        .ecn_modes = NORMAL,
        .ecn_decap_modes = DECAP_RFC6040,
        .outer_fragments_are_normal = true,
        .icmp = IPIP_ICMP_ANY,
        .softwire = IPIP_SOFTWIRE_DS_LITE,
    },
    {
        .name = "map-e",
        .title = "MAP-E (RFC 7597): IPv4 in IPv6 between homes and a border relay, fragments outside",
        .dscp = IPIP_DSCP_COPIED,
        .ecn_modes = NORMAL,
        .ecn_decap_modes = DECAP_RFC6040,
        .outer_fragments_are_normal = true,
        .icmp = IPIP_ICMP_ANY,
        .softwire = IPIP_SOFTWIRE_MAP_E,
    },
};

static const char *const vantages[IPIP_VANTAGE_COUNT] = {"unknown", "entry", "mid", "exit", "host-tx"};
static const char *const inner_sides[IPIP_INNER_SIDE_COUNT] = {"unknown", "lan", "tundev"};

const struct ipip_profile *ipip_profile_at(size_t index)
{
    return index < sizeof profiles / sizeof profiles[0] ? &profiles[index] : NULL;
}

const struct ipip_profile *ipip_profile_find(const char *name)
{
    const struct ipip_profile *profile;

    for (size_t i = 0; (profile = ipip_profile_at(i)) != NULL; i++) {
        if (strcmp(profile->name, name) == 0)
            return profile;
    }
    return NULL;
}

const char *ipip_vantage_name(enum ipip_vantage vantage)
{
    return (unsigned)vantage < IPIP_VANTAGE_COUNT ? vantages[vantage] : NULL;
}

int ipip_vantage_find(const char *name)
{
    for (int i = 0; i < IPIP_VANTAGE_COUNT; i++) {
        if (strcmp(vantages[i], name) == 0)
            return i;
    }
    return -1;
}

const char *ipip_inner_side_name(enum ipip_inner_side side)
{
    return (unsigned)side < IPIP_INNER_SIDE_COUNT ? inner_sides[side] : NULL;
}

struct ipip_policy ipip_policy_default(void)
{
    struct ipip_policy policy = {.kinds = ipip_kinds_judged(), .profile = &profiles[0]};

    memset(policy.severity, IPIP_SEVERITY_USUAL, sizeof policy.severity);
    return policy;
}
