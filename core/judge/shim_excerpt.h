/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IPIP_CORE_SHIM_EXCERPT_H
#define IPIP_CORE_SHIM_EXCERPT_H

#include "rules/rule.h"

/* The header that has this field, which is marked where all of it is captured. Empty where the tunnel packet has no such header. */
struct ipip_excerpt shim_excerpt(const struct ipip_rule_input *c, enum shim_field field);

#endif
