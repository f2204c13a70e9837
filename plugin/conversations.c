/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "statistics.h"

#include <epan/conversation_table.h>

#include "tap.h"

static const char *filter_field(conv_filter_type_e filter)
{
    switch (filter) {
    case CONV_FT_SRC_ADDRESS:
        return "ipip.outer.src";
    case CONV_FT_DST_ADDRESS:
        return "ipip.outer.dst";
    case CONV_FT_ANY_ADDRESS:
        return "ip.addr"; /* both directions have it in either place */
    default:
        return CONV_FILTER_INVALID;
    }
}

static const char *conversation_field(conv_item_t *item, conv_filter_type_e filter)
{
    (void)item;
    return filter_field(filter);
}

static const char *endpoint_field(endpoint_item_t *item, conv_filter_type_e filter)
{
    (void)item;
    return filter_field(filter);
}

static ct_dissector_info_t conversation_info = {conversation_field};
static et_dissector_info_t endpoint_info = {endpoint_field};

static tap_packet_status add_conversations(void *table, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                                           tap_flags_t flags)
{
    const struct session_frame *frame = (const struct session_frame *)data;
    conv_hash_t *hash = (conv_hash_t *)table;

    (void)edt;
    hash->flags = flags;
    for (unsigned k = 0; k < tap_layers(frame); k++) {
        const struct ipip_ipv4 *outer = &frame->stack->layers[k].ip;
        uint32_t octets[] = {g_htonl(outer->src), g_htonl(outer->dst)};
        address src = ADDRESS_INIT(AT_IPv4, sizeof octets[0], &octets[0]);
        address dst = ADDRESS_INIT(AT_IPv4, sizeof octets[1], &octets[1]);

        add_conversation_table_data(hash, &src, &dst, 0, 0, 1, outer->total_bytes, &pinfo->rel_ts, &pinfo->abs_ts,
                                    &conversation_info, CONVERSATION_NONE);
    }
    return tap_layers(frame) > 0 ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status add_endpoints(void *table, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                                       tap_flags_t flags)
{
    const struct session_frame *frame = (const struct session_frame *)data;
    conv_hash_t *hash = (conv_hash_t *)table;

    (void)pinfo;
    (void)edt;
    hash->flags = flags;
    for (unsigned k = 0; k < tap_layers(frame); k++) {
        const struct ipip_ipv4 *outer = &frame->stack->layers[k].ip;
        uint32_t octets[] = {g_htonl(outer->src), g_htonl(outer->dst)};

        for (unsigned side = 0; side < G_N_ELEMENTS(octets); side++) {
            address end = ADDRESS_INIT(AT_IPv4, sizeof octets[side], &octets[side]);

            add_endpoint_table_data(hash, &end, 0, side == 0, 1, outer->total_bytes, &endpoint_info, ENDPOINT_NONE);
        }
    }
    return tap_layers(frame) > 0 ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
}

void conversations_register(int proto)
{
    register_conversation_table(proto, TRUE, add_conversations, add_endpoints);
}
