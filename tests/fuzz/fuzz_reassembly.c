/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments with chosen identification, offset and length, in little memory: what comes out whole has no hole. */
#include <string.h>

#include "fuzz.h"
#include "ipip/reassembly.h"

enum { RECORD = 4, MEMORY = 64 << 10, SEED = 1 };

/* A fragment of protocol 4 from four octets: identification, offset in units of 8, length, flags and filling. */
static struct ipip_layer fragment_of(uint8_t *packet, const uint8_t *record)
{
    struct ipip_layer layer = {0};
    uint32_t payload = record[2] * 8U + (record[3] & 7U);
    uint32_t bytes = 20 + payload;
    struct ipip_stack stack;

    memset(packet, record[1], bytes);
    memcpy(packet,
           (const uint8_t[20]){0x45,
                               0,
                               (uint8_t)(bytes >> 8),
                               (uint8_t)bytes,
                               0,
                               record[0] & 3,
                               record[3] & 0x80 ? 0x20 : 0,
                               record[1],
                               64,
                               4,
                               0,
                               0,
                               10,
                               0,
                               0,
                               1,
                               10,
                               0,
                               0,
                               2},
           20);
    if (ipip_stack_read(&stack, ipip_kinds_ipip(), (struct ipip_bytes){packet, bytes, bytes + (record[3] >> 6 & 1)}) ==
        IPIP_OK)
        layer = stack.layers[0];
    return layer;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipip_reassembly *reassembly = ipip_reassembly_new(MEMORY, SEED);
    uint8_t packet[20 + 255 * 8 + 7];
    uint64_t frame = 0;
    struct ipip_whole whole;

    must(reassembly != NULL);
    for (; size >= RECORD; data += RECORD, size -= RECORD) {
        struct ipip_layer layer = fragment_of(packet, data);
        uint32_t end = 0;

        frame++;
        if ((data[3] & 0x20) != 0 &&
            layer.ip.fragment_offset != 0) { /* as one of which it is not known yet whose it is */
            ipip_reassembly_keep(reassembly, &layer, frame, (int64_t)frame * 1000000000);
            continue;
        }
        if (ipip_reassembly_add(reassembly, &layer, frame, (int64_t)frame * 1000000000, &whole) !=
            IPIP_REASSEMBLY_COMPLETE)
            continue;
        for (unsigned i = 0; i < whole.count; i++) {
            must(whole.fragments[i].offset == end);
            must(whole.fragments[i].frame <= frame);
            end += whole.fragments[i].bytes;
        }
        must(whole.datagram.captured == 20 + end);
        for (uint32_t i = 0; i < end; i++) /* each octet is filled with its fragment's offset */
            must(whole.datagram.data[20 + i] * 8U <= i);
    }
    ipip_reassembly_end(reassembly);
    ipip_reassembly_free(reassembly);
    return 0;
}
