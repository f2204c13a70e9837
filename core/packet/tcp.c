/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/tcp.h"

#include "wire/octets.h"

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_MSS = 2, OPTION_SACK = 5 };

static void read_option(struct tcp_header *h, uint8_t kind, const uint8_t *value, unsigned bytes)
{
    if (kind == OPTION_MSS && bytes == 2)
        h->mss = wire_get16(value);
    for (unsigned i = 0; kind == OPTION_SACK && i + 8 <= bytes && h->sack_count < TCP_SACKS; i += 8) {
        h->sack_left[h->sack_count] = wire_get32(value + i);
        h->sack_right[h->sack_count++] = wire_get32(value + i + 4);
    }
}

static void read_options(struct tcp_header *h, const uint8_t *options, unsigned bytes)
{
    for (unsigned i = 0; i < bytes && options[i] != OPTION_END;) {
        unsigned length = options[i] == OPTION_NOP ? 1 : i + 1 < bytes ? options[i + 1] : 0;

        if (length == 0 || (length == 1 && options[i] != OPTION_NOP) || i + length > bytes)
            return;
        if (length > 1)
            read_option(h, options[i], options + i + 2, length - 2);
        i += length;
    }
}

bool tcp_read(struct tcp_header *h, const struct ipip_layer *layer)
{
    struct ipip_bytes payload;
    uint32_t captured;

    if (layer->ip.protocol != IPIP_PROTOCOL_TCP || ipip_ip_is_fragment(&layer->ip))
        return false;
    payload = ipip_layer_payload(layer);
    if (payload.captured < TCP_HEADER_MIN)
        return false;
    *h = (struct tcp_header){
        .sport = wire_get16(payload.data),
        .dport = wire_get16(payload.data + 2),
        .seq = wire_get32(payload.data + 4),
        .ack = wire_get32(payload.data + 8),
        .header_bytes = (uint8_t)(payload.data[12] >> 4 << 2),
        .flags = payload.data[13],
        .window = wire_get16(payload.data + 14),
    };
    if (h->header_bytes < TCP_HEADER_MIN || h->header_bytes > payload.wire)
        return false;
    h->payload_bytes = (uint32_t)payload.wire - h->header_bytes;
    captured = payload.captured < h->header_bytes ? (uint32_t)payload.captured : h->header_bytes;
    h->is_cut = captured < h->header_bytes;
    read_options(h, payload.data + TCP_HEADER_MIN, captured - TCP_HEADER_MIN);
    return true;
}
