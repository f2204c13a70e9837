/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/drop.h"

#include "tunnel/dropping.h"
#include "tunnel/leaving.h"
#include "wire/checksum.h"

static const char *const texts[IPIP_DROP_WHY_COUNT] = {
    [IPIP_DROP_NOTHING] = "nothing wrong",
    [IPIP_DROP_VERSION] = "version is not 4",
    [IPIP_DROP_HEADER] = "IHL impossible",
    [IPIP_DROP_CHECKSUM] = "header checksum wrong",
    [IPIP_DROP_TOTAL_LONG] = "Total Length beyond the end of the packet",
    [IPIP_DROP_TOTAL_SHORT] = "Total Length less than the header",
    [IPIP_DROP_SOURCE] = "source is a martian",
    [IPIP_DROP_DESTINATION] = "destination is a martian",
    [IPIP_DROP_OPTION] = "option malformed",
    [IPIP_DROP_SOURCE_ROUTE] = "source route",
    [IPIP_DROP_TTL] = "TTL 0",
    [IPIP_DROP_NO_ROOM] = "header missing",
    [IPIP_DROP_NOT_IPV6] = "version is not 6",
    [IPIP_DROP_PAYLOAD_LONG] = "Payload Length beyond the end of the packet",
    [IPIP_DROP_EXTENSION] = "extension header longer than the packet",
    [IPIP_DROP_HOP_LIMIT] = "Hop Limit 0",
    [IPIP_DROP_SHIM] = "header before it missing or impossible",
    [IPIP_DROP_GRE_VERSION] = "GRE version is not 0",
    [IPIP_DROP_GRE_ROUTING] = "GRE with routing",
    [IPIP_DROP_GRE_RESERVED] = "reserved bits of GRE set",
    [IPIP_DROP_GRE_CHECKSUM] = "GRE checksum wrong",
    [IPIP_DROP_UDP_LENGTH] = "UDP length impossible",
    [IPIP_DROP_UDP_CHECKSUM] = "UDP checksum wrong",
    [IPIP_DROP_GUE] = "GUE variant, flag or control message unknown",
    [IPIP_DROP_MINIMAL_CHECKSUM] = "checksum of the minimal header wrong",
    [IPIP_DROP_OTHER_TUNNEL] = "not of this tunnel",
    [IPIP_DROP_GRE_CHECKSUM_USE] = "GRE checksum missing, or there without being demanded",
    [IPIP_DROP_GRE_SEQUENCE] = "GRE sequence number missing or old",
    [IPIP_DROP_EMBEDDED] = "address is not the one that the IPv6 address embeds",
    [IPIP_DROP_PAYLOAD_ZERO] = "Payload Length 0 in front of a payload",
};

const char *ipip_drop_text(enum ipip_drop_why why)
{
    return (unsigned)why < IPIP_DROP_WHY_COUNT ? texts[why] : "unknown reason";
}

/* Without options, right in all that does not depend on where the header stands: as nearly all are. */
static bool is_flawless(const struct ipip_layer *layer)
{
    const struct ipip_ip *ip = &layer->ip;

    return ip->header_bytes == IPIP_IPV4_HEADER_MIN && ip->total_bytes >= IPIP_IPV4_HEADER_MIN &&
           ip->total_bytes <= layer->bytes.wire && is_ordinary(ip->src) && is_ordinary(ip->dst) &&
           sum_fold(sum_of_20(layer->bytes.data)) == 0xffff;
}

static enum ipip_drop_why header(const struct ipip_layer *layer, bool is_inner, bool is_loopback)
{
    if (layer->ip.version == 6)
        return drop_of_ipv6(layer, is_inner, is_loopback);
    if (is_flawless(layer) && (layer->ip.ttl != 0 || !is_inner))
        return IPIP_DROP_NOTHING;
    return drop_of_ipv4(layer, is_inner, is_loopback);
}

/* What is in the place of the header that the innermost layer promises. */
static enum ipip_drop_why missing(const struct ipip_stack *stack, const struct ipip_kinds *kinds)
{
    if (stack->end == IPIP_END_NO_ROOM)
        return IPIP_DROP_NO_ROOM;
    if (stack->end != IPIP_END_INNER_VERSION)
        return IPIP_DROP_NOTHING;
    return leaving_version(&stack->layers[stack->count - 1], kinds) == IPIP_NOT_IPV6 ? IPIP_DROP_NOT_IPV6
                                                                                     : IPIP_DROP_VERSION;
}

/* IPv4 in IPv4 has nothing between. */
static bool has_chain(const struct ipip_layer *layer)
{
    return layer->kind != IPIP_KIND_IPIP && layer->kind != IPIP_KIND_NONE &&
           (layer->is_reassembled || !ipip_ip_is_fragment(&layer->ip));
}

struct ipip_drop ipip_drop_find(const struct ipip_stack *stack, const struct ipip_kinds *kinds, unsigned depth,
                                bool is_loopback)
{
    struct ipip_drop drop = {IPIP_DROP_NOTHING, false};

    for (unsigned k = 0; k <= depth && drop.why == IPIP_DROP_NOTHING; k++) {
        const struct ipip_layer *layer = &stack->layers[k];

        drop.is_inner = k > 0;
        if (k == stack->count) {
            drop.why = missing(stack, kinds);
            break;
        }
        if (!layer->is_reassembled)
            drop.why = header(layer, k > 0, is_loopback);
        if (k < depth && drop.why == IPIP_DROP_NOTHING && has_chain(layer))
            drop.why = drop_of_chain(layer, kinds);
    }
    return drop;
}
