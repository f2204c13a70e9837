/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "ipip/ipv4.h"
#include "wire.h"

/*
 * The one's complement sum of the 16-bit words at `data`. Words are added as this machine reads them and the result is put
 * in network order once: RFC 1071 section 2(B) shows that the sum does not care. Thirty-two bits at a time into a
 * sixty-four bit sum, so that carries need no care below 2^32 words; the compiler makes vector code of the loop.
 */
static uint16_t sum(const uint8_t *data, size_t bytes)
{
    uint64_t total = 0;
    uint8_t folded[2];
    uint16_t word16;
    uint32_t word;

    for (; bytes >= sizeof word; data += sizeof word, bytes -= sizeof word) {
        memcpy(&word, data, sizeof word);
        total += word;
    }
    if (bytes > 0) {
        word = 0;
        memcpy(&word, data, bytes);
        total += word;
    }
    total = (total & 0xffffffff) + (total >> 32);
    total = (total & 0xffff) + (total >> 16 & 0xffff) + (total >> 32);
    total = (total & 0xffff) + (total >> 16);
    total = (total & 0xffff) + (total >> 16);
    word16 = (uint16_t)total;
    memcpy(folded, &word16, sizeof folded);
    return wire_get16(folded);
}

uint16_t ipip_checksum(const uint8_t *data, size_t bytes)
{
    return (uint16_t)~sum(data, bytes);
}

uint16_t ipip_checksum_update(uint16_t checksum, uint16_t before, uint16_t after)
{
    uint32_t total = (uint32_t)(uint16_t)~checksum + (uint16_t)~before + after;

    total = (total & 0xffff) + (total >> 16);
    total = (total & 0xffff) + (total >> 16);
    return (uint16_t)~total;
}

bool ipip_ipv4_checksum_ok(const uint8_t *data, size_t header_bytes)
{
    return sum(data, header_bytes) == 0xffff;
}
