/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What both sides of an encapsulator's ICMP have in common. */
#ifndef IPIP_CORE_FLOW_PATH_H
#define IPIP_CORE_FLOW_PATH_H

#include "flow/state.h"
#include "packet/fingerprint.h"

/* What must not be relayed as it is: of enum forbidden; -1: it may be. */
int path_forbidden(const struct icmp_error *error);

/* What of it an error must not be about (RFC 1812 section 4.3.2.7). A router inside can't know what a tunnel packet carries. */
bool path_is_about_untouchable(const struct icmp_error *error);

/* What kind of message it would be, if it were true. */
uint64_t path_context_of_doubted(const struct icmp_error *error);

/* What depends on the family of the message alone. */
uint64_t path_context_of_family(const struct icmp_error *error);
void path_check_family(const struct icmp_error *error, struct rule_set *triggered);

static inline uint64_t path_addresses(const struct flow *flow, const struct ipip_ip *ip)
{
    return fingerprint_of_addresses(&flow->paths.keys, ip->src, ip->dst);
}

#endif
