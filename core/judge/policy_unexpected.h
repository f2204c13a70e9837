/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In what a tunnel packet is not as the policy declares its tunnel to be (IPIP120). */
#ifndef IPIP_CORE_POLICY_UNEXPECTED_H
#define IPIP_CORE_POLICY_UNEXPECTED_H

#include "ipip/stack.h"
#include "rules/tunnel_policy.h"

/* The first of several; UNEXPECTED_NOTHING where nothing in particular is expected. `outer` and `inner` are well-formed. */
enum unexpected policy_unexpected(const struct tunnel_policy *tunnel_policy, const struct ipip_layer *outer,
                                  const struct ipip_layer *inner);

#endif
