/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layers of the packets of one file, tunnel packets reassembled. */
#ifndef IPIP_CORE_PAIR_READER_H
#define IPIP_CORE_PAIR_READER_H

#include "ipip/packet.h"
#include "ipip/reassembly.h"
#include "ipip/stack.h"

struct pair_reader {
    const struct ipip_kinds *kinds;
    struct ipip_reassembly *reassembly;
};

bool pair_reader_init(struct pair_reader *reader, const struct ipip_kinds *kinds, uint64_t seed);
void pair_reader_free(struct pair_reader *reader);

/* False where there is no IP header, or it is a fragment of a tunnel packet that is not complete. */
bool pair_reader_read(struct pair_reader *reader, struct ipip_stack *stack, const struct ipip_packet *packet);

#endif
