/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Identifications of IPv6 datagrams that came in fragments, 32 bits: unique between two addresses as long as a receiver may wait for
 * fragments (RFC 8200 section 4.5), whatever the fragments carry.
 */
#ifndef IPIP_CORE_FLOW_FRAGMENT_IDS_H
#define IPIP_CORE_FLOW_FRAGMENT_IDS_H

#include "flow/view.h"

struct flow;
struct ipip_packet;

enum {
    FRAGMENT_IDS = 1U << 12, /* datagrams that are remembered */
    FRAGMENT_IDS_SECONDS = 60,
};

struct fragment_id {
    uint64_t content; /* of what is inside */
    uint64_t frame;
    int64_t time;
};

/* A tunnel datagram that is whole now. Returns the one before with its Identification, which holds something else; none is known of most. */
struct other fragment_ids_take(struct flow *flow, const struct ipip_ip *outer, uint64_t content,
                               const struct ipip_packet *packet);

#endif
