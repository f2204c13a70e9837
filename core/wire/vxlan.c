/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VXLAN (RFC 7348 section 5) and its generic protocol extension (draft-ietf-nvo3-vxlan-gpe section 3). */
#include <stddef.h>

#include "wire/carrier.h"
#include "wire/octets.h"

enum { HEADER = 8, HAS_NETWORK = 0x08, VERSION = 0x30, HAS_PROTOCOL = 0x04, OPERATION = 0x01 };

/* By the next protocol; 0: not read. */
static const uint16_t types[] = {0, CARRIED_IPV4, CARRIED_IPV6, CARRIED_FRAME, 0, CARRIED_MPLS};

bool vxlan_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;

    if (!ipip_bytes_step(at, HEADER) || (data[0] & HAS_NETWORK) == 0)
        return false;
    carrier->kind = IPIP_CARRIER_VXLAN;
    carrier->has_id = true;
    carrier->id = wire_get32(data + 4) >> 8;
    *type = CARRIED_FRAME;
    return true;
}

bool vxlan_gpe_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;

    if (!ipip_bytes_step(at, HEADER) || (data[0] & (VERSION | OPERATION)) != 0)
        return false;
    carrier->kind = IPIP_CARRIER_VXLAN_GPE;
    carrier->has_id = (data[0] & HAS_NETWORK) != 0;
    carrier->id = carrier->has_id ? wire_get32(data + 4) >> 8 : 0;
    *type = CARRIED_FRAME;
    if ((data[0] & HAS_PROTOCOL) != 0)
        *type = data[3] < sizeof types / sizeof types[0] ? types[data[3]] : 0;
    return *type != 0;
}
