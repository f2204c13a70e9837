/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Balancers in an inventory: many outer sources of one prefix that send to one exit, as a load balancer makes them of its
 * clients' addresses (profile xdp-lb), of IPv4 in IPv4. They are summed, so that an inventory of thousands stays readable.
 *
 * Sources are folded where at least IPIP_GROUP_SOURCES of a /16 send to one destination, none of them is sent anything back, each
 * client keeps its source, and the Identifications are no counters of their own, as the nodes of a mesh have them.
 */
#ifndef IPIP_SOURCE_GROUPS_H
#define IPIP_SOURCE_GROUPS_H

#include "ipip/inventory.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { IPIP_GROUP_PREFIX_BITS = 16, IPIP_GROUP_SOURCES = 8 };

struct ipip_source_group {
    uint32_t sources;
    uint32_t first_index;             /* of the direction that appeared first */
    struct ipip_direction_stats seen; /* the sum; its source is the prefix */
};

struct ipip_source_groups;

/* As the inventory is now. NULL where there is no memory: 40 octets a direction, and the sums. */
struct ipip_source_groups *ipip_source_groups_new(const struct ipip_inventory *inventory);
void ipip_source_groups_free(struct ipip_source_groups *groups);

/* The one that this direction belongs to, or NULL. */
const struct ipip_source_group *ipip_source_group_of(const struct ipip_source_groups *groups,
                                                     const struct ipip_direction_stats *seen);

/* The profile of the sum: no implementation but xdp-lb. */
struct ipip_inferences ipip_source_group_infer(const struct ipip_source_group *group);

#ifdef __cplusplus
}
#endif

#endif
