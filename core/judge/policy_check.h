/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a packet if the operator's knowledge is right: sites, endpoints, what a tunnel should be like. */
#ifndef IPIP_CORE_POLICY_CHECK_H
#define IPIP_CORE_POLICY_CHECK_H

#include "flow/state.h"
#include "rules/tunnel_policy.h"

/*
 * Whether the policy does not know the tunnel's ends. `is_automatic`: the addresses inside say which ends there may be, not a list of them. With
 * `*learnt`, the tunnel packets of which it has learnt what it knows, or 0.
 */
bool policy_check_is_unknown_peer(const struct ipip_policy *policy, const struct tunnel *tunnel, bool is_automatic,
                                  uint64_t *learnt);

/* The rules that a tunnel header triggers, and one and the header inside. */
struct rule_set policy_check_header(const struct tunnel_policy *tunnel_policy, const struct tunnel *tunnel,
                                    const struct ipip_layer *outer, uint64_t facts, struct flow_view *e);
struct rule_set policy_check_relation(const struct tunnel_policy *tunnel_policy, const struct ipip_layer *outer,
                                      const struct ipip_layer *inner);

/* Whether the decapsulator should have accepted what has come out of the tunnel; `*learnt` as above. */
bool policy_check_is_accepted(const struct tunnel_policy *tunnel_policy, const struct tunnel *tunnel,
                              const struct ipip_ip *datagram, uint64_t *learnt);

/* Of a packet that has come out of a tunnel and was forwarded, if that is in the context of `facts`. */
void policy_check_exit(const struct ipip_policy *policy, struct ipip_addr dst, struct facts *facts,
                       struct rule_set *triggered);

/* What the flow needs to know of the policy. */
struct flow_context policy_check_context(const struct ipip_policy *policy, const struct ipip_packet *packet);

#endif
