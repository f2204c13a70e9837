/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/minimal.h"

#include <string.h>

#include "ipip/ipv4.h"
#include "wire/missing.h"
#include "wire/octets.h"

enum { SHORT = 8, LONG = 12, HAS_SOURCE = 0x80 };

enum ipip_status ipip_minimal_read(struct ipip_minimal *minimal, struct ipip_bytes at)
{
    const uint8_t *data = at.data;

    if (at.captured < SHORT)
        return wire_missing(at, SHORT);
    *minimal = (struct ipip_minimal){
        .protocol = data[0],
        .has_source = (data[1] & HAS_SOURCE) != 0,
        .reserved = data[1] & (HAS_SOURCE - 1),
        .checksum = wire_get16(data + 2),
        .destination = ipip_address_ipv4(wire_get32(data + 4)),
        .header_bytes = (data[1] & HAS_SOURCE) != 0 ? LONG : SHORT,
    };
    if (at.captured < minimal->header_bytes)
        return wire_missing(at, minimal->header_bytes);
    if (minimal->has_source)
        minimal->source = ipip_address_ipv4(wire_get32(data + SHORT));
    return IPIP_OK;
}

enum ipip_status ipip_minimal_unfold(struct ipip_bytes *inner, uint8_t *room, uint32_t capacity,
                                     const struct ipip_ip *outer, struct ipip_bytes datagram, uint32_t between)
{
    struct ipip_minimal minimal;
    struct ipip_bytes payload;
    enum ipip_status status;

    if (outer->header_bytes < IPIP_IPV4_HEADER_MIN)
        return IPIP_MALFORMED;
    if (outer->total_bytes != 0)
        datagram = ipip_bytes_first(datagram, outer->total_bytes);
    if (datagram.captured < outer->header_bytes + between)
        return wire_missing(datagram, outer->header_bytes + between);
    payload = ipip_bytes_after(datagram, outer->header_bytes + between);
    status = ipip_minimal_read(&minimal, payload);
    if (status != IPIP_OK)
        return status;
    payload = ipip_bytes_after(payload, minimal.header_bytes);
    if (capacity < outer->header_bytes + payload.captured)
        return IPIP_NO_SPACE;
    memcpy(room, datagram.data, outer->header_bytes);
    if (outer->total_bytes != 0)
        wire_put16(room + 2, (uint16_t)(outer->total_bytes - between - minimal.header_bytes));
    room[9] = minimal.protocol;
    if (minimal.has_source)
        wire_put32(room + 12, (uint32_t)minimal.source.low);
    wire_put32(room + 16, (uint32_t)minimal.destination.low);
    wire_put16(room + 10, 0);
    wire_put16(room + 10, ipip_checksum(room, outer->header_bytes));
    memcpy(room + outer->header_bytes, payload.data, payload.captured);
    *inner = (struct ipip_bytes){room, outer->header_bytes + payload.captured, outer->header_bytes + payload.wire};
    return IPIP_OK;
}
