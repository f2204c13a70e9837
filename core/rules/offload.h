/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where hardware may still have to fill in checksums, or to cut a packet. */
#ifndef IPIP_CORE_RULES_OFFLOAD_H
#define IPIP_CORE_RULES_OFFLOAD_H

#include "rules/rule.h"

/*
 * The packet may be several ones on the wire, or what is inside has a checksum that is still to be filled in. A checksum outside of that
 * can't be verified.
 */
bool offload_is_pending(const struct ipip_rule_input *c);

#endif
