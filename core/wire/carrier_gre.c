/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GRE, and ERSPAN in it, as carriers: only what every receiver takes. */
#include "ipip/erspan.h"
#include "ipip/gre.h"
#include "wire/carrier.h"

enum {
    REFUSED = IPIP_GRE_ROUTING | 0x0c00, /* RFC 2784 section 2.3: a receiver without RFC 1701 discards such packets */
    TYPE_MIN = 0x0600,                   /* below it an EtherType would be a length */
};

static bool read_mirrored(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at,
                          const struct ipip_gre *gre)
{
    struct ipip_erspan erspan;

    if (ipip_erspan_read(&erspan, gre, *at) != IPIP_OK || !ipip_bytes_step(at, erspan.header_bytes))
        return false;
    carrier->kind = IPIP_CARRIER_ERSPAN;
    carrier->has_id = erspan.type != 1;
    carrier->id = erspan.session;
    *type = CARRIED_FRAME;
    if (!erspan.is_ip)
        return true;
    if (at->captured == 0)
        return false;
    *type = at->data[0] >> 4 == 6 ? CARRIED_IPV6 : CARRIED_IPV4;
    return true;
}

bool gre_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    struct ipip_gre gre;

    if (ipip_gre_read(&gre, *at) != IPIP_OK || (gre.flags & (REFUSED | IPIP_GRE_VERSION)) != 0 || gre.type < TYPE_MIN)
        return false;
    ipip_bytes_step(at, gre.header_bytes);
    if (gre.type == IPIP_GRE_TYPE_ERSPAN || gre.type == IPIP_GRE_TYPE_ERSPAN_3)
        return read_mirrored(carrier, type, at, &gre);
    *type = gre.type;
    carrier->kind = IPIP_CARRIER_GRE;
    carrier->has_id = (gre.flags & IPIP_GRE_KEY) != 0;
    carrier->id = gre.key;
    return true;
}
