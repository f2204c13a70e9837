/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generic routing encapsulation: RFC 2784, with key and sequence number of RFC 2890. */
#include "wire/carrier.h"
#include "wire/octets.h"

enum {
    CHECKSUM = 0x8000,
    KEY = 0x2000,
    SEQUENCE = 0x1000,
    REFUSED = 0x4c00, /* RFC 2784 section 2.3: a receiver without RFC 1701 discards such packets */
    VERSION = 0x0007,
    TYPE_ERSPAN = 0x88be,
    TYPE_ERSPAN_3 = 0x22eb,
    TYPE_MIN = 0x0600, /* below it an EtherType would be a length */
};

bool gre_read(struct ipip_carrier *carrier, uint16_t *type, struct ipip_bytes *at)
{
    const uint8_t *key;
    unsigned flags;
    uint32_t checksum_bytes, key_bytes, sequence_bytes;

    if (at->captured < 4)
        return false;
    flags = wire_get16(at->data);
    *type = wire_get16(at->data + 2);
    if ((flags & (REFUSED | VERSION)) != 0 || *type < TYPE_MIN)
        return false;
    checksum_bytes = (flags & CHECKSUM) != 0 ? 4 : 0;
    key_bytes = (flags & KEY) != 0 ? 4 : 0;
    sequence_bytes = (flags & SEQUENCE) != 0 ? 4 : 0;
    key = at->data + 4 + checksum_bytes;
    if (!ipip_bytes_step(at, 4 + checksum_bytes + key_bytes + sequence_bytes))
        return false;
    if (*type == TYPE_ERSPAN)
        return (sequence_bytes != 0 ? erspan_2_read : erspan_1_read)(carrier, type, at);
    if (*type == TYPE_ERSPAN_3)
        return erspan_3_read(carrier, type, at);
    carrier->kind = IPIP_CARRIER_GRE;
    carrier->has_id = key_bytes != 0;
    carrier->id = key_bytes != 0 ? wire_get32(key) : 0;
    return true;
}
