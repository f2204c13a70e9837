/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/first_pieces.h"

#include "flow/state.h"

/* Every link of IPv6 carries 1280 octets, of which the tunnel header takes up to 48; pieces end at multiples of 8. */
enum { SMALLEST = 1280 - 48 - 7 };

bool first_pieces_take(struct flow *flow, uint64_t direction, const struct ipip_layer *outer)
{
    const struct ipip_ip *inner = &outer[1].ip;
    struct first_pieces *pieces;
    bool is_new;

    /* What has to be fragmented outside was not cut to the size of the tunnel. */
    if (!ipip_ip_mf(inner) || inner->fragment_offset != 0 || inner->total_bytes < SMALLEST || outer->is_reassembled)
        return false;
    pieces = lru_row(&flow->pieces, lru_get(&flow->pieces, direction, &is_new));
    if (is_new) {
        pieces->bytes = inner->total_bytes;
        return false;
    }
    if (pieces->bytes != inner->total_bytes)
        pieces->bytes = 0;
    return pieces->bytes != 0;
}
