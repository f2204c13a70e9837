/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/fingerprint.h"

uint64_t fingerprint_of_content(const struct hash_keys *keys, const struct ipip_layer *datagram,
                                struct ipip_bytes payload)
{
    /* What the snapshot length leaves is more of a packet by itself than of the same one in a tunnel. */
    uint32_t most = payload.captured < payload.wire ? FINGERPRINT_PAYLOAD_OF_CUT : FINGERPRINT_PAYLOAD;

    return fingerprint_of_octets(keys, datagram->bytes.data, datagram->ip.protocol, datagram->ip.fragment_offset == 0,
                                 payload.data, payload.captured < most ? payload.captured : most);
}
