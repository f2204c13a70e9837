/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/transport.h"

enum { ADDRESSES = 8, ADDRESSES_BYTES = 32 };

uint64_t transport_pseudo_header_ipv6(const struct ipip_layer *layer, uint32_t bytes)
{
    uint8_t rest[8] = {0, 0, 0, 0, 0, 0, 0, layer->ip.protocol};

    wire_put16(rest, (uint16_t)(bytes >> 16));
    wire_put16(rest + 2, (uint16_t)bytes);
    return sum_add(sum_of(layer->bytes.data + ADDRESSES, ADDRESSES_BYTES), sum_load(rest));
}
