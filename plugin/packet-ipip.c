/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "packet-ipip.h"

#include "compat.h"

#include "export_pdu.h"
#include "finding_tree.h"
#include "fou.h"
#include "gue.h"
#include "info_note.h"
#include "link_tree.h"
#include "minimal.h"
#include "preferences.h"
#include "session.h"
#include "tap.h"
#include "tree.h"
#include "udp_ports.h"

static int proto_ipip = -1;
static int proto_dispatch = -1;
static protocol_t *protocol;
static dissector_handle_t ip_handle;
static dissector_handle_t dispatch_handle;
static bool is_off;

/* The item of the tunnel layer `k`, with all findings and links that belong there. */
static void show_layer(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, struct session_frame *frame, unsigned k)
{
    const struct ipip_layer *outer = &frame->stack->layers[k];
    bool has_inner = k + 1 < frame->stack->count;
    const struct tvb_positions *places = tree != NULL ? tvb_positions_of(pinfo, frame) : NULL;
    struct tree_layer layer = {
        .depth = k + 1, .overhead = outer->ip.header_bytes + outer->shim_bytes, .is_judged = true};
    proto_tree *below = NULL;

    frame->shown |= 1U << k;
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

        if (finding->target == IPIP_TARGET_LAYER && finding->tunnel_layer == k)
            finding_tree_add(below, pinfo, frame, finding);
    }
    if (below == NULL)
        return;
    link_tree_add(below, links_of(pinfo->num), k);
    header_tree_add(below, tvb, &layer.pair);
}

/* Whether the octets of `tvb` are the header that layer `k` carries, or none was read there. */
static bool is_inside(const struct session_frame *frame, unsigned k, tvbuff_t *tvb)
{
    const struct ipip_ip *inner;
    struct ipip_ip here;
    uint8_t octets[IPIP_IPV4_HEADER_MIN];

    if (k + 1 >= frame->stack->count)
        return true;
    inner = &frame->stack->layers[k + 1].ip;
    if (tvb_captured_length(tvb) < sizeof octets)
        return false;
    tvb_memcpy(tvb, octets, 0, sizeof octets);
    ipip_ipv4_read(&here, octets, sizeof octets);
    return ipip_ip_is_same_direction(&here, inner) && here.id == inner->id && here.total_bytes == inner->total_bytes &&
           here.protocol == inner->protocol;
}

/* Shows the first tunnel layer that is not shown yet and fits what the stock dissector has found. */
static bool show_next(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, struct session_frame *frame)
{
    for (unsigned k = 0; frame->is_tunnel && k < frame->stack->count && frame->stack->layers[k].kind != IPIP_KIND_NONE;
         k++) {
        if ((frame->shown & 1U << k) == 0 && is_inside(frame, k, tvb)) {
            if (tree != NULL)
                tvb_pos_set_layer(pinfo, frame, k + 1, tvb);
            show_layer(tree, pinfo, tvb, frame, k);
            return true;
        }
    }
    return false;
}

/* What is not judged is shown all the same: quotes in ICMP errors, tunnels behind what the core does not read. */
static void show_unjudged(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, struct session_frame *frame)
{
    struct tvb_pos at = tvb_pos_of_outer(pinfo);
    const uint8_t *header = tvb_pos_peek(at, IPIP_IPV4_HEADER_MIN);
    struct ipip_stack stack;
    struct tree_layer layer = {.is_quoted = pinfo->flags.in_error_pkt};
    proto_tree *below;

    if (tree == NULL || header == NULL || ipip_stack_read(&stack, ipip_kinds_ipip(), tvb_pos_octets(at)) != IPIP_OK ||
        stack.layers[0].kind == IPIP_KIND_NONE)
        return;
    layer.overhead = stack.layers[0].ip.header_bytes + stack.layers[0].shim_bytes;
    layer.pair.outer = &stack.layers[0];
    layer.pair.outer_at = at;
    layer.pair.inner = stack.count > 1 ? &stack.layers[1] : NULL;
    layer.pair.inner_at = (struct tvb_pos){tvb, 0};
    frame->unjudged_depth = header == frame->unjudged ? frame->unjudged_depth + 1 : 1;
    frame->unjudged = header + layer.overhead;
    layer.depth = frame->unjudged_depth;
    below = tree_add_layer(tree, tvb, proto_ipip, &layer);
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

static void annotate(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb)
{
    struct session_frame *frame = session_frame(pinfo, proto_ipip);
    const char *saved = pinfo->current_proto;

    pinfo->current_proto = "IPIP";
    if (pinfo->flags.in_error_pkt || !show_next(tree, pinfo, tvb, frame))
        show_unjudged(tree, pinfo, tvb, frame);
    pinfo->current_proto = saved;
}

/* In the place of IPv4 behind protocol 4: annotates, then lets the stock dissector do all that it always does. */
static int dissect_dispatch(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!is_off) {
        session_feed(pinfo);
        if (is_shown(tree, pinfo))
            annotate(tree, pinfo, tvb);
    }
    return call_dissector_with_data(ip_handle, tvb, pinfo, tree, data);
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

static void annotate_late(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb)
{
    struct session_frame *frame = session_frame(pinfo, proto_ipip);
    const char *saved = pinfo->current_proto;

    pinfo->current_proto = "IPIP";
    show_inner_side(tree, pinfo, tvb, frame);
    for (unsigned k = 0; frame->stack != NULL && k < frame->stack->count; k++) {
        if (is_left(frame, k))
            show_layer(tree, pinfo, tvb, frame, k);
    }
    pinfo->current_proto = saved;
}

/*
 * After all others: layers at which the stock dissector never arrived. Also the look at frames that it took for something else,
 * so that the judge sees each.
 */
static int dissect_late(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    if (is_off)
        return 0;
    session_feed(pinfo);
    pinfo->flags.in_error_pkt = 0; /* where the quote of an ICMP error could not be dissected to its end */
    if (is_shown(tree, pinfo))
        annotate_late(tree, pinfo, tvb);
    if (preferences_info_note())
        info_note_add(pinfo, session_frame(pinfo, proto_ipip));
    if (tap_has_listener())
        tap_frame(pinfo, session_frame(pinfo, proto_ipip));
    export_pdu_frame(pinfo, tvb);
    return 0;
}

/* It is disabled, or Decode As has given protocol 4 to another dissector: then there is nothing of ours. Both open the file anew. */
static void open_file(void)
{
    is_off = !proto_is_protocol_enabled(protocol) ||
             dissector_get_uint_handle(find_dissector_table("ip.proto"), IPIP_PROTOCOL_IPIP) != dispatch_handle;
}

bool packet_ipip_is_on(void)
{
    return !is_off;
}

void packet_ipip_register(void)
{
    /* Registering a name twice would end the whole program: a second copy of this plugin does nothing but warn. */
    if (proto_get_id_by_filter_name("ipip") != -1 || proto_get_id_by_short_name("IPIP") != -1) {
        g_warning("ipip: a protocol of that name is registered already; this copy of the plugin does nothing");
        return;
    }
    proto_ipip = proto_register_protocol("IP-in-IP", "IPIP", "ipip");
    protocol = find_protocol_by_id(proto_ipip);
    /* A protocol in name only has no layer of its own and is on when IPv4 is: stock dissection stays as it is. */
    proto_dispatch = proto_register_protocol_in_name_only("IP-in-IP annotation", "IPIP annotation", "ipip.dispatch",
                                                          proto_get_id_by_filter_name("ip"), FT_PROTOCOL);
    tree_register(proto_ipip);
    finding_tree_register(proto_ipip);
    link_tree_register(proto_ipip);
    preferences_register(proto_ipip);
    fou_register();
    gue_register();
    minimal_register();
    session_register();
    tap_register(proto_ipip);
    export_pdu_register();
    register_init_routine(open_file);
    register_postdissector(create_dissector_handle(dissect_late, -1)); /* a protocol would be looked up each time */
}

void packet_ipip_handoff(void)
{
    if (proto_dispatch == -1)
        return;
    ip_handle = find_dissector_add_dependency("ip", proto_dispatch);
    dispatch_handle = create_dissector_handle_with_name_and_description(dissect_dispatch, proto_dispatch, "ipip",
                                                                        "IP-in-IP annotation");
    dissector_add_uint("ip.proto", IPIP_PROTOCOL_IPIP, dispatch_handle);
    minimal_handoff();
    udp_ports_handoff(fou_handoff(proto_ipip), gue_handoff());
    tap_handoff();
}
