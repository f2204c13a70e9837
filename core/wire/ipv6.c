/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/ipv6.h"

#include <stddef.h>

#include "wire/ipv6_options.h"
#include "wire/octets.h"

enum {
    FRAGMENT_OFFSET = 0xfff8,
    FRAGMENT_MORE = 0x0001,
    FRAGMENT_RESERVED = 0x0006,
};

/* The headers of a chain: their length is `base` octets, and `unit` for each that the second octet counts. */
static const struct extension_row {
    uint8_t type;
    uint8_t base;
    uint8_t unit;
    uint8_t least;    /* octets that it has at least */
    uint8_t captured; /* of which so many are read here, and by those who walk */
} rows[] = {
    {IPIP_PROTOCOL_HOP_BY_HOP, 8, 8, 8, 2},
    {IPIP_PROTOCOL_ROUTING, 8, 8, 8, 8},
    {IPIP_PROTOCOL_FRAGMENT, IPIP_IPV6_FRAGMENT_HEADER, 0, 8, 8},
    {IPIP_PROTOCOL_DESTINATION_OPTIONS, 8, 8, 8, 2},
    {IPIP_PROTOCOL_MOBILITY, 8, 8, 8, 2},
    {IPIP_PROTOCOL_HIP, 8, 8, 8, 2},
    {IPIP_PROTOCOL_SHIM6, 8, 8, 8, 2},
    {IPIP_PROTOCOL_AH, 8, 4, 12, 2},
};

static const struct extension_row *row_of(uint8_t type)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].type == type)
            return &rows[i];
    }
    return NULL;
}

bool ipip_ipv6_is_extension(uint8_t protocol)
{
    return protocol != IPIP_PROTOCOL_AH && row_of(protocol) != NULL;
}

uint32_t ipip_ipv6_flow_label(const uint8_t *data)
{
    return wire_get32(data) & 0xfffff;
}

struct ipip_extension_walk ipip_extensions(uint8_t next, struct ipip_bytes at)
{
    return (struct ipip_extension_walk){.rest = at, .next = next};
}

bool ipip_extension_next(struct ipip_extension_walk *walk, struct ipip_extension *extension)
{
    const struct extension_row *row = row_of(walk->next);
    const uint8_t *data = walk->rest.data;
    uint32_t bytes;

    if (row == NULL || walk->count == IPIP_IPV6_EXTENSIONS_MAX || walk->is_behind_first ||
        walk->rest.captured < row->captured)
        return false;
    bytes = row->base + (uint32_t)row->unit * data[1];
    if (bytes < row->least || bytes > walk->rest.wire)
        return false;
    *extension = (struct ipip_extension){
        .type = walk->next, .next = data[0], .offset = (uint16_t)walk->offset, .bytes = (uint16_t)bytes};
    walk->is_behind_first = walk->next == IPIP_PROTOCOL_FRAGMENT && (wire_get16(data + 2) & FRAGMENT_OFFSET) != 0;
    walk->next = data[0];
    walk->count++;
    walk->offset += bytes;
    walk->rest = ipip_bytes_after(walk->rest, bytes);
    return true;
}

static struct ipip_addr address_at(const uint8_t *octets)
{
    struct ipip_addr address = {(uint64_t)wire_get32(octets) << 32 | wire_get32(octets + 4),
                                (uint64_t)wire_get32(octets + 8) << 32 | wire_get32(octets + 12)};

    return address;
}

/* What is promised behind the fixed header. Payload Length 0 leaves it open, as jumbograms and segmentation offload do. */
static struct ipip_bytes promised(const struct ipip_ip *header, struct ipip_bytes packet)
{
    if (header->total_bytes != 0)
        packet = ipip_bytes_first(packet, header->total_bytes);
    return ipip_bytes_after(packet, IPIP_IPV6_HEADER);
}

/* Takes the values of a Fragment header. True where the datagram is one of several fragments. */
static bool take_fragment(struct ipip_ip *header, const uint8_t *data)
{
    uint16_t word = wire_get16(data + 2);

    header->id = wire_get32(data + 4);
    header->fragment_offset = word & FRAGMENT_OFFSET;
    if (data[1] != 0 || (word & FRAGMENT_RESERVED) != 0)
        header->flags |= IPIP_IP_RESERVED;
    if ((word & (FRAGMENT_OFFSET | FRAGMENT_MORE)) == 0)
        return false;
    header->flags |= IPIP_IP_FRAGMENT;
    if ((word & FRAGMENT_MORE) != 0)
        header->flags |= IPIP_IP_MF;
    return true;
}

/* Whether there are extension headers, be it behind authentication headers. */
static bool has_extensions(struct ipip_extension_walk walk)
{
    struct ipip_extension extension;

    while (walk.next == IPIP_PROTOCOL_AH && ipip_extension_next(&walk, &extension))
        continue;
    return ipip_ipv6_is_extension(walk.next);
}

static void step_over_extensions(struct ipip_ip *header, struct ipip_bytes packet)
{
    struct ipip_bytes behind = promised(header, packet);
    struct ipip_extension_walk walk = ipip_extensions(header->protocol, behind);
    struct ipip_extension extension;

    if (has_extensions(walk))
        header->flags |= IPIP_IP_OPTIONS;
    while (walk.next != IPIP_PROTOCOL_AH && ipip_extension_next(&walk, &extension)) {
        if (extension.type == IPIP_PROTOCOL_FRAGMENT && take_fragment(header, behind.data + extension.offset))
            break;
    }
    header->protocol = walk.next;
    header->header_bytes = (uint16_t)(IPIP_IPV6_HEADER + walk.offset);
}

/*
 * Whether Payload Length 0 may leave the length open: with a jumbo payload option (RFC 2675 section 2), and before segmentation, where no
 * 16 bits hold it.
 */
static bool is_length_open(struct ipip_bytes packet)
{
    enum { JUMBO = 194, NEXT_HEADER = 6 };
    struct ipip_bytes header = ipip_bytes_after(packet, IPIP_IPV6_HEADER);
    struct ipv6_option_walk walk;
    struct ipv6_option option;

    if (header.wire > IPIP_IPV6_PAYLOAD_MAX)
        return true;
    if (packet.data[NEXT_HEADER] != IPIP_PROTOCOL_HOP_BY_HOP)
        return false;
    if (header.captured < 2)
        return header.captured < header.wire;
    walk = ipv6_options(ipip_bytes_first(header, (header.data[1] + 1U) * 8));
    while (ipv6_option_next(&walk, &option)) {
        if (option.type == JUMBO)
            return true;
    }
    return walk.is_cut;
}

enum ipip_status ipip_ipv6_read(struct ipip_ip *header, struct ipip_bytes packet)
{
    const uint8_t *data = packet.data;
    uint16_t payload_bytes;

    if (packet.captured < IPIP_IPV6_HEADER)
        return IPIP_TRUNCATED;
    payload_bytes = wire_get16(data + 4);
    *header = (struct ipip_ip){
        .src = address_at(data + 8),
        .dst = address_at(data + 24),
        .total_bytes = payload_bytes == 0 && data[6] != IPIP_PROTOCOL_NONE && is_length_open(packet)
                           ? 0U
                           : (uint32_t)IPIP_IPV6_HEADER + payload_bytes,
        .header_bytes = IPIP_IPV6_HEADER,
        .version = data[0] >> 4,
        .tclass = (uint8_t)(wire_get16(data) >> 4),
        .ttl = data[7],
        .protocol = data[6],
        .flags = IPIP_IP_DF,
    };
    if (row_of(header->protocol) != NULL)
        step_over_extensions(header, packet);
    return IPIP_OK;
}

/* In a header of options: the offset of the limit; 0 where there is none, or it is not captured. */
static uint32_t limit_in(struct ipip_bytes header)
{
    struct ipv6_option_walk walk = ipv6_options(header);
    struct ipv6_option option;

    while (ipv6_option_next(&walk, &option)) {
        if (option.type == IPIP_IPV6_OPTION_LIMIT && option.bytes == 1) {
            uint32_t at = header.wire - walk.rest.wire - option.bytes;

            return at < header.captured ? at : 0;
        }
    }
    return 0;
}

uint32_t ipip_ipv6_limit_offset(struct ipip_bytes packet)
{
    struct ipip_extension_walk walk;
    struct ipip_extension extension;
    struct ipip_bytes behind;

    if (packet.captured < IPIP_IPV6_HEADER)
        return 0;
    behind = ipip_bytes_after(packet, IPIP_IPV6_HEADER);
    walk = ipip_extensions(packet.data[6], behind);
    while (ipip_extension_next(&walk, &extension)) {
        struct ipip_bytes header = ipip_bytes_first(ipip_bytes_after(behind, extension.offset), extension.bytes);
        uint32_t limit = extension.type == IPIP_PROTOCOL_DESTINATION_OPTIONS ? limit_in(header) : 0;

        if (limit != 0)
            return IPIP_IPV6_HEADER + extension.offset + limit;
    }
    return 0;
}
