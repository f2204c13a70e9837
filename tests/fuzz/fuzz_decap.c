/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stripping any number of headers off any packet: depth, ECN mode, octets that were on the wire only, then the packet. */
#include "fuzz.h"
#include "ipip/encap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipip_stack stack;
    struct ipip_rewrite out;
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct ipip_bytes packet;

    if (size < 3)
        return 0;
    packet = (struct ipip_bytes){data + 3, (uint32_t)size - 3, (uint32_t)size - 3 + data[2]};
    ipip_stack_read(&stack, packet);
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
