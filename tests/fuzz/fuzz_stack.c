/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets with tunnels of chosen kinds: four octets of a set, one of what was on the wire only, then the packet. */
#include "fuzz.h"
#include "ipip/erspan.h"
#include "ipip/ipv6.h"
#include "ipip/minimal.h"
#include "ipip/stack.h"
#include "ipip/udp.h"

enum { HEAD = 5, HAS_ESP_NULL = 0x80, HAS_VECTOR = 0x40 };

static struct ipip_kinds kinds_of(const uint8_t *data)
{
    struct ipip_kinds kinds = {.set = (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 |
                                      data[3]};

    if ((data[0] & HAS_ESP_NULL) != 0)
        ipip_esp_null_declare(&kinds, (data[0] & HAS_VECTOR) != 0 ? "16,8" : "12");
    kinds.udp_count = 3;
    kinds.udp[0] = (struct ipip_udp_tunnel){5555, IPIP_KIND_FOU, 4};
    kinds.udp[1] = (struct ipip_udp_tunnel){5556, IPIP_KIND_FOU, 47};
    kinds.udp[2] = (struct ipip_udp_tunnel){5557, IPIP_KIND_FOU, 41};
    return kinds;
}

static void must_be_in(struct ipip_bytes inside, struct ipip_bytes outside)
{
    must(inside.captured <= inside.wire);
    must(inside.data >= outside.data && inside.data + inside.captured <= outside.data + outside.captured);
}

/* Links follow each other, and reach to what is inside. */
static void look_at_chain(const struct ipip_kinds *kinds, const struct ipip_layer *layer,
                          const struct ipip_layer *inner)
{
    struct ipip_chain chain;
    uint32_t offset = 0;

    ipip_layer_chain(&chain, kinds, layer);
    must(chain.count <= IPIP_CHAIN_MAX && chain.end <= IPIP_END_COUNT);
    must_be_in(chain.inside, layer->bytes);
    for (unsigned i = 0; i < chain.count; i++) {
        must(chain.links[i].offset == offset);
        offset += chain.links[i].bytes;
    }
    must(offset == chain.bytes);
    if (inner != NULL)
        must(chain.end == IPIP_END_COUNT && chain.kind == layer->kind && chain.bytes == layer->shim_bytes &&
             chain.inside.data == inner->bytes.data && chain.inside.wire == inner->bytes.wire);
}

static void look_at_layer(const struct ipip_layer *layer, struct ipip_bytes packet)
{
    struct ipip_bytes header = ipip_layer_header(layer);
    uint32_t limit = layer->ip.version == 6 ? ipip_ipv6_limit_offset(layer->bytes) : 0;

    must_be_in(layer->bytes, packet);
    must_be_in(header, packet);
    must_be_in(ipip_layer_payload(layer), packet);
    must(layer->kind < IPIP_KINDS && (layer->ip.version == 4 || layer->ip.version == 6));
    must(layer->ip.version == 4 || layer->ip.header_bytes >= IPIP_IPV6_HEADER);
    must(limit < layer->bytes.captured || limit == 0);
}

static void unfold(const struct ipip_layer *layer)
{
    static uint8_t room[1 << 16];
    struct ipip_bytes inner;

    if (ipip_minimal_unfold(&inner, room, sizeof room, &layer->ip, layer->bytes, 0) == IPIP_OK)
        must(inner.captured <= inner.wire && inner.wire < layer->bytes.wire &&
             ipip_ipv4_checksum_ok(room, layer->ip.header_bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipip_stack stack;
    struct ipip_bytes packet;
    struct ipip_kinds kinds;

    if (size < HEAD)
        return 0;
    kinds = kinds_of(data);
    packet = (struct ipip_bytes){data + HEAD, (uint32_t)size - HEAD, (uint32_t)size - HEAD + data[4]};
    if (ipip_stack_read(&stack, &kinds, packet) != IPIP_OK)
        return 0;
    must(stack.count >= 1 && stack.count <= IPIP_STACK_MAX && stack.end < IPIP_END_COUNT);
    must(stack.end != IPIP_END_UNSUPPORTED || ipip_kind_about((enum ipip_kind)stack.next_kind) != NULL);
    for (unsigned k = 0; k < stack.count; k++) {
        bool is_last = k + 1 == stack.count;

        look_at_layer(&stack.layers[k], packet);
        must(is_last || stack.layers[k].kind != IPIP_KIND_NONE);
        must(stack.layers[k].kind == IPIP_KIND_NONE || (kinds.set & IPIP_KIND_BIT(stack.layers[k].kind)) != 0 ||
             stack.end == IPIP_END_INNER_VERSION);
        if (!is_last || stack.end != IPIP_END_FRAGMENT)
            look_at_chain(&kinds, &stack.layers[k], is_last ? NULL : &stack.layers[k + 1]);
    }
    if (stack.end == IPIP_END_FOLDED)
        unfold(&stack.layers[stack.count - 1]);
    return 0;
}
