/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any packet into a tunnel of any kind, and out again: 32 octets of configuration, then the packet. What is read of the result is what
 * went in, and so it is of its fragments.
 */
#include <string.h>

#include "fuzz.h"
#include "ipip/chain.h"
#include "ipip/encap.h"
#include "ipip/ipv6.h"
#include "ipip/minimal.h"
#include "ipip/tunnel.h"

enum { CONFIGURATION = 32, FOU_PORT = 5555, GUE_PORT = 6080, REPEATED_MAX = 64 };

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static enum ipip_kind kind_of(const uint8_t *data)
{
    enum ipip_kind kind = (enum ipip_kind)(data[16] % IPIP_KINDS);

    return kind != IPIP_KIND_NONE && (IPIP_ENCAP_KINDS & IPIP_KIND_BIT(kind)) != 0 ? kind : IPIP_KIND_IPIP;
}

static struct ipip_addr address_of(const struct ipip_kind_about *about, uint32_t number)
{
    if ((about->outer & IPIP_PAYLOAD_IPV4) != 0)
        return ipip_address_ipv4(number);
    return (struct ipip_addr){UINT64_C(0x20010db8) << 32, number};
}

static struct ipip_tunnel tunnel_of(const uint8_t *data)
{
    const struct ipip_kind_about *about = ipip_kind_about(kind_of(data));
    bool is_minimal = about->shims[0] == IPIP_SHIM_MINIMAL;
    enum ipip_udp_encap encap =
        is_minimal ? IPIP_UDP_ENCAP_NONE : (enum ipip_udp_encap)(data[17] % IPIP_UDP_ENCAP_COUNT);

    return (struct ipip_tunnel){
        .kinds = IPIP_KIND_BIT(kind_of(data)),
        .local = address_of(about, get32(data)),
        .remote = address_of(about, get32(data + 4)),
        .ttl = data[8],
        .tos = data[9],
        .tos_inherit = data[10] & 1,
        .decrements_ttl = (data[10] & 2) != 0,
        .has_limit = (data[10] & 4) != 0,
        .out = {.has_key = (data[10] & 8) != 0,
                .has_checksum = (data[10] & 16) != 0,
                .has_sequence = (data[10] & 32) != 0,
                .key = get32(data + 20)},
        .has_udp_checksum = (data[10] & 64) != 0,
        .ecn = (enum ipip_ecn_encap)(data[11] % IPIP_ECN_ENCAP_COUNT),
        .df = (enum ipip_df_policy)(data[12] % IPIP_DF_POLICY_COUNT),
        .id = (enum ipip_id_policy)(data[13] % IPIP_ID_POLICY_COUNT),
        .mtu = (uint16_t)(data[14] == 0 ? 0 : 68 + data[14] * 8),
        .limit = data[18],
        .label_policy = (enum ipip_label_policy)(data[19] % IPIP_LABEL_POLICY_COUNT),
        .label = get32(data + 24),
        .erspan_version = data[28] % 3,
        .erspan_index = get32(data + 20),
        .erspan_direction = data[28] >> 7,
        .erspan_hardware = data[29],
        .encap = encap,
        .destination_port = encap == IPIP_UDP_ENCAP_GUE ? GUE_PORT : FOU_PORT,
    };
}

/* Of which the tunnel holds packets. */
static enum ipip_payload type_of(const struct ipip_tunnel *tunnel, const struct ipip_bytes packet)
{
    if (ipip_tunnel_kind(tunnel, IPIP_PAYLOAD_ETHERNET) != IPIP_KIND_NONE)
        return IPIP_PAYLOAD_ETHERNET;
    return packet.captured > 0 && packet.data[0] >> 4 == 6 ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4;
}

/* The fragments are within the MTU and, side by side, what is behind the header that they repeat of the datagram `whole`. */
static void cut_up(const struct ipip_tunnel *tunnel, const struct ipip_rewrite *out, const uint8_t *head,
                   const uint8_t *whole, uint32_t bytes)
{
    bool is_ipv6 = head[0] >> 4 == 6;
    uint32_t repeated = is_ipv6 ? IPIP_IPV6_HEADER + (head[6] == 60 ? 8 : 0) : (head[0] & 15) * 4U;
    uint32_t own = repeated + (is_ipv6 ? IPIP_IPV6_FRAGMENT_HEADER : 0);
    struct ipip_fragmentation f = {head, *out, tunnel->mtu, 0x01020304, 0};
    uint8_t fragment_head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_rewrite fragment;
    uint32_t at = repeated;

    if (tunnel->mtu < own + 8 || out->head_bytes + out->rest.wire <= tunnel->mtu)
        return;
    while (ipip_fragmentation_next(&f, &fragment, fragment_head)) {
        uint32_t length = is_ipv6 ? IPIP_IPV6_HEADER + (uint32_t)(fragment_head[4] << 8 | fragment_head[5])
                                  : (uint32_t)(fragment_head[2] << 8 | fragment_head[3]);
        uint32_t field = is_ipv6 ? (uint32_t)(fragment_head[repeated + 2] << 8 | fragment_head[repeated + 3])
                                 : (uint32_t)(fragment_head[6] << 8 | fragment_head[7]);
        uint32_t from_head = fragment.head_bytes - own;
        uint32_t captured = from_head + fragment.rest.captured;

        must(fragment.head_bytes >= own && fragment.head_bytes <= IPIP_ENCAP_HEAD_MAX);
        must(length == fragment.head_bytes + fragment.rest.wire && length <= tunnel->mtu);
        must((is_ipv6 ? field & 0xfff8 : (field & 0x1fff) * 8) + repeated == at);
        must(is_ipv6 || ipip_ipv4_checksum_ok(fragment_head, own));
        must(captured == 0 || (at + captured <= bytes && memcmp(whole + at, fragment_head + own, from_head) == 0 &&
                               memcmp(whole + at + from_head, fragment.rest.data, fragment.rest.captured) == 0));
        at += length - own;
        must((is_ipv6 ? field & 1 : field >> 13 & 1) == (at < out->head_bytes + out->rest.wire));
    }
    must(at == out->head_bytes + out->rest.wire);
}

/* All kinds, and the port of FOU as this tunnel uses it. */
static struct ipip_kinds kinds_for(const struct ipip_tunnel *tunnel)
{
    struct ipip_kinds kinds = *ipip_kinds_all();
    enum ipip_kind kind = (enum ipip_kind)__builtin_ctz(tunnel->kinds);

    kinds.udp[kinds.udp_count++] = (struct ipip_udp_tunnel){FOU_PORT, IPIP_KIND_FOU, ipip_kind_about(kind)->protocol};
    return kinds;
}

/* Where the packet begins: behind all headers but its own, of which frames and label stacks have one in the chain. */
static struct ipip_bytes inside_of(const struct ipip_layer *outer, const struct ipip_chain *chain)
{
    const struct ipip_chain_link *own = ipip_chain_find(chain, IPIP_SHIM_ETHERNET);

    return own != NULL ? ipip_bytes_after(ipip_layer_payload(outer), own->offset) : chain->inside;
}

static void read_back(const struct ipip_tunnel *tunnel, struct ipip_bytes datagram, struct ipip_bytes packet)
{
    struct ipip_kinds kinds = kinds_for(tunnel);
    struct ipip_stack stack;
    struct ipip_chain chain;
    struct ipip_bytes back;

    must(ipip_stack_read(&stack, &kinds, datagram) == IPIP_OK);
    must(stack.layers[0].ip.version == 6 || ipip_ipv4_checksum_ok(datagram.data, (datagram.data[0] & 15) * 4));
    must(ipip_address_equal(stack.layers[0].ip.dst, tunnel->remote) &&
         ipip_address_equal(stack.layers[0].ip.src, tunnel->local));
    must(stack.layers[0].kind != IPIP_KIND_NONE);
    if (tunnel->decrements_ttl)
        return;
    if (stack.layers[0].kind == IPIP_KIND_MINIMAL) {
        uint8_t *room = malloc(datagram.captured);

        must(ipip_minimal_unfold(&back, room, datagram.captured, &stack.layers[0].ip, datagram, 0) == IPIP_OK);
        must(back.captured == packet.captured && memcmp(back.data, packet.data, 2) == 0 &&
             memcmp(back.data + 12, packet.data + 12, back.captured - 12) == 0);
        free(room);
        return;
    }
    ipip_layer_chain(&chain, &kinds, &stack.layers[0]);
    back = inside_of(&stack.layers[0], &chain);
    must(back.captured <= packet.captured && back.wire <= packet.wire); /* a mirrored frame may be cut */
    must(back.wire == packet.wire ||
         (tunnel->kinds & (IPIP_KIND_BIT(IPIP_KIND_ERSPAN) | IPIP_KIND_BIT(IPIP_KIND_ERSPAN6))) != 0);
    must(memcmp(back.data, packet.data, back.captured) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct ipip_encap_values values = {7, 40000, 9, 0x54321, 0x01020304};
    uint8_t head[IPIP_ENCAP_HEAD_MAX];
    struct ipip_bytes packet;
    struct ipip_rewrite out;
    struct ipip_tunnel tunnel;
    enum ipip_payload type;
    uint8_t *whole;
    uint32_t bytes;

    if (size < CONFIGURATION)
        return 0;
    packet = (struct ipip_bytes){data + CONFIGURATION, (uint32_t)size - CONFIGURATION,
                                 (uint32_t)size - CONFIGURATION + data[15]};
    tunnel = tunnel_of(data);
    type = type_of(&tunnel, packet);
    ipip_flow_hash(type, packet);
    ipip_tunnel_icmp_mtu(&tunnel, type);
    if (ipip_encap(&out, head, sizeof head, &tunnel, &values, type, packet) != IPIP_OK)
        return 0;
    must(out.head_bytes <= sizeof head);
    bytes = out.head_bytes + out.rest.captured;
    whole = malloc(bytes);
    must(whole != NULL);
    memcpy(whole, head, out.head_bytes);
    memcpy(whole + out.head_bytes, out.rest.data, out.rest.captured);
    if (tunnel.mtu != 0)
        cut_up(&tunnel, &out, head, whole, bytes);
    read_back(&tunnel, (struct ipip_bytes){whole, bytes, out.head_bytes + out.rest.wire}, packet);
    free(whole);
    return 0;
}
