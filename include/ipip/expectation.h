/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the operator expects of one tunnel direction: the section [tunnel SRC DST] of a policy file.
 * Allocates nothing.
 */
#ifndef IPIP_EXPECTATION_H
#define IPIP_EXPECTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipip/address.h"
#include "ipip/kind.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ipip_profile;

/*
 * Where the packets were captured. Routers on the path may change TOS and TTL, so only some places make a rule certain.
 */
enum ipip_vantage {
    IPIP_VANTAGE_UNKNOWN,
    IPIP_VANTAGE_ENTRY,   /* the first link after the encapsulator */
    IPIP_VANTAGE_MID,     /* somewhere between */
    IPIP_VANTAGE_EXIT,    /* the last link before the decapsulator */
    IPIP_VANTAGE_HOST_TX, /* on the encapsulator itself, before its network card */
    IPIP_VANTAGE_COUNT
};

/* How an outer field is to be made. */
enum ipip_expected {
    IPIP_EXPECT_ANYTHING,
    IPIP_EXPECT_FIXED,   /* the fixed value */
    IPIP_EXPECT_INHERIT, /* as in the inner header */
};

enum ipip_expected_df { IPIP_EXPECT_DF_ANY, IPIP_EXPECT_DF_SET, IPIP_EXPECT_DF_COPY, IPIP_EXPECT_DF_CLEAR };

/* What an encapsulator may change in the inner header, as bits. */
enum ipip_allowed_change {
    IPIP_ALLOW_DSCP = 1 << 0,     /* it marks (RFC 2475): IPIP402 */
    IPIP_ALLOW_DF_CLEAR = 1 << 1, /* IPIP405 */
};

/* Whether something is to be there. */
enum ipip_expected_presence { IPIP_EXPECT_EITHER, IPIP_EXPECT_THERE, IPIP_EXPECT_ABSENT };

enum { IPIP_EXPECTED_ADDRESSES_MAX = 4 };

/* Routers, by their IPv4 addresses. */
struct ipip_expected_addresses {
    uint8_t count;
    struct ipip_addr at[IPIP_EXPECTED_ADDRESSES_MAX];
};

/* The address is one of them. */
static inline bool ipip_expected_has(const struct ipip_expected_addresses *addresses, struct ipip_addr address)
{
    unsigned i = 0;

    while (i < addresses->count && !ipip_address_equal(addresses->at[i], address))
        i++;
    return i < addresses->count;
}

/* The mapping rule of a MAP-E domain (RFC 7597 section 5); `ipv6` of 0 bits: it is none. */
struct ipip_map_rule {
    struct ipip_prefix ipv6;
    struct ipip_prefix ipv4;
    uint8_t ea_bits;     /* embedded behind the IPv6 prefix, 0..48: the rest of the IPv4 address, then the PSID */
    uint8_t psid_offset; /* bits of a port in front of the PSID, 0..15 */
};

/* All zero but for the addresses: nothing is expected. Both are of one family. */
struct ipip_expectation {
    struct ipip_addr src; /* of the tunnel header */
    struct ipip_addr dst;
    const struct ipip_profile *profile; /* NULL: that of the policy */
    enum ipip_expected ttl;
    uint8_t ttl_value; /* TTL or Hop Limit, 1..255 */
    enum ipip_expected tos;
    uint8_t tos_value;        /* TOS or Traffic Class: the DSCP in the upper 6 bits; the others are 0 */
    enum ipip_expected_df df; /* outer IPv4 only */
    uint16_t mtu;             /* octets of the largest outer datagram, 68..65535; 0: not known */
    uint8_t encap_hops;       /* that the inner TTL loses between the LAN and the tunnel, 1..255; 0: not known */
    uint8_t allow;            /* of enum ipip_allowed_change */
    bool has_vantage;         /* else it is that of the policy */
    enum ipip_vantage vantage;

    /* What kind of tunnel it is; a section is about all that have these addresses. */
    uint32_t kinds;     /* of IPIP_KIND_BIT(): any of these; 0: of any kind */
    bool is_configured; /* of 6in4 alone, `mode = sit`: addresses inside do not say where the ends are */

    /* GRE of any kind; packets without a GRE header are not asked for these. */
    enum ipip_expected_presence key;
    uint32_t key_value;
    enum ipip_expected_presence checksum;
    enum ipip_expected_presence sequence;

    /* Outer IPv6. */
    enum ipip_expected_presence limit; /* the encapsulation limit (RFC 2473 section 4.1.1) */
    uint8_t limit_value;
    enum ipip_expected label;
    uint32_t label_value; /* flow label, 0..0xfffff */

    /* UDP; 0: any. */
    uint16_t source_port;
    uint16_t destination_port;
    bool is_zero_checksum_fine; /* a managed network (RFC 6936 section 4, RFC 8086 section 2.1.1) */

    /* 6in4. */
    bool is_mtu_static;                        /* no path MTU discovery (RFC 4213 section 3.2.1) */
    struct ipip_prefix prefix;                 /* of a 6rd domain (RFC 5969 section 4); 0 bits: it is none */
    struct ipip_prefix common;                 /* what the IPv4 addresses of the domain begin with; 0 bits: nothing */
    struct ipip_expected_addresses br;         /* border relays of the domain */
    struct ipip_expected_addresses br_anycast; /* and those that several of them share */
    struct ipip_expected_addresses prl;        /* the potential router list of ISATAP (RFC 5214 section 3) */
    struct ipip_expected_addresses relay;      /* of 6to4 (RFC 3056 section 5.2) */

    struct ipip_map_rule map_rule; /* 4in6 */

    /* Ethernet frames. */
    bool
        is_frame_judged; /* packets in them by the rules of tunnels without frames: it is no bridge, or its hosts are the tunnel's business */
};

/*
 * Understands one line of the section; `src` and `dst` are set before, or {0, 0}, which stands for either family. NULL where that is
 * done; else what would have been right, such as "1 to 255, or inherit", and `*expectation` is as it was. For a key that there is not,
 * "a key of a tunnel".
 *
 *   profile        a name of ipip_profile_at()
 *   ttl            1..255, inherit
 *   tos            0x00..0xff, of which the lower two bits are ignored, a DSCP name such as EF, inherit
 *   df             set, copy, clear, any; outer IPv4
 *   mtu            68..65535
 *   vantage        a name of ipip_vantage_name()
 *   encap-hops     1..255
 *   allow          dscp, df-clear; a list
 *   mode           a mode or type of ip(8), or a name of ipip_kind_find(), over the family of the addresses; a list. IPIP852
 *   key            0..4294967295, four octets such as 0.0.0.42, none
 *   csum, seq      yes, no
 *   encaplimit     0..255, none; outer IPv6
 *   flowlabel      0x0..0xfffff, inherit; outer IPv6
 *   sport, dport   1..65535
 *   zero-checksum  ok: IPIP833
 *   mtu-mode       static, dynamic; outer IPv4. IPIP706
 *   prefix         an IPv6 prefix, then, where the IPv4 addresses of the domain begin alike, the prefix that they share and that is
 *                  not embedded: prefix and embedded bits are 64 at most; outer IPv4
 *   br, br-anycast, prl, relay
 *                  1 to IPIP_EXPECTED_ADDRESSES_MAX IPv4 addresses; lists; outer IPv4
 *   map-rule       the rule of a MAP-E domain: IPv6 prefix, IPv4 prefix, embedded bits (0..48), PSID offset (0..15; left out: 6), of which
 *                  prefix and embedded bits are 64 at most; a list; outer IPv6. IPIP782
 *   eth-inner      judge: packets in Ethernet frames, too (IPIP101, 107, 115, 201, 202, 204, 206 to 208, 612, 613)
 *
 * Lists have ; or blanks between. What is not said to be checked by another rule is IPIP120's.
 */
const char *ipip_expectation_set(struct ipip_expectation *expectation, const char *key, const char *value);

/* The keys that ipip_expectation_set() knows; NULL past the last. */
const char *ipip_expectation_key(size_t index);

#ifdef __cplusplus
}
#endif

#endif
