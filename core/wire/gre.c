/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/gre.h"

#include "wire/missing.h"
#include "wire/octets.h"

/* The next 4 octets of the header, if it has them: `*bytes` is how long it is so far. */
static uint32_t take(const uint8_t *data, uint32_t *bytes, bool is_there)
{
    uint32_t value;

    if (!is_there)
        return 0;
    value = wire_get32(data + *bytes);
    *bytes += 4;
    return value;
}

/* Source route entries (RFC 1701): address family, offset, length, and that many octets; the last one is all zero. */
static enum ipip_status step_over_routing(struct ipip_bytes at, uint32_t *bytes)
{
    enum { ENTRY = 4 };

    for (;;) {
        struct ipip_bytes entry = ipip_bytes_after(at, *bytes);

        if (entry.captured < ENTRY)
            return wire_missing(entry, ENTRY);
        *bytes += ENTRY + entry.data[3];
        if (wire_get16(entry.data) == 0 && entry.data[3] == 0)
            return IPIP_OK;
    }
}

enum ipip_status ipip_gre_read(struct ipip_gre *gre, struct ipip_bytes at)
{
    enum { FIXED = 4 };
    uint32_t bytes = FIXED;
    uint32_t word;
    unsigned flags;
    unsigned words;

    if (at.captured < FIXED)
        return wire_missing(at, FIXED);
    flags = wire_get16(at.data);
    words = ((flags & (IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING)) != 0) + ((flags & IPIP_GRE_KEY) != 0) +
            ((flags & IPIP_GRE_SEQUENCE) != 0) +
            ((flags & IPIP_GRE_ACKNOWLEDGE) != 0 && (flags & IPIP_GRE_VERSION) == 1);
    *gre = (struct ipip_gre){.flags = (uint16_t)flags, .type = wire_get16(at.data + 2)};
    if (at.captured < FIXED + 4 * words)
        return wire_missing(at, FIXED + 4 * words);
    word = take(at.data, &bytes, (flags & (IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING)) != 0);
    gre->checksum = (uint16_t)(word >> 16);
    gre->reserved = (uint16_t)word;
    gre->key = take(at.data, &bytes, (flags & IPIP_GRE_KEY) != 0);
    gre->sequence = take(at.data, &bytes, (flags & IPIP_GRE_SEQUENCE) != 0);
    gre->header_bytes = FIXED + 4 * words;
    return (flags & IPIP_GRE_ROUTING) != 0 ? step_over_routing(at, &gre->header_bytes) : IPIP_OK;
}
