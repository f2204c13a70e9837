/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin that does nothing where ours annotates: protocol 4 goes on to IPv4, and behind all others is a postdissector. What
 * Wireshark itself takes for that.
 */
#define WS_BUILD_DLL
#include <wireshark.h>

#include <epan/packet.h>
#include <epan/proto.h>

enum { PROTOCOL_IPIP = 4 };

static int protocol;
static dissector_handle_t ip;

static int dissect_inner(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return call_dissector_with_data(ip, tvb, pinfo, tree, data);
}

static int dissect_late(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)tvb, (void)pinfo, (void)tree, (void)data;
    return 0;
}

static void register_it(void)
{
    protocol = proto_register_protocol_in_name_only("Nothing", "Nothing", "bench.nothing",
                                                    proto_get_id_by_filter_name("ip"), FT_PROTOCOL);
    register_postdissector(create_dissector_handle(dissect_late, -1));
}

static void hand_off(void)
{
    ip = find_dissector_add_dependency("ip", protocol);
    dissector_add_uint("ip.proto", PROTOCOL_IPIP, create_dissector_handle(dissect_inner, protocol));
}

WS_DLL_PUBLIC_DEF const char plugin_version[] = "0";
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

WS_DLL_PUBLIC_DEF void plugin_register(void)
{
    static proto_plugin plugin = {.register_protoinfo = register_it, .register_handoff = hand_off};

    proto_register_plugin(&plugin);
}

/* Asked for from 4.4 on: WS_PLUGIN_DESC_DISSECTOR. */
WS_DLL_PUBLIC_DEF uint32_t plugin_describe(void)
{
    return 1U << 0;
}
