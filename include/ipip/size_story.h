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

/* What follows. 0 stands for what is not known. */
struct ipip_size_story {
    uint16_t overhead;
    uint16_t largest;  /* outer Total Length */
    uint16_t path_mtu; /* by ICMP */
    uint16_t mss;      /* the smaller one of what both sides announced at most */
    uint16_t acknowledged;
    uint16_t unanswered; /* the smallest that is lost, larger than what was acknowledged */
    uint32_t unanswered_flows;
    uint16_t inner_mtu; /* that the tunnel should have; 0: no change */
};

struct ipip_direction_stats;
struct ipip_path;

/* `back` is the other direction, or NULL. */
struct ipip_size_story ipip_size_story(const struct ipip_direction_stats *seen, const struct ipip_direction_stats *back,
                                       const struct ipip_path *path);

enum { IPIP_SIZES_TEXT = 160 };

/* "1460 in 2 handshakes", of what was announced in the direction; NULL without a handshake. */
const char *ipip_sizes_mss_words(char text[IPIP_SIZES_TEXT], const struct ipip_sizes *sizes);

/* "1480 octets inside, in 3 flows"; NULL where all was answered, or small sizes are lost, too. */
const char *ipip_size_unanswered_words(char text[IPIP_SIZES_TEXT], const struct ipip_size_story *story);

/* "path MTU 1300 - 20 = 1280 octets inside; TCP segments up to 1500"; NULL where there is nothing to calculate. */
const char *ipip_size_arithmetic_words(char text[IPIP_SIZES_TEXT], const struct ipip_size_story *story);

/* "ip link set tun0 mtu 1280, or clamp TCP MSS to 1240"; NULL where no change is advised. */
const char *ipip_size_advice_words(char text[IPIP_SIZES_TEXT], const struct ipip_size_story *story);

#ifdef __cplusplus
}
#endif

#endif
