/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "annotation.h"

#include "finding_tree.h"
#include "ipip/ipv6.h"
#include "link_tree.h"
#include "sequence_gaps.h"
#include "session.h"
#include "tree.h"
#include "ws_address.h"

static int proto_ipip = -1;

/* The item of the tunnel layer `k`, with all findings and links that belong there. */
static void show_layer(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, struct session_frame *frame, unsigned k)
{
    const struct ipip_layer *outer = &frame->stack->layers[k];
    bool has_inner = k + 1 < frame->stack->count;
    const struct tvb_positions *places = tree != NULL ? tvb_positions_of(pinfo, frame) : NULL;
    struct tree_layer layer = {.depth = k + 1, .bytes = outer->ip.header_bytes + outer->shim_bytes, .is_judged = true};
    proto_tree *below = NULL;
    int32_t gap;

    frame->shown |= 1U << k;
    if (sequence_gap_of(pinfo->num, k, &gap))
        layer.gap = &gap;
    layer.pair.outer = outer;
    layer.pair.inner = has_inner ? outer + 1 : NULL;
    if (places != NULL) {
        layer.pair.outer_at = places->layers[k];
        if (has_inner)
            layer.pair.inner_at = places->layers[k + 1];
        below = tree_add_layer(tree, tvb, proto_ipip, &layer);
    }
    for (unsigned i = 0; frame->findings != NULL && i < wmem_array_get_count(frame->findings); i++) {
        const struct session_finding *finding = (const struct session_finding *)wmem_array_index(frame->findings, i);

        if (finding->target == IPIP_TARGET_LAYER && finding->tunnel_layer == k) {
            finding_tree_name(below, finding);
            finding_tree_add(below, pinfo, frame, finding);
        }
    }
    if (below == NULL)
        return;
    tree_describe_layer(below, &layer);
    link_tree_add(below, links_of(pinfo->num), k);
    header_tree_add(below, tvb, &layer.pair);
}

/* Whether what lies behind its IP header begins with the one inside, which `tvb` then does. */
static bool is_before_ip(enum ipip_kind kind)
{
    const uint32_t kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(IPIP_KIND_6IN4) |
                           IPIP_KIND_BIT(IPIP_KIND_4IN6) | IPIP_KIND_BIT(IPIP_KIND_6IN6) |
                           IPIP_KIND_BIT(IPIP_KIND_MINIMAL);

    return (kinds & IPIP_KIND_BIT(kind)) != 0;
}

/* Whether the octets of `tvb` are this header. */
static bool is_header(const struct ipip_ip *ip, tvbuff_t *tvb)
{
    struct ipip_bytes octets = tvb_pos_octets((struct tvb_pos){tvb, 0});
    struct ipip_ip here;

    if ((ip->version == 6 ? ipip_ipv6_read(&here, octets) : ipip_ipv4_read(&here, octets.data, octets.captured)) !=
        IPIP_OK)
        return false;
    return ipip_ip_is_same_direction(&here, ip) && here.id == ip->id && here.total_bytes == ip->total_bytes &&
           here.protocol == ip->protocol;
}

/* Whether the stock dissector stands behind the header of layer `k`: in front of the one inside, or of what is between. */
static bool is_behind(const struct session_frame *frame, unsigned k, const packet_info *pinfo, tvbuff_t *tvb)
{
    const struct ipip_layer *outer = &frame->stack->layers[k];
    struct ws_address src;

    if (is_before_ip((enum ipip_kind)outer->kind))
        return k + 1 >= frame->stack->count || is_header(&outer[1].ip, tvb);
    ws_address_set(&src, outer->ip.src);
    return addresses_equal(&pinfo->net_src, &src.address);
}

/* Shows the first tunnel layer of these kinds that is not shown yet and fits what the stock dissector has found. */
static bool show_next(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, struct session_frame *frame, uint32_t kinds)
{
    for (unsigned k = 0; frame->is_tunnel && k < frame->stack->count && frame->stack->layers[k].kind != IPIP_KIND_NONE;
         k++) {
        enum ipip_kind kind = (enum ipip_kind)frame->stack->layers[k].kind;

        if ((frame->shown & 1U << k) == 0 && (kinds & IPIP_KIND_BIT(kind)) != 0 && is_behind(frame, k, pinfo, tvb)) {
            if (tree != NULL && is_before_ip(kind))
                tvb_pos_set_layer(pinfo, frame, k + 1, tvb);
            show_layer(tree, pinfo, tvb, frame, k);
            return true;
        }
    }
    return false;
}

/* What is not judged is shown all the same: quotes in ICMP errors, tunnels behind what the core does not read. */
static void show_unjudged(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct ipip_kinds *kinds)
{
    struct session_frame *frame = session_frame(pinfo, proto_ipip);
    struct tvb_pos at = tvb_pos_of_outer(pinfo);
    const uint8_t *header = tvb_pos_peek(at, IPIP_IPV4_HEADER_MIN);
    struct ipip_stack stack;
    struct tree_layer layer = {.is_quoted = pinfo->flags.in_error_pkt};
    proto_tree *below;

    if (tree == NULL || header == NULL || ipip_stack_read(&stack, kinds, tvb_pos_octets(at)) != IPIP_OK ||
        stack.layers[0].kind == IPIP_KIND_NONE)
        return;
    layer.bytes = stack.layers[0].ip.header_bytes + stack.layers[0].shim_bytes;
    layer.pair.outer = &stack.layers[0];
    layer.pair.outer_at = at;
    layer.pair.inner = stack.count > 1 ? &stack.layers[1] : NULL;
    layer.pair.inner_at = (struct tvb_pos){at.tvb, at.offset + layer.bytes};
    frame->unjudged_depth = header == frame->unjudged ? frame->unjudged_depth + 1 : 1;
    frame->unjudged = header + layer.bytes;
    layer.depth = frame->unjudged_depth;
    below = tree_add_layer(tree, tvb, proto_ipip, &layer);
    tree_describe_layer(below, &layer);
    if (layer.is_quoted && !frame->has_shown_quote) {
        link_tree_add(below, links_of(pinfo->num), LINK_OF_QUOTE);
        frame->has_shown_quote = true;
    }
    header_tree_add(below, tvb, &layer.pair);
}

/*
 * Whether something of ours is seen: where a tree is built for what has nothing to do with tunnels, only findings are, which are
 * experts as well.
 */
static bool is_shown(proto_tree *tree, const packet_info *pinfo)
{
    return (tree != NULL && proto_field_is_referenced(tree, proto_ipip)) || session_has_findings(pinfo);
}

/* The kinds of the file, and those alone. */
static struct ipip_kinds of_file(uint32_t set)
{
    struct ipip_kinds kinds = *session_kinds();

    kinds.set &= set;
    return kinds;
}

void annotation_add(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, uint32_t set)
{
    const char *saved = pinfo->current_proto;

    if (!is_shown(tree, pinfo))
        return;
    pinfo->current_proto = "IPIP";
    if (pinfo->flags.in_error_pkt || !show_next(tree, pinfo, tvb, session_frame(pinfo, proto_ipip), set)) {
        struct ipip_kinds kinds = of_file(set);

        show_unjudged(tree, pinfo, tvb, &kinds);
    }
    pinfo->current_proto = saved;
}

void annotation_add_over_udp(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct ipip_udp_tunnel *tunnel)
{
    const char *saved = pinfo->current_proto;
    struct ipip_kinds kinds = {.set = IPIP_KIND_BIT(tunnel->kind), .udp_count = 1, .udp = {*tunnel}};

    if (!is_shown(tree, pinfo))
        return;
    pinfo->current_proto = "IPIP";
    show_unjudged(tree, pinfo, tvb, &kinds);
    pinfo->current_proto = saved;
}

static bool has_finding(const struct session_frame *frame, unsigned k)
{
    for (unsigned i = 0; frame->findings != NULL && i < wmem_array_get_count(frame->findings); i++) {
        const struct session_finding *finding = (const struct session_finding *)wmem_array_index(frame->findings, i);

        if (finding->target == IPIP_TARGET_LAYER && finding->tunnel_layer == k)
            return true;
    }
    return false;
}

static bool is_beside_the_same(const struct session_finding *a, const struct session_finding *b)
{
    return a->target == b->target && ipip_address_equal(a->src, b->src) && ipip_address_equal(a->dst, b->dst);
}

/* Links of a packet without tunnel header, and of a quote that the stock dissector did not open. */
static void show_links_of_inner_side(proto_tree *tree, proto_tree *below, packet_info *pinfo, tvbuff_t *tvb,
                                     const struct session_frame *frame)
{
    wmem_array_t *links = links_of(pinfo->num);
    const unsigned layers[] = {LINK_INNER_SIDE, LINK_OF_QUOTE};
    size_t count = frame->has_shown_quote ? 1 : 2;

    for (size_t i = 0; i < count; i++) {
        const struct link *link = link_tree_first(links, layers[i]);

        if (link == NULL)
            continue;
        if (below == NULL)
            below = tree_add_inner_side(tree, tvb, proto_ipip,
                                        link->kind == LINK_ENCAPSULATED_IN ? IPIP_TARGET_INNER : IPIP_TARGET_ICMP,
                                        link->there.src, link->there.dst);
        link_tree_add(below, links, layers[i]);
    }
}

/* A fragment that is judged when no other has come shows headers that were skipped when it was dissected. */
static bool is_of_seen_layer(const struct session_frame *frame, const struct session_finding *finding)
{
    return finding->target == IPIP_TARGET_LAYER && frame->stack != NULL && finding->tunnel_layer < frame->stack->count;
}

/*
 * Findings about a tunnel of which this packet has no header: ICMP errors, packets about to enter, datagrams given up.
 */
static void show_inner_side(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, struct session_frame *frame)
{
    const struct session_finding *shown_last = NULL;
    proto_tree *below = NULL;

    for (unsigned i = 0; frame->findings != NULL && i < wmem_array_get_count(frame->findings); i++) {
        const struct session_finding *finding = (const struct session_finding *)wmem_array_index(frame->findings, i);

        if (is_of_seen_layer(frame, finding))
            continue;
        if (shown_last == NULL || !is_beside_the_same(finding, shown_last))
            below = tree_add_inner_side(tree, tvb, proto_ipip, finding->target, finding->src, finding->dst);
        finding_tree_add(below, pinfo, frame, finding);
        shown_last = finding;
    }
    if (tree != NULL)
        show_links_of_inner_side(tree, below, pinfo, tvb, frame);
}

/* Where the stock dissector never arrived: fragments, malformed headers. */
static bool is_left(const struct session_frame *frame, unsigned k)
{
    if ((frame->shown & 1U << k) != 0)
        return false;
    return (frame->is_tunnel && frame->stack->layers[k].kind != IPIP_KIND_NONE) || has_finding(frame, k);
}

void annotation_add_late(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb)
{
    const char *saved = pinfo->current_proto;
    struct session_frame *frame;

    if (!is_shown(tree, pinfo))
        return;
    frame = session_frame(pinfo, proto_ipip);
    pinfo->current_proto = "IPIP";
    show_inner_side(tree, pinfo, tvb, frame);
    for (unsigned k = 0; frame->stack != NULL && k < frame->stack->count; k++) {
        if (is_left(frame, k))
            show_layer(tree, pinfo, tvb, frame, k);
    }
    pinfo->current_proto = saved;
}

void annotation_register(int proto)
{
    proto_ipip = proto;
    tree_register(proto);
    finding_tree_register(proto);
    link_tree_register(proto);
}
