/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much of a tunnel packet its first fragment should hold. */
#include "ipip/ipv6.h"
#include "packet/facts.h"

/* RFC 1858 section 3: a first fragment of IPv4 should hold so much behind the inner header. */
enum { FIRST_FRAGMENT_MORE = 8 };

/* Minimal encapsulation has the inner header's fields in its own. */
static uint32_t folded_header(struct ipip_bytes at)
{
    enum { FLAGS = 1, HAS_SOURCE = 0x80, SHORT = 8, LONG = 12 };

    return at.captured > FLAGS && (at.data[FLAGS] & HAS_SOURCE) != 0 ? LONG : SHORT;
}

uint32_t facts_first_fragment_min(const struct ipip_layer *layer)
{
    struct ipip_bytes inside = ipip_layer_inside(layer);
    uint32_t header = IPIP_IPV4_HEADER_MIN;

    if (layer->kind == IPIP_KIND_MINIMAL)
        header = folded_header(inside);
    else if (inside.captured > 0 && inside.data[0] >> 4 == 6)
        header = IPIP_IPV6_HEADER;
    else if (inside.captured > 0 && inside.data[0] >> 4 == 4 && (inside.data[0] & 15) >= 5)
        header = (inside.data[0] & 15) * 4U;
    header += layer->shim_bytes;
    return facts_is_ipv6(layer) ? header : header + FIRST_FRAGMENT_MORE;
}
