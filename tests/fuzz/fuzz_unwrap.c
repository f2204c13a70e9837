/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets one after the other, each with its length in front: what is in fragments or folded is made whole, in little memory. */
#include "fuzz.h"
#include "ipip/unwrap.h"

enum { MEMORY = 64 << 10, SEED = 1, SECOND = 1000000000 };

static void look(const struct ipip_stack *stack)
{
    uint32_t octets = 0;

    must(stack->count <= IPIP_STACK_MAX && stack->end < IPIP_END_COUNT);
    for (unsigned k = 0; k < stack->count; k++) {
        struct ipip_bytes bytes = ipip_layer_payload(&stack->layers[k]);

        must(stack->layers[k].bytes.captured <= stack->layers[k].bytes.wire && bytes.captured <= bytes.wire);
        for (uint32_t i = 0; i < bytes.captured; i++) /* they can be read */
            octets += bytes.data[i];
        must(k + 1 == stack->count || stack->layers[k].kind != IPIP_KIND_NONE);
    }
    must(octets < UINT32_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipip_reassembly *reassembly = ipip_reassembly_new(MEMORY, SEED);
    struct ipip_unwrapped counts = {0};
    struct ipip_packet packet = {0};

    must(reassembly != NULL);
    if (size > 0 && (data[0] & 0x80) != 0)
        ipip_reassembly_remember(reassembly);
    while (size > 2) {
        uint32_t bytes = data[0] < size - 2 ? data[0] : (uint32_t)size - 2;
        struct ipip_stack stack;

        packet.ip = (struct ipip_bytes){data + 2, bytes, bytes};
        packet.frame++;
        packet.time += SECOND;
        if (ipip_stack_read(&stack, ipip_kinds_all(), packet.ip) == IPIP_OK) {
            ipip_unwrap(&stack, ipip_kinds_all(), reassembly, &packet, 1 + data[1] % IPIP_STACK_MAX, &counts);
            look(&stack);
        }
        data += 2 + bytes;
        size -= 2 + bytes;
    }
    must(counts.fragments >= counts.datagrams);
    ipip_reassembly_end(reassembly);
    ipip_reassembly_free(reassembly);
    return 0;
}
