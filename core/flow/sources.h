/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From which tunnel sources the packets of one inner flow come to one tunnel destination. */
#ifndef IPIP_CORE_FLOW_SOURCES_H
#define IPIP_CORE_FLOW_SOURCES_H

#include "ipip/address.h"

struct flow;

enum {
    SOURCES_SECONDS = 10,
    SOURCES_FLOWS = 1U << 12, /* that are remembered */
};

struct sources {
    struct ipip_addr latest, before; /* two that differ; `before` is unset as long as there was one */
    int64_t time, time_before;       /* of the latest packet from each */
    uint64_t content;                /* a fingerprint of the latest packet */
    bool has_before;
    bool is_told;
};

/*
 * A packet from this tunnel source, of the flow with this fingerprint, that of the tunnel's destination included; `content` is that of the
 * packet inside. True where it comes from the source before the latest one again, all within SOURCES_SECONDS: no failover then. Once for
 * each flow. `*other` is the latest one.
 */
bool sources_take(struct flow *flow, uint64_t inner, struct ipip_addr src, uint64_t content, int64_t now,
                  struct ipip_addr *other);

#endif
