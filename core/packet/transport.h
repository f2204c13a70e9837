/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TCP or UDP checksum of an innermost datagram. */
#ifndef IPIP_CORE_TRANSPORT_H
#define IPIP_CORE_TRANSPORT_H

#include "packet/facts.h"
#include "wire/checksum.h"
#include "wire/octets.h"

/*
 * Of IPv6 (RFC 8200 section 8.1): to the final destination of a routing header, from the home address of a mobile node (RFC 6275 section
 * 11.3.1). False where the final destination can't be told.
 */
bool transport_pseudo_header_ipv6(uint64_t *sum, const struct ipip_layer *layer, uint8_t protocol, uint32_t bytes);

/* The sum, not complemented, of source, destination, protocol and length (RFC 9293 section 3.1, RFC 768). Of IPv4 always true. */
static inline bool transport_pseudo_header(uint64_t *sum, const struct ipip_layer *layer, uint8_t protocol,
                                           uint32_t bytes)
{
    uint8_t rest[8] = {0, protocol};

    if (__builtin_expect(layer->bytes.data[0] >> 4 == 6, 0))
        return transport_pseudo_header_ipv6(sum, layer, protocol, bytes);

    wire_put16(rest + 2, (uint16_t)bytes);
    *sum = sum_add(sum_load(layer->bytes.data + 12), sum_load(rest));
    return true;
}

/*
 * None where it is neither TCP nor UDP, UDP without a checksum, or there is no room for the header. `layer` is no fragment and its Total
 * Length is not 0; `payload` is ipip_layer_payload() of it.
 */
static inline struct facts transport_facts(const struct ipip_layer *layer, struct ipip_bytes payload)
{
    bool is_tcp = layer->ip.protocol == IPIP_PROTOCOL_TCP;
    uint32_t header_bytes = is_tcp ? 20 : 8;
    uint32_t field = is_tcp ? 16 : 6;
    uint32_t bytes = (uint32_t)layer->ip.total_bytes - layer->ip.header_bytes;
    uint16_t checksum;
    uint64_t pseudo;

    if ((!is_tcp && layer->ip.protocol != IPIP_PROTOCOL_UDP) || bytes < header_bytes)
        return (struct facts){0, 0};
    if (payload.captured < bytes)
        return (struct facts){FACT_TRANSPORT | FACT_PAYLOAD_CUT, 0};
    checksum = wire_get16(payload.data + field);
    if (!is_tcp) {
        uint32_t udp_bytes = wire_get16(payload.data + 4);

        if (checksum == 0 || udp_bytes < header_bytes || udp_bytes > bytes)
            return (struct facts){0, 0};
        bytes = udp_bytes;
    }
    if (!transport_pseudo_header(&pseudo, layer, layer->ip.protocol, bytes))
        return (struct facts){FACT_TRANSPORT | FACT_PAYLOAD_CUT, 0};
    if (sum_is_right(sum_add(pseudo, sum_of(payload.data, bytes))))
        return (struct facts){FACT_TRANSPORT, 0};
    return (struct facts){FACT_TRANSPORT,
                          checksum == sum_in_order(pseudo) ? TRIGGER_TRANSPORT_PARTIAL : TRIGGER_TRANSPORT_WRONG};
}

#endif
