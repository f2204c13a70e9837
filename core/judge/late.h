/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings that later packets, or the end of the capture, decide on: on packets that were judged before. */
#ifndef IPIP_CORE_LATE_H
#define IPIP_CORE_LATE_H

#include "judge/judge_internal.h"
#include "packet/kept_packet.h"

struct late_finding {
    enum rule_place rule;
    const struct kept_packet *kept;
    unsigned layer; /* of the packet, as far as its octets were kept */
    uint16_t tunnel_policy;
    enum ipip_verdict before; /* the verdict of the rule on what fails now */
    struct flow_view view;
    struct ruling ruling;
};

/* Reports it, unless the rule is off, or of no use in the tunnel. It stands for so many subjects. */
void late_report(struct ipip_judge *judge, const struct late_finding *late, uint64_t count);

/* What is open when the capture ends. */
void late_settle(struct ipip_judge *judge);

#endif
