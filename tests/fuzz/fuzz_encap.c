/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any packet into any tunnel and out again: 16 octets of configuration, then the packet. What comes out is what went in. */
#include <string.h>

#include "fuzz.h"
#include "ipip/encap.h"
#include "ipip/tunnel.h"

enum { CONFIGURATION = 16 };

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static struct ipip_tunnel tunnel_of(const uint8_t *data)
{
    return (struct ipip_tunnel){
        .kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP),
        .local = ipip_address_ipv4(get32(data)),
        .remote = ipip_address_ipv4(get32(data + 4)),
        .ttl = data[8],
        .tos = data[9],
        .tos_inherit = data[10] & 1,
        .decrements_ttl = (data[10] & 2) != 0,
        .ecn = (enum ipip_ecn_encap)(data[11] % IPIP_ECN_ENCAP_COUNT),
        .df = (enum ipip_df_policy)(data[12] % IPIP_DF_POLICY_COUNT),
        .id = (enum ipip_id_policy)(data[13] % IPIP_ID_POLICY_COUNT),
        .mtu = (uint16_t)(data[14] == 0 ? 0 : 68 + data[14] * 8),
    };
}

/* The fragments are within the MTU and, side by side, the payload of the datagram at `whole`, with one Identification. */
static void cut_up(const struct ipip_tunnel *tunnel, const struct ipip_rewrite *out, const uint8_t *head,
                   const uint8_t *whole, uint32_t bytes)
{
    struct ipip_fragmentation f = {head, *out, tunnel->mtu, 0, 0};
    uint8_t fragment_head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_rewrite fragment;
    struct ipip_ip ip = {.flags = IPIP_IP_MF};
    uint32_t at = IPIP_IPV4_HEADER_MIN;

    while (ipip_fragmentation_next(&f, &fragment, fragment_head)) {
        uint32_t from_head = fragment.head_bytes - IPIP_IPV4_HEADER_MIN;
        uint32_t captured = from_head + fragment.rest.captured;

        must(ipip_ip_mf(&ip));
        ipip_ipv4_read(&ip, fragment_head, IPIP_IPV4_HEADER_MIN);
        must(ip.total_bytes == fragment.head_bytes + fragment.rest.wire);
        must(ip.total_bytes <= tunnel->mtu);
        must(ip.fragment_offset + IPIP_IPV4_HEADER_MIN == at);
        must(ip.id == (uint32_t)(head[4] << 8 | head[5]) && ipip_ipv4_checksum_ok(fragment_head, IPIP_IPV4_HEADER_MIN));
        must(captured == 0 ||
             (at + captured <= bytes && memcmp(whole + at, fragment_head + IPIP_IPV4_HEADER_MIN, from_head) == 0 &&
              memcmp(whole + at + from_head, fragment.rest.data, fragment.rest.captured) == 0));
        at += ip.total_bytes - IPIP_IPV4_HEADER_MIN;
    }
    must(!ipip_ip_mf(&ip) && at == out->head_bytes + out->rest.wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    uint8_t back_head[IPIP_DECAP_HEAD_MAX];
    struct ipip_bytes packet;
    struct ipip_rewrite out;
    struct ipip_rewrite back;
    struct ipip_stack stack;
    struct ipip_tunnel tunnel;
    uint8_t *whole;
    uint32_t bytes;

    if (size < CONFIGURATION)
        return 0;
    packet = (struct ipip_bytes){data + CONFIGURATION, (uint32_t)size - CONFIGURATION,
                                 (uint32_t)size - CONFIGURATION + data[15]};
    tunnel = tunnel_of(data);
    if (ipip_encap(&out, head, sizeof head, &tunnel, &(struct ipip_encap_values){.id = 7}, IPIP_PAYLOAD_IPV4, packet) !=
        IPIP_OK)
        return 0;
    bytes = out.head_bytes + out.rest.captured;
    must(bytes == packet.captured + IPIP_IPV4_HEADER_MIN);
    must(out.rest.wire - out.rest.captured == packet.wire - packet.captured);
    whole = malloc(bytes);
    must(whole != NULL);
    memcpy(whole, head, out.head_bytes);
    memcpy(whole + out.head_bytes, out.rest.data, out.rest.captured);

    if (tunnel.mtu != 0)
        cut_up(&tunnel, &out, head, whole, bytes);
    ipip_stack_read(&stack, ipip_kinds_judged(),
                    (struct ipip_bytes){whole, bytes, bytes + out.rest.wire - out.rest.captured});
    must(stack.layers[0].kind != IPIP_KIND_NONE && ipip_address_equal(stack.layers[0].ip.src, tunnel.local) &&
         ipip_address_equal(stack.layers[0].ip.dst, tunnel.remote));
    if (!tunnel.decrements_ttl &&
        ipip_decap(&back, back_head, sizeof back_head, &stack, 1, IPIP_ECN_DECAP_NONE) == IPIP_OK)
        must(back.head_bytes == 0 && back.rest.captured == packet.captured &&
             memcmp(back.rest.data, packet.data, packet.captured) == 0);
    free(whole);
    return 0;
}
