/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/ipsec.h"

#include "wire/octets.h"

static struct ipsec_numbers numbers_at(const uint8_t *data)
{
    return (struct ipsec_numbers){wire_get32(data), wire_get32(data + 4)};
}

bool ipsec_esp_read(struct ipsec_numbers *numbers, struct ipip_bytes at)
{
    if (at.captured < IPSEC_ESP_HEADER)
        return false;
    *numbers = numbers_at(at.data);
    return true;
}

struct ipsec_ah_walk ipsec_ahs(const struct ipip_layer *layer)
{
    return (struct ipsec_ah_walk){extensions_behind(&layer->ip, layer->bytes), layer->ip.version == 6};
}

bool ipsec_ah_next(struct ipsec_ah_walk *walk, struct ipsec_ah *ah)
{
    struct ipip_extension extension;

    for (;;) {
        struct ipip_bytes at = walk->headers.rest;

        if (walk->headers.next == IPIP_PROTOCOL_AH && at.captured < IPSEC_AH_HEADER)
            return false;
        if (!extensions_next(walk->is_ipv6, &walk->headers, &extension))
            return false;
        if (extension.type == IPIP_PROTOCOL_AH) {
            *ah = (struct ipsec_ah){numbers_at(at.data + 4), wire_get16(at.data + 2), extension.bytes};
            return true;
        }
    }
}
