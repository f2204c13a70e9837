/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between Wireshark 4.0, 4.2, 4.4 and 4.6: here and nowhere else. */
#ifndef IPIP_PLUGIN_COMPAT_H
#define IPIP_PLUGIN_COMPAT_H

#include <limits.h>
#include <wireshark.h>

#include <epan/epan.h>
#include <epan/packet.h>
#include <wiretap/wtap.h>

#include <epan/conversation_filter.h> /* needs the struct of packet.h */

#define WS_AT_LEAST(major, minor) \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* What the callbacks of a UAT return. */
#if WS_AT_LEAST(4, 2)
typedef bool ws_uat_bool;
#else
typedef gboolean ws_uat_bool;
#endif

/* What a preference that is on or off is kept in. */
#if WS_AT_LEAST(4, 4)
typedef bool ws_pref_bool;
#else
typedef gboolean ws_pref_bool;
#endif

/* The callbacks of a conversation filter: what one returns, and what both get. */
#if WS_AT_LEAST(4, 4)
typedef bool ws_filter_bool;
#else
typedef gboolean ws_filter_bool;
#endif
#if WS_AT_LEAST(4, 2)
#define WS_FILTER_PARAMETERS packet_info *pinfo, void *data _U_
#else
#define WS_FILTER_PARAMETERS packet_info *pinfo
#endif

static inline void compat_register_conversation_filter(const char *proto, const char *title,
                                                       is_filter_valid_func is_valid, build_filter_string_func build)
{
#if WS_AT_LEAST(4, 2)
    register_conversation_filter(proto, title, is_valid, build, NULL);
#else
    register_conversation_filter(proto, title, is_valid, build);
#endif
}

/* The section of the capture file that numbers the interface of a packet; before 4.4 interfaces are numbered throughout. */
static inline uint32_t compat_section(const packet_info *pinfo)
{
#if WS_AT_LEAST(4, 4)
    return pinfo->rec->presence_flags & WTAP_HAS_SECTION_NUMBER ? pinfo->rec->section_number : 0;
#else
    (void)pinfo;
    return 0;
#endif
}

/* The name of the interface that a packet came through, or NULL. */
static inline const char *compat_interface_name(const packet_info *pinfo)
{
#if WS_AT_LEAST(4, 4)
    return epan_get_interface_name(pinfo->epan, pinfo->rec->rec_header.packet_header.interface_id,
                                   compat_section(pinfo));
#else
    return epan_get_interface_name(pinfo->epan, pinfo->rec->rec_header.packet_header.interface_id);
#endif
}

#endif
