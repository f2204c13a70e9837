/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/fingerprint.h"

#include <string.h>

#include "wire/checksum.h"

enum {
    /* Octets behind the inner header that count: transport header with its checksum over the rest, and some more. */
    PAYLOAD_COUNTED = 44,
    PAYLOAD_COUNTED_OF_CUT = 8,
};

uint64_t fingerprint_of_content(const struct hash_keys *keys, const struct ipip_layer *datagram)
{
    enum { HEAD = 3, WORDS = (HEAD + (PAYLOAD_COUNTED + 7) / 8 + 1) & ~1 };
    /* Total Length, Identification, More Fragments, offset, protocol: an encapsulator that clears DF is to be found out. */
    static const uint8_t constant[8] = {255, 255, 255, 255, 63, 255, 0, 255};
    const uint8_t *header = datagram->bytes.data;
    uint8_t protocol = datagram->ip.protocol;
    struct ipip_bytes payload = ipip_layer_payload(datagram);
    /* What the snapshot length leaves is more of a packet by itself than of the same one in a tunnel. */
    uint32_t most = payload.captured < payload.wire ? PAYLOAD_COUNTED_OF_CUT : PAYLOAD_COUNTED;
    uint32_t counted = payload.captured < most ? payload.captured : most;
    uint32_t checksum = protocol == IPIP_PROTOCOL_TCP ? 16 : 6;
    uint64_t words[WORDS] = {sum_load(header + 12), sum_load(header + 2) & sum_load(constant), counted};
    uint64_t hash;

    _Static_assert((int)WORDS <= (int)HASH_WORDS_MAX, "a key for each word");
    memcpy(words + HEAD, payload.data, counted);
    /* Where a network card finishes the checksum, it is another one behind the card. */
    if ((protocol == IPIP_PROTOCOL_TCP || protocol == IPIP_PROTOCOL_UDP) && datagram->ip.fragment_offset == 0 &&
        counted >= checksum + 2)
        memset((uint8_t *)(words + HEAD) + checksum, 0, 2);
    hash = hash_of(keys, words, (HEAD + (counted + 7) / 8 + 1) / 2);
    return hash != 0 ? hash : 1;
}
