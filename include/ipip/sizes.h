/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What gets through a tunnel direction, by size: what TCP agreed on, what was acknowledged or answered, what never was,
 * what ICMP reported, and what follows for the tunnel's MTU. Sizes inside are Total Lengths of the innermost datagrams.
 * Allocates nothing.
 */
#ifndef IPIP_SIZES_H
#define IPIP_SIZES_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { IPIP_SIZES_LOST = 3 };

/* Counts over the packets of a direction; all zero before the first one. */
struct ipip_sizes {
    uint32_t handshakes; /* SYNs with an MSS; the least and the greatest of them */
    uint16_t mss_min, mss_max;
    uint16_t acknowledged; /* the largest that TCP acknowledged or an echo reply answered */
    /* The smallest that were sent at least 3 times within at least 3 s and never acknowledged; in so many flows. 0: free. */
    uint16_t lost[IPIP_SIZES_LOST];
    uint32_t lost_flows[IPIP_SIZES_LOST];
};

/* As if the packets of `more` had come, too. */
void ipip_sizes_add(struct ipip_sizes *sizes, const struct ipip_sizes *more);

/* So many more flows in which this size is lost. */
void ipip_sizes_add_lost(struct ipip_sizes *sizes, uint16_t size, uint32_t flows);

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
