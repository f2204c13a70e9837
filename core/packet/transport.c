/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/transport.h"

#include <stddef.h>

#include "packet/extensions.h"
#include "wire/ipv6_options.h"

enum { SOURCE = 8, DESTINATION = 24, ADDRESS_BYTES = 16 };

/* An IPv6 address of so many octets from `offset` on; NULL where it is not captured. */
static const uint8_t *address_at(struct ipip_bytes header, uint32_t offset)
{
    return header.captured >= offset + ADDRESS_BYTES ? header.data + offset : NULL;
}

/*
 * The last address that a routing header leads to, `here` being where the packet goes now; NULL where that can't be told: of other
 * types, and of those whose lengths contradict each other.
 */
static const uint8_t *final_destination(struct ipip_bytes routing, const uint8_t *here)
{
    enum { LENGTH = 1, TYPE = 2, LEFT = 3, LAST_ENTRY = 4, FIXED = 8 };
    enum {
        SOURCE_ROUTE = 0,
        MOBILE = 2,
        SEGMENTS = 4
    }; /* RFC 2460 section 4.4, RFC 6275 section 6.4, RFC 8754 section 2 */
    const uint8_t *data = routing.data;
    unsigned addresses = data[LENGTH] / 2U;
    unsigned left = data[LEFT];

    if (left == 0)
        return here;
    switch (data[TYPE]) {
    case SOURCE_ROUTE:
        return left <= addresses ? address_at(routing, FIXED + (addresses - 1) * ADDRESS_BYTES) : NULL;
    case MOBILE:
        return left == 1 && addresses == 1 ? address_at(routing, FIXED) : NULL;
    case SEGMENTS: /* in reverse order */
        return data[LAST_ENTRY] < addresses && left <= data[LAST_ENTRY] + 1U ? address_at(routing, FIXED) : NULL;
    default:
        return NULL;
    }
}

/* The home address in a header of destination options (RFC 6275 section 6.3), or `here`. */
static const uint8_t *home_address(struct ipip_bytes header, const uint8_t *here)
{
    enum { HOME_ADDRESS = 201 };
    struct ipv6_option_walk walk = ipv6_options(header);
    struct ipv6_option option;

    while (ipv6_option_next(&walk, &option)) {
        if (option.type == HOME_ADDRESS && option.bytes == ADDRESS_BYTES)
            return address_at(header, header.wire - walk.rest.wire - option.bytes);
    }
    return here;
}

bool transport_pseudo_header_ipv6(uint64_t *sum, const struct ipip_layer *layer, uint8_t protocol, uint32_t bytes)
{
    struct ipip_extension_walk walk = extensions_of(layer);
    struct ipip_extension extension;
    const uint8_t *source = layer->bytes.data + SOURCE;
    const uint8_t *destination = layer->bytes.data + DESTINATION;
    uint8_t rest[8] = {0, 0, 0, 0, 0, 0, 0, protocol};

    while (source != NULL && destination != NULL && ipip_extension_next(&walk, &extension)) {
        if (extension.type == IPIP_PROTOCOL_ROUTING)
            destination = final_destination(extension_octets(layer, &extension), destination);
        else if (extension.type == IPIP_PROTOCOL_DESTINATION_OPTIONS)
            source = home_address(extension_octets(layer, &extension), source);
    }
    if (source == NULL || destination == NULL)
        return false;
    wire_put16(rest, (uint16_t)(bytes >> 16));
    wire_put16(rest + 2, (uint16_t)bytes);
    *sum = sum_add(sum_add(sum_of(source, ADDRESS_BYTES), sum_of(destination, ADDRESS_BYTES)), sum_load(rest));
    return true;
}
