/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the sizes that get through a tunnel direction (sizes.h) and ICMP show of its path, and what follows for the tunnel's
 * MTU. Sizes inside are Total Lengths of the innermost datagrams. Allocates nothing.
 */
#ifndef IPIP_SIZE_STORY_H
#define IPIP_SIZE_STORY_H

#include <stdint.h>

#include "ipip/sizes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the advice is derived from. */
enum ipip_size_basis {
    IPIP_SIZE_BASIS_NONE,
    IPIP_SIZE_BASIS_ICMP,    /* the path MTU that ICMP reported */
    IPIP_SIZE_BASIS_ANSWERS, /* what was acknowledged and what was not, by the evidence of IPIP319 */
    IPIP_SIZE_BASIS_MSS,     /* the TCP MSS, as if the path MTU were 1500 */
};

/* "icmp", "answers", "mss"; NULL for none. */
const char *ipip_size_basis_name(enum ipip_size_basis basis);

/* What follows. 0 stands for what is not known. */
struct ipip_size_story {
    uint16_t overhead;     /* that the tunnel adds, at most */
    uint16_t tcp_overhead; /* the headers of IP and TCP without options: 60 where there is only IPv6 inside, else 40 */
    uint16_t largest;      /* outer Total Length */
    uint16_t path_mtu;     /* by ICMP */
    uint16_t mss;          /* the smaller one of what both sides announced at most */
    uint16_t acknowledged;
    uint16_t unanswered; /* the smallest that is lost, larger than what was acknowledged */
    uint32_t unanswered_flows;
    /* That the tunnel should have, with IPv6 inside 1280 or more; 0: no change, or it has to be measured */
    uint16_t inner_mtu;
    enum ipip_size_basis basis;
};

struct ipip_direction_stats;
struct ipip_kind_stats;
struct ipip_path;

/*
 * `more` is what is known of the kind, NULL of IPv4 in IPv4; `back` the other direction, or NULL. Of what is opaque only `largest` is known.
 */
struct ipip_size_story ipip_size_story(const struct ipip_direction_stats *seen, const struct ipip_kind_stats *more,
                                       const struct ipip_direction_stats *back, const struct ipip_path *path);

enum { IPIP_SIZES_TEXT = 160 };

/* "1460 in 2 handshakes", of what was announced in the direction; NULL without a handshake. */
const char *ipip_sizes_mss_words(char text[IPIP_SIZES_TEXT], const struct ipip_sizes *sizes);

/* "inner packets of 1480 octets, in 3 flows"; NULL where all was answered, or small sizes are lost, too. */
const char *ipip_size_unanswered_words(char text[IPIP_SIZES_TEXT], const struct ipip_size_story *story);

/* "path MTU 1300 - 20 = inner MTU 1280; MSS 1460 makes 1500"; NULL where there is nothing to calculate. */
const char *ipip_size_arithmetic_words(char text[IPIP_SIZES_TEXT], const struct ipip_size_story *story);

/* "ip link set tun0 mtu 1280, or clamp TCP MSS to 1240 (path MTU 1300 by ICMP)"; NULL where nothing is advised. */
const char *ipip_size_advice_words(char text[IPIP_SIZES_TEXT], const struct ipip_size_story *story);

#ifdef __cplusplus
}
#endif

#endif
