/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checksums of GRE (RFC 2784 section 2.5) and of UDP (RFC 768, RFC 8200 section 8.1) between two IP headers. */
#ifndef IPIP_CORE_SHIM_SUM_H
#define IPIP_CORE_SHIM_SUM_H

#include "packet/transport.h"
#include "packet/tunnel_shims.h"

enum shim_sum {
    SHIM_SUM_RIGHT,
    SHIM_SUM_WRONG,
    SHIM_SUM_UNSEEN,  /* not all that it covers is captured, or known */
    SHIM_SUM_NONE,    /* the field is 0, which means that there is none: of UDP only */
    SHIM_SUM_PARTIAL, /* it holds the sum of the pseudo-header, for hardware to complete: of UDP only */
};

/* Of a GRE header that has one. */
static inline enum shim_sum shim_sum_of_gre(const struct tunnel_shims *shims)
{
    struct ipip_bytes at = shims->at[IPIP_SHIM_GRE];

    if (at.captured < at.wire)
        return SHIM_SUM_UNSEEN;
    return sum_is_right(sum_of(at.data, at.wire)) ? SHIM_SUM_RIGHT : SHIM_SUM_WRONG;
}

/* Of a UDP header that `layer` carries; not behind an authentication header, nor with an impossible length. */
static inline enum shim_sum shim_sum_of_udp(const struct tunnel_shims *shims, const struct ipip_layer *layer)
{
    struct ipip_bytes at = shims->at[IPIP_SHIM_UDP];
    uint32_t bytes = shims->udp.length;
    uint64_t pseudo;

    if (at.captured < IPIP_UDP_HEADER)
        return SHIM_SUM_UNSEEN;
    if (shims->udp.checksum == 0)
        return SHIM_SUM_NONE;
    if (bytes < IPIP_UDP_HEADER || bytes > at.captured || layer->ip.protocol != IPIP_PROTOCOL_UDP)
        return SHIM_SUM_UNSEEN;
    if (!transport_pseudo_header(&pseudo, layer, IPIP_PROTOCOL_UDP, bytes))
        return SHIM_SUM_UNSEEN;
    if (sum_is_right(sum_add(pseudo, sum_of(at.data, bytes))))
        return SHIM_SUM_RIGHT;
    return shims->udp.checksum == sum_in_order(pseudo) ? SHIM_SUM_PARTIAL : SHIM_SUM_WRONG;
}

#endif
