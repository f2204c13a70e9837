/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/erspan.h"

#include "wire/missing.h"
#include "wire/octets.h"

enum {
    HEADER_2 = 8,
    HEADER_3 = 12,
    SUBHEADER = 8, /* of the platform, in type III */
    VERSION_2 = 1,
    VERSION_3 = 2,
    FRAME_ETHERNET = 0,
    FRAME_IP = 2,
};

/* The first 4 octets, which types II and III have in common: version, VLAN, class of service, T, session. */
static void take_common(struct ipip_erspan *erspan, const uint8_t *data)
{
    erspan->vlan = wire_get16(data) & 0x0fff;
    erspan->cos = data[2] >> 5;
    erspan->is_cut = (data[2] & 4) != 0;
    erspan->session = wire_get16(data + 2) & 0x03ff;
}

static enum ipip_status read_2(struct ipip_erspan *erspan, struct ipip_bytes at)
{
    if (at.captured < HEADER_2)
        return wire_missing(at, HEADER_2);
    if (at.data[0] >> 4 != VERSION_2)
        return IPIP_MALFORMED;
    erspan->type = 2;
    erspan->header_bytes = HEADER_2;
    take_common(erspan, at.data);
    erspan->index = wire_get32(at.data + 4) & 0xfffff;
    return IPIP_OK;
}

static enum ipip_status read_3(struct ipip_erspan *erspan, struct ipip_bytes at)
{
    unsigned word, frame;

    if (at.captured < HEADER_3)
        return wire_missing(at, HEADER_3);
    if (at.data[0] >> 4 != VERSION_3)
        return IPIP_MALFORMED;
    word = wire_get16(at.data + 10);
    erspan->type = 3;
    erspan->header_bytes = (word & 1) != 0 ? HEADER_3 + SUBHEADER : HEADER_3;
    if (at.captured < erspan->header_bytes)
        return wire_missing(at, erspan->header_bytes);
    take_common(erspan, at.data);
    erspan->timestamp = wire_get32(at.data + 4);
    erspan->group = wire_get16(at.data + 8);
    erspan->hardware = (uint8_t)(word >> 4 & 0x3f);
    erspan->direction = (uint8_t)(word >> 3 & 1);
    frame = word >> 10 & 0x1f;
    erspan->is_ip = frame == FRAME_IP;
    return frame == FRAME_ETHERNET || frame == FRAME_IP ? IPIP_OK : IPIP_MALFORMED;
}

enum ipip_status ipip_erspan_read(struct ipip_erspan *erspan, const struct ipip_gre *gre, struct ipip_bytes at)
{
    *erspan = (struct ipip_erspan){.type = 1};
    if (gre->type == IPIP_GRE_TYPE_ERSPAN_3)
        return read_3(erspan, at);
    return (gre->flags & IPIP_GRE_SEQUENCE) != 0 ? read_2(erspan, at) : IPIP_OK;
}
