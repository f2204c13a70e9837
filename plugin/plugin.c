/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Wireshark looks for in a plugin. */
#define WS_BUILD_DLL
#include "compat.h"
#include "packet-ipip.h"

#include <epan/proto.h>

#include "ipip/version.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = IPIP_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

WS_DLL_PUBLIC_DEF void plugin_register(void)
{
    static proto_plugin plugin = {
        .register_protoinfo = packet_ipip_register,
        .register_handoff = packet_ipip_handoff,
    };

    proto_register_plugin(&plugin);
}

/* Asked for from 4.4 on: WS_PLUGIN_DESC_DISSECTOR. */
WS_DLL_PUBLIC_DEF uint32_t plugin_describe(void)
{
    return 1U << 0;
}
