/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the catalogue of requirements, each in a file by its standard. */
#ifndef IPIP_CORE_CONFORMANCE_REQUIREMENTS_H
#define IPIP_CORE_CONFORMANCE_REQUIREMENTS_H

#include "ipip/requirement.h"
#include "rules/rule.h"

/* Why a datagram was not seen on the other side, in a set of reasons. */
#define GONE(reason) (UINT32_C(1) << (unsigned)IPIP_PAIR_##reason)

_Static_assert((int)IPIP_PAIR_REASONS < 31, "bit 31 is IPIP_GONE_MARKED");

struct requirement_list {
    const struct ipip_requirement *rows;
    size_t count;
};

extern const struct requirement_list requirements_rfc2003_header;
extern const struct requirement_list requirements_rfc2003_icmp;
extern const struct requirement_list requirements_rfc6040;
extern const struct requirement_list requirements_rfc6864;
extern const struct requirement_list requirements_rfc1191;

#endif
