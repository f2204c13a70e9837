/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stripping any number of headers off any packet: depth, ECN mode, octets that were on the wire only, then the packet. */
#include "fuzz.h"
#include "ipip/drop.h"
#include "ipip/encap.h"

/* What nothing is found wrong with has headers that a careful reader finds nothing wrong with. */
static void look_for_faults(const struct ipip_stack *stack, unsigned depth, bool is_loopback)
{
    struct ipip_drop drop = ipip_drop_find(stack, depth, is_loopback);

    must(drop.why < IPIP_DROP_WHY_COUNT && ipip_drop_text(drop.why) != NULL);
    for (unsigned k = 0; k < stack->count && k <= depth && drop.why == IPIP_DROP_NOTHING; k++) {
        const struct ipip_layer *layer = &stack->layers[k];
        uint8_t header_bytes = layer->ip.header_bytes;

        must(header_bytes >= IPIP_IPV4_HEADER_MIN && layer->bytes.wire >= layer->ip.total_bytes);
        must(layer->ip.total_bytes >= header_bytes || layer->ip.total_bytes == 0);
        must(layer->bytes.captured < header_bytes || ipip_ipv4_checksum_ok(layer->bytes.data, header_bytes));
        must(k == 0 || layer->ip.ttl != 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipip_stack stack;
    struct ipip_rewrite out;
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct ipip_bytes packet;

    if (size < 3)
        return 0;
    packet = (struct ipip_bytes){data + 3, (uint32_t)size - 3, (uint32_t)size - 3 + data[2]};
    if (ipip_stack_read(&stack, ipip_kinds_judged(), packet) == IPIP_OK)
        look_for_faults(&stack, 1 + data[0] % 20, (data[0] & 0x40) != 0);
    must(stack.count <= IPIP_STACK_MAX);
    for (unsigned i = 1; i < stack.count; i++) {
        const struct ipip_layer *layer = &stack.layers[i];

        must(layer->bytes.data + layer->bytes.captured <= packet.data + packet.captured);
        must(layer->bytes.wire <= stack.layers[i - 1].bytes.wire);
    }
    if (ipip_decap(&out, head, data[0] & 0x80 ? 0 : sizeof head, &stack, 1 + data[0] % 20,
                   (enum ipip_ecn_decap)(data[1] % IPIP_ECN_DECAP_COUNT)) == IPIP_OK) {
        must(out.head_bytes <= sizeof head && out.head_bytes + out.rest.captured < packet.captured);
        must(out.rest.data >= packet.data && out.rest.data + out.rest.captured <= packet.data + packet.captured);
    }
    return 0;
}
