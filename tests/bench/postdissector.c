/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin with a postdissector that does nothing: what Wireshark itself takes for one. */
#define WS_BUILD_DLL
#include <wireshark.h>

#include <epan/packet.h>
#include <epan/proto.h>

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)tvb, (void)pinfo, (void)tree, (void)data;
    return 0;
}

static void register_it(void)
{
    register_postdissector(create_dissector_handle(dissect, -1));
}

WS_DLL_PUBLIC_DEF const char plugin_version[] = "0";
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

WS_DLL_PUBLIC_DEF void plugin_register(void)
{
    static proto_plugin plugin = {.register_protoinfo = register_it};

    proto_register_plugin(&plugin);
}

/* Asked for from 4.4 on: WS_PLUGIN_DESC_DISSECTOR. */
WS_DLL_PUBLIC_DEF uint32_t plugin_describe(void)
{
    return 1U << 0;
}
