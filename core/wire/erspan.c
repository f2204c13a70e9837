/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mirrored frames in GRE: draft-foschiano-erspan, section 4. */
#include "wire/carrier.h"
#include "wire/octets.h"

enum {
    HEADER_2 = 8,
    HEADER_3 = 12,
    SUBHEADER = 8, /* of the platform, in type III */
    VERSION_2 = 1,
    VERSION_3 = 2,
    SESSION = 0x03ff,
    HAS_SUBHEADER = 0x0001,
    FRAME_ETHERNET = 0,
    FRAME_IP = 2,
};

/* The octets that types II and III have in common. */
static bool read_common(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at, uint32_t header_bytes,
                        unsigned version)
{
    const uint8_t *data = at->data;

    if (!ipip_bytes_step(at, header_bytes) || data[0] >> 4 != version)
        return false;
    carrier->kind = IPIP_CARRIER_ERSPAN;
    carrier->has_id = true;
    carrier->id = wire_get16(data + 2) & SESSION;
    *type = CARRIED_FRAME;
    return true;
}

bool erspan_1_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    (void)at;
    carrier->kind = IPIP_CARRIER_ERSPAN;
    *type = CARRIED_FRAME;
    return true;
}

bool erspan_2_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    return read_common(carrier, type, at, HEADER_2, VERSION_2);
}

bool erspan_3_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;
    unsigned word;

    if (!read_common(carrier, type, at, HEADER_3, VERSION_3))
        return false;
    word = wire_get16(data + 10);
    if ((word & HAS_SUBHEADER) != 0 && !ipip_bytes_step(at, SUBHEADER))
        return false;
    if ((word >> 10 & 31) == FRAME_ETHERNET)
        return true;
    if ((word >> 10 & 31) != FRAME_IP || at->captured == 0)
        return false;
    *type = at->data[0] >> 4 == 6 ? CARRIED_IPV6 : CARRIED_IPV4;
    return true;
}
