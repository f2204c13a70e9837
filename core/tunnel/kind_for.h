/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of its kinds a tunnel makes of a packet. */
#ifndef IPIP_CORE_KIND_FOR_H
#define IPIP_CORE_KIND_FOR_H

#include "ipip/encap.h"

/* IPIP_KIND_NONE where it holds no packets of this type; else `*about` is the row of the kind. */
static inline enum ipip_kind kind_for(const struct ipip_tunnel *tunnel, enum ipip_payload type,
                                      const struct ipip_kind_about **about)
{
    unsigned outer = ipip_tunnel_is_over_ipv6(tunnel) ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4;

    for (uint32_t set = tunnel->kinds & IPIP_ENCAP_KINDS; set != 0; set &= set - 1) {
        enum ipip_kind kind = (enum ipip_kind)__builtin_ctz(set);

        *about = ipip_kind_about(kind);
        if (((*about)->outer & outer) != 0 && ((*about)->payload & type) != 0)
            return kind;
    }
    return IPIP_KIND_NONE;
}

#endif
