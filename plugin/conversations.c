/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "statistics.h"

#include <epan/conversation_table.h>

#include "tap.h"
#include "ws_address.h"

static const char *filter_field(const address *end, conv_filter_type_e filter)
{
    bool is_ipv6 = end->type == AT_IPv6;

    switch (filter) {
    case CONV_FT_SRC_ADDRESS:
        return is_ipv6 ? "ipip.outer.src6" : "ipip.outer.src";
    case CONV_FT_DST_ADDRESS:
        return is_ipv6 ? "ipip.outer.dst6" : "ipip.outer.dst";
    case CONV_FT_ANY_ADDRESS:
        return is_ipv6 ? "ipv6.addr" : "ip.addr"; /* both directions have it in either place */
    default:
        return CONV_FILTER_INVALID;
    }
}

static const char *conversation_field(conv_item_t *item, conv_filter_type_e filter)
{
    return filter_field(&item->src_address, filter);
}

static const char *endpoint_field(endpoint_item_t *item, conv_filter_type_e filter)
{
    return filter_field(&item->myaddress, filter);
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
        const struct ipip_ip *outer = &frame->stack->layers[k].ip;
        struct ws_address src, dst;

        ws_address_set(&src, outer->src);
        ws_address_set(&dst, outer->dst);
        add_conversation_table_data(hash, &src.address, &dst.address, 0, 0, 1, (int)outer->total_bytes, &pinfo->rel_ts,
                                    &pinfo->abs_ts, &conversation_info, CONVERSATION_NONE);
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
        const struct ipip_ip *outer = &frame->stack->layers[k].ip;
        const struct ipip_addr ends[] = {outer->src, outer->dst};

        for (unsigned side = 0; side < G_N_ELEMENTS(ends); side++) {
            struct ws_address end;

            ws_address_set(&end, ends[side]);
            add_endpoint_table_data(hash, &end.address, 0, side == 0, 1, (int)outer->total_bytes, &endpoint_info,
                                    ENDPOINT_NONE);
        }
    }
    return tap_layers(frame) > 0 ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
}

void conversations_register(int proto)
{
    register_conversation_table(proto, TRUE, add_conversations, add_endpoints);
}
