/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/reader.h"

#include "ipip/unwrap.h"

enum { REASSEMBLY_BYTES = 2 << 20 };

bool pair_reader_init(struct pair_reader *reader, const struct ipip_kinds *kinds, uint64_t seed)
{
    reader->kinds = kinds;
    reader->reassembly = ipip_reassembly_new(REASSEMBLY_BYTES, seed);
    return reader->reassembly != NULL;
}

void pair_reader_free(struct pair_reader *reader)
{
    ipip_reassembly_free(reader->reassembly);
}

bool pair_reader_read(struct pair_reader *reader, struct ipip_stack *stack, const struct ipip_packet *packet)
{
    struct ipip_unwrapped counts = {0};
    struct ipip_expired expired;

    if (packet->ip.captured == 0 || ipip_stack_read(stack, reader->kinds, packet->ip) != IPIP_OK)
        return false;
    if (stack->end != IPIP_END_FRAGMENT && stack->end != IPIP_END_FOLDED)
        return true;
    while (ipip_reassembly_expire(reader->reassembly, packet->time, &expired))
        continue;
    return ipip_unwrap(stack, reader->kinds, reader->reassembly, packet, IPIP_STACK_MAX, &counts);
}
