/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/ipsec.h"

#include "ipip/ipv6.h"
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
    return (struct ipsec_ah_walk){ipip_layer_payload(layer), layer->ip.protocol, layer->ip.version == 6};
}

static void step(struct ipsec_ah_walk *walk, uint32_t bytes)
{
    walk->next = walk->rest.data[0];
    walk->rest = ipip_bytes_after(walk->rest, bytes);
}

bool ipsec_ah_next(struct ipsec_ah_walk *walk, struct ipsec_ah *ah)
{
    while (walk->is_ipv6 && ipip_ipv6_is_extension(walk->next) && walk->rest.captured >= 2)
        step(walk, walk->next == IPIP_PROTOCOL_FRAGMENT ? 8 : (walk->rest.data[1] + 1U) * 8);
    if (walk->next != IPIP_PROTOCOL_AH || walk->rest.captured < IPSEC_AH_HEADER)
        return false;
    *ah = (struct ipsec_ah){numbers_at(walk->rest.data + 4), wire_get16(walk->rest.data + 2),
                            (walk->rest.data[1] + 2U) * 4};
    step(walk, ah->bytes);
    return true;
}
