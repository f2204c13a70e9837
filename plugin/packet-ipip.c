/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "packet-ipip.h"

#include "compat.h"

#include "annotation.h"
#include "export_pdu.h"
#include "fou.h"
#include "gue.h"
#include "info_note.h"
#include "ipip/ip.h"
#include "minimal.h"
#include "preferences.h"
#include "session.h"
#include "tap.h"
#include "udp_ports.h"

static int proto_ipip = -1;
static protocol_t *protocol;
static bool is_off;

enum { DISPATCH_IPV4, DISPATCH_IPV6, DISPATCH_GRE, DISPATCHES };

/*
 * In the place of a stock dissector behind an IP header. Each belongs to a protocol in name only, which has no layer of its own and is on when
 * that of the stock dissector is: stock dissection stays as it is.
 */
static struct dispatch {
    uint8_t number; /* that announces it */
    const char *parent;
    const char *title;
    const char *filter;
    const char *name; /* in Decode As */
    uint32_t kinds;   /* that it shows */
    int proto;
    dissector_handle_t stock;
    dissector_handle_t ours;
} dispatches[DISPATCHES] = {
    [DISPATCH_IPV4] = {.number = IPIP_PROTOCOL_IPIP,
                       .parent = "ip",
                       .title = "IP-in-IP annotation",
                       .filter = "ipip.dispatch",
                       .name = "ipip",
                       .kinds = 1 << IPIP_KIND_IPIP | 1 << IPIP_KIND_4IN6},
    [DISPATCH_IPV6] = {.number = IPIP_PROTOCOL_IPV6,
                       .parent = "ipv6",
                       .title = "IPv6-in-IP annotation",
                       .filter = "ipip.dispatch.ipv6",
                       .name = "ipip6",
                       .kinds = 1 << IPIP_KIND_6IN4 | 1 << IPIP_KIND_6IN6},
    [DISPATCH_GRE] = {.number = IPIP_PROTOCOL_GRE,
                      .parent = "gre",
                      .title = "GRE annotation",
                      .filter = "ipip.dispatch.gre",
                      .name = "ipipgre",
                      .kinds = IPIP_KINDS_WITH_GRE},
};

/* Annotates, then lets the stock dissector do all that it always does. */
static int dispatch(const struct dispatch *place, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!is_off) {
        session_feed(pinfo);
        annotation_add(tree, pinfo, tvb, place->kinds);
    }
    return call_dissector_with_data(place->stock, tvb, pinfo, tree, data);
}

static int dissect_ipv4(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dispatch(&dispatches[DISPATCH_IPV4], tvb, pinfo, tree, data);
}

static int dissect_ipv6(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dispatch(&dispatches[DISPATCH_IPV6], tvb, pinfo, tree, data);
}

static int dissect_gre(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dispatch(&dispatches[DISPATCH_GRE], tvb, pinfo, tree, data);
}

static dissector_t const dispatchers[DISPATCHES] = {dissect_ipv4, dissect_ipv6, dissect_gre};

/* The state of a frame is not made for most, of which there is nothing to note. */
static bool is_noted(const packet_info *pinfo)
{
    return preferences_info_note() == INFO_NOTE_TUNNEL ||
           (preferences_info_note() == INFO_NOTE_RULES && session_has_findings(pinfo));
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
    annotation_add_late(tree, pinfo, tvb);
    if (is_noted(pinfo))
        info_note_add(pinfo, session_frame(pinfo, proto_ipip), preferences_info_note());
    if (tap_has_listener())
        tap_frame(pinfo, session_frame(pinfo, proto_ipip));
    export_pdu_frame(pinfo, tvb);
    return 0;
}

/* It is disabled, or Decode As has given protocol 4 to another dissector: then there is nothing of ours. Both open the file anew. */
static void open_file(void)
{
    is_off = !proto_is_protocol_enabled(protocol) ||
             dissector_get_uint_handle(find_dissector_table("ip.proto"), IPIP_PROTOCOL_IPIP) !=
                 dispatches[DISPATCH_IPV4].ours;
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
    for (size_t i = 0; i < DISPATCHES; i++) {
        dispatches[i].proto =
            proto_register_protocol_in_name_only(dispatches[i].title, dispatches[i].title, dispatches[i].filter,
                                                 proto_get_id_by_filter_name(dispatches[i].parent), FT_PROTOCOL);
    }
    annotation_register(proto_ipip);
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

/* The stock dissectors are there before those of plugins. */
static void take_place(struct dispatch *place, dissector_t dissector)
{
    place->stock = dissector_get_default_uint_handle("ip.proto", place->number);
    if (place->stock == NULL)
        return;
    place->ours = create_dissector_handle_with_name_and_description(dissector, place->proto, place->name, place->title);
    dissector_add_uint("ip.proto", place->number, place->ours);
}

void packet_ipip_handoff(void)
{
    if (proto_ipip == -1)
        return;
    for (size_t i = 0; i < DISPATCHES; i++)
        take_place(&dispatches[i], dispatchers[i]);
    minimal_handoff();
    udp_ports_handoff(fou_handoff(), gue_handoff());
    tap_handoff();
}
