/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IPIP_CORE_RULES_LIMIT_H
#define IPIP_CORE_RULES_LIMIT_H

#include "ipip/stack.h"

/* No limit: without the option; the options are not captured whole. */
enum { LIMIT_NONE = 256, LIMIT_CUT = 257 };

/* The encapsulation limit of an IPv6 header (RFC 2473 section 4.1.1), 0..255, or one of those. */
unsigned limit_of(const struct ipip_layer *layer);

#endif
