/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Geneve: RFC 8926 section 3.4. */
#include "wire/carrier.h"
#include "wire/octets.h"

enum { HEADER = 8, VERSION = 0xc0, OPTION_WORDS = 0x3f, CONTROL = 0x80, TYPE_MIN = 0x0600 };

bool geneve_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    const uint8_t *data = at->data;

    if (at->captured < HEADER || (data[0] & VERSION) != 0 || (data[1] & CONTROL) != 0 ||
        !ipip_bytes_step(at, HEADER + 4U * (data[0] & OPTION_WORDS)))
        return false;
    carrier->kind = IPIP_CARRIER_GENEVE;
    carrier->has_id = true;
    carrier->id = wire_get32(data + 4) >> 8;
    *type = wire_get16(data + 2);
    return *type >= TYPE_MIN;
}
