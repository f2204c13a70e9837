/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "packet-ipip.h"

#include "compat.h"

#include <epan/proto_data.h>

#include "export_pdu.h"
#include "finding_tree.h"
#include "preferences.h"
#include "session.h"
#include "tap.h"
#include "tree.h"

static int proto_ipip = -1;
static int proto_dispatch = -1;
static int proto_late = -1;
static dissector_handle_t ip_handle;

/* Which tunnel layers of the frame at hand have their item, as bits; kept as proto data under this key. */
enum { KEY_SHOWN = 1 };

static uint32_t shown(packet_info *pinfo)
{
    return GPOINTER_TO_UINT(p_get_proto_data(pinfo->pool, pinfo, proto_ipip, KEY_SHOWN));
}

static void set_shown(packet_info *pinfo, unsigned k)
{
    uint32_t bits = shown(pinfo) | 1U << k;

    p_remove_proto_data(pinfo->pool, pinfo, proto_ipip, KEY_SHOWN);
    p_add_proto_data(pinfo->pool, pinfo, proto_ipip, KEY_SHOWN, GUINT_TO_POINTER(bits));
}

/* The item of the tunnel layer `k`, with all findings that belong there. */
static void show_layer(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct session_frame *frame,
                       unsigned k)
{
    struct tree_layer layer = {.stack = &frame->stack, .k = k, .is_judged = true};
    proto_tree *below = tree_add_layer(tree, tvb, proto_ipip, &layer);

    for (unsigned i = 0; frame->findings != NULL && i < wmem_array_get_count(frame->findings); i++) {
        const struct session_finding *finding = (const struct session_finding *)wmem_array_index(frame->findings, i);

        if (finding->place == IPIP_PLACE_LAYER && finding->tunnel_layer == k)
            finding_tree_add(below, pinfo, tvb, finding);
    }
    tree_add_headers(below, tvb, &layer);
    set_shown(pinfo, k);
}

/* Whether the octets of `tvb` are the header that layer `k` carries, or none was read there. */
static bool is_inside(const struct session_frame *frame, unsigned k, tvbuff_t *tvb)
{
    const struct ipip_ipv4 *inner;
    struct ipip_ipv4 here;
    uint8_t octets[IPIP_IPV4_HEADER_MIN];

    if (k + 1 >= frame->stack.count)
        return true;
    inner = &frame->stack.layers[k + 1].ip;
    if (tvb_captured_length(tvb) < sizeof octets)
        return false;
    tvb_memcpy(tvb, octets, 0, sizeof octets);
    ipip_ipv4_read(&here, octets, sizeof octets);
    return here.src == inner->src && here.dst == inner->dst && here.id == inner->id &&
           here.total_bytes == inner->total_bytes && here.protocol == inner->protocol;
}

/* Shows the first tunnel layer that is not shown yet and fits what the stock dissector has found. */
static bool show_next(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct session_frame *frame)
{
    for (unsigned k = 0; frame->is_tunnel && k < frame->stack.count && frame->stack.layers[k].is_tunnel; k++) {
        if ((shown(pinfo) & 1U << k) == 0 && is_inside(frame, k, tvb)) {
            show_layer(tree, pinfo, tvb, frame, k);
            return true;
        }
    }
    return false;
}

/*
 * The octets from the outer header on: at the moment of our call the network source address of `pinfo` points at the outer
 * source in the packet buffer. That is behaviour, not an interface, so nothing is believed that does not lie within a data
 * source; `bytes->captured` is 0 where it doesn't.
 */
static struct ipip_bytes outer_octets(const packet_info *pinfo)
{
    const uint8_t *header = pinfo->net_src.data;
    struct ipip_bytes none = {NULL, 0, 0};

    if (pinfo->net_src.type != AT_IPv4 || header == NULL)
        return none;
    header -= 12;
    for (const GSList *source = pinfo->data_src; source != NULL; source = source->next) {
        tvbuff_t *tvb = get_data_source_tvb((const struct data_source *)source->data);
        const uint8_t *data = tvb_captured_length(tvb) > 0 ? tvb_get_ptr(tvb, 0, -1) : NULL;

        if (data != NULL && header >= data && header + IPIP_IPV4_HEADER_MIN <= data + tvb_captured_length(tvb)) {
            uint32_t offset = (uint32_t)(header - data);

            return (struct ipip_bytes){header, tvb_captured_length(tvb) - offset, tvb_reported_length(tvb) - offset};
        }
    }
    return none;
}

/* What is not judged is shown all the same: quotes in ICMP errors, tunnels behind what the core does not read. */
static void show_unjudged(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb)
{
    struct ipip_bytes octets = outer_octets(pinfo);
    struct ipip_stack stack;
    struct tree_layer layer = {.stack = &stack, .is_quoted = pinfo->flags.in_error_pkt};

    if (octets.captured > 0 && ipip_stack_read(&stack, octets) == IPIP_OK && stack.layers[0].is_tunnel)
        tree_add_headers(tree_add_layer(tree, tvb, proto_ipip, &layer), tvb, &layer);
}

/* In the place of IPv4 behind protocol 4: annotates, then lets the stock dissector do all that it always does. */
static int dissect_dispatch(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (proto_is_protocol_enabled(find_protocol_by_id(proto_ipip))) {
        const char *saved = pinfo->current_proto;

        pinfo->current_proto = "IPIP";
        if (pinfo->flags.in_error_pkt || !show_next(tree, pinfo, tvb, session_frame(pinfo, proto_ipip)))
            show_unjudged(tree, pinfo, tvb);
        pinfo->current_proto = saved;
    }
    return call_dissector_with_data(ip_handle, tvb, pinfo, tree, data);
}

static bool has_finding(const struct session_frame *frame, unsigned k)
{
    for (unsigned i = 0; frame->findings != NULL && i < wmem_array_get_count(frame->findings); i++) {
        const struct session_finding *finding = (const struct session_finding *)wmem_array_index(frame->findings, i);

        if (finding->place == IPIP_PLACE_LAYER && finding->tunnel_layer == k)
            return true;
    }
    return false;
}

static bool is_beside_the_same(const struct session_finding *a, const struct session_finding *b)
{
    return a->place == b->place && a->src == b->src && a->dst == b->dst;
}

/* Findings about a tunnel of which this packet has no header: ICMP errors, packets on their way in, datagrams given up. */
static void show_beside(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct session_frame *frame)
{
    const struct session_finding *shown_last = NULL;
    proto_tree *below = NULL;

    for (unsigned i = 0; frame->findings != NULL && i < wmem_array_get_count(frame->findings); i++) {
        const struct session_finding *finding = (const struct session_finding *)wmem_array_index(frame->findings, i);

        if (finding->place == IPIP_PLACE_LAYER)
            continue;
        if (shown_last == NULL || !is_beside_the_same(finding, shown_last))
            below = tree_add_beside(tree, tvb, proto_ipip, finding);
        finding_tree_add(below, pinfo, tvb, finding);
        shown_last = finding;
    }
}

/*
 * After all others: findings of layers at which the stock dissector never arrived, such as fragments and malformed headers.
 * Also the look at frames that it took for something else, so that the judge sees each.
 */
static int dissect_late(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct session_frame *frame = session_frame(pinfo, proto_ipip);
    const char *saved = pinfo->current_proto;

    (void)data;
    pinfo->current_proto = "IPIP";
    show_beside(tree, pinfo, tvb, frame);
    for (unsigned k = 0; k < frame->stack.count; k++) {
        if ((shown(pinfo) & 1U << k) == 0 && has_finding(frame, k))
            show_layer(tree, pinfo, tvb, frame, k);
    }
    pinfo->current_proto = saved;
    pinfo->flags.in_error_pkt = 0; /* where the quote of an ICMP error could not be dissected to its end */
    tap_frame(pinfo, frame);
    export_pdu_frame(pinfo, tvb);
    return 0;
}

void packet_ipip_register(void)
{
    dissector_handle_t late;

    /* Registering a name twice would end the whole program: a second copy of this plugin does nothing but warn. */
    if (proto_get_id_by_filter_name("ipip") != -1 || proto_get_id_by_short_name("IPIP") != -1) {
        g_warning("ipip: a protocol of that name is there already; this copy of the plugin does nothing");
        return;
    }
    proto_ipip = proto_register_protocol("IP-in-IP", "IPIP", "ipip");
    /* A protocol in name only has no layer of its own and is on when IPv4 is: stock dissection stays as it is. */
    proto_dispatch = proto_register_protocol_in_name_only("IP-in-IP annotation", "IPIP annotation", "ipip.dispatch",
                                                          proto_get_id_by_filter_name("ip"), FT_PROTOCOL);
    proto_late = proto_register_protocol_in_name_only("IP-in-IP late annotation", "IPIP late", "ipip.late", proto_ipip,
                                                      FT_PROTOCOL);
    tree_register(proto_ipip);
    finding_tree_register(proto_ipip);
    preferences_register(proto_ipip);
    session_register();
    tap_register(proto_ipip);
    export_pdu_register();
    late = create_dissector_handle(dissect_late, proto_late);
    register_postdissector(late);
}

void packet_ipip_handoff(void)
{
    dissector_handle_t dispatch;

    if (proto_dispatch == -1)
        return;
    ip_handle = find_dissector_add_dependency("ip", proto_dispatch);
    dispatch = create_dissector_handle_with_name_and_description(dissect_dispatch, proto_dispatch, "ipip",
                                                                 "IP-in-IP annotation");
    dissector_add_uint("ip.proto", IPIP_PROTOCOL_IPIP, dispatch);
    tap_handoff();
}
