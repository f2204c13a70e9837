/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a packet has the form of a known tunnel scan; the rules on loops step back where it has. */
#ifndef IPIP_CORE_SCAN_H
#define IPIP_CORE_SCAN_H

#include "rules/rule.h"

enum scan { SCAN_NONE, SCAN_STANDARD, SCAN_PING, SCAN_TTL };

/* The case must have an inner header. */
enum scan scan_kind(const struct ipip_rule_input *c);

#endif
