/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/udp.h"

#include "wire/missing.h"
#include "wire/octets.h"

enum ipip_status ipip_udp_read(struct ipip_udp *udp, struct ipip_bytes at)
{
    if (at.captured < IPIP_UDP_HEADER)
        return wire_missing(at, IPIP_UDP_HEADER);
    udp->source = wire_get16(at.data);
    udp->destination = wire_get16(at.data + 2);
    udp->length = wire_get16(at.data + 4);
    udp->checksum = wire_get16(at.data + 6);
    return IPIP_OK;
}

/* The optional fields that are known, where `flags` has them: private flags, and remote checksum offload in these. */
static enum ipip_status read_options(struct ipip_gue *gue, const uint8_t *data)
{
    enum { PRIVATE = IPIP_GUE_HEADER, REMCSUM = PRIVATE + 4, REMCSUM_END = REMCSUM + 4 };

    gue->has_private_flags = (gue->flags & IPIP_GUE_PRIVATE) != 0;
    if (!gue->has_private_flags)
        return IPIP_OK;
    if (gue->header_bytes < REMCSUM)
        return IPIP_MALFORMED;
    gue->private_flags = wire_get32(data + PRIVATE);
    gue->has_remcsum = (gue->private_flags & IPIP_GUE_PRIVATE_REMCSUM) != 0;
    if (!gue->has_remcsum)
        return IPIP_OK;
    if (gue->header_bytes < REMCSUM_END)
        return IPIP_MALFORMED;
    gue->checksum_start = wire_get16(data + REMCSUM);
    gue->checksum_offset = wire_get16(data + REMCSUM + 2);
    return IPIP_OK;
}

enum ipip_status ipip_gue_read(struct ipip_gue *gue, struct ipip_bytes at)
{
    if (at.captured < 1)
        return wire_missing(at, 1);
    *gue = (struct ipip_gue){.variant = at.data[0] >> 6};
    if (gue->variant != 0)
        return gue->variant == 1 ? IPIP_OK : IPIP_MALFORMED;
    gue->header_bytes = (uint8_t)(IPIP_GUE_HEADER + 4 * (at.data[0] & 0x1f));
    if (at.captured < gue->header_bytes)
        return wire_missing(at, gue->header_bytes);
    gue->is_control = (at.data[0] & 0x20) != 0;
    gue->protocol = at.data[1];
    gue->flags = wire_get16(at.data + 2);
    return read_options(gue, at.data);
}
