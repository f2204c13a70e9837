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

/* All zero but for the addresses: nothing is expected. */
struct ipip_expectation {
    struct ipip_addr src; /* of the tunnel header */
    struct ipip_addr dst;
    const struct ipip_profile *profile; /* NULL: that of the policy */
    enum ipip_expected ttl;
    uint8_t ttl_value; /* 1..255 */
    enum ipip_expected tos;
    uint8_t tos_value; /* the DSCP in the upper 6 bits; the others are 0 */
    enum ipip_expected_df df;
    uint16_t mtu;       /* octets of the largest outer datagram, 68..65535; 0: not known */
    uint8_t encap_hops; /* that the inner TTL loses between the LAN and the tunnel, 1..255; 0: not known */
    uint8_t allow;      /* of enum ipip_allowed_change */
    bool has_vantage;   /* else it is that of the policy */
    enum ipip_vantage vantage;
};

/*
 * Understands one line of the section: "profile" (a name), "ttl" (1..255, inherit), "tos" (0x00..0xff, of which the lower two bits
 * are ignored, a DSCP name such as EF, inherit), "df" (set, copy, clear, any), "mtu" (68..65535), "vantage" (a name of it), "encap-hops" (1..255), "allow" (dscp, df-clear, with ; or a blank between). NULL where that is done;
 * else what would have been right, such as "1 to 255, or inherit", and for a key that there is not, "one of profile, ttl, tos, df, mtu, vantage, encap-hops, allow".
 */
const char *ipip_expectation_set(struct ipip_expectation *expectation, const char *key, const char *value);

/* The keys that ipip_expectation_set() knows; NULL past the last. */
const char *ipip_expectation_key(size_t index);

#ifdef __cplusplus
}
#endif

#endif
