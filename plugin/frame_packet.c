/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "frame_packet.h"

#include "ipip/link.h"
#include "link_type.h"
#include "tvb_pos.h"

static struct {
    bool is_known;
    bool is_loopback;
    uint32_t interface;
    uint32_t section;
} last_interface; /* packets come through few, and names are slow to look up */

void frame_packet_open(void)
{
    last_interface.is_known = false;
}

static enum ipip_direction direction_of(const packet_info *pinfo)
{
    uint32_t flags = 0;

    /* The dissector of the frame sets p2p_dir where there are flags; reading these is slower. */
    if (pinfo->p2p_dir == P2P_DIR_UNKNOWN || pinfo->rec->block == NULL ||
        wtap_block_get_uint32_option_value(pinfo->rec->block, OPT_PKT_FLAGS, &flags) != WTAP_OPTTYPE_SUCCESS)
        return IPIP_DIRECTION_UNKNOWN;
    return (flags & 3) == 1 ? IPIP_DIRECTION_RECEIVED : (flags & 3) == 2 ? IPIP_DIRECTION_SENT : IPIP_DIRECTION_UNKNOWN;
}

static bool is_loopback_interface(const packet_info *pinfo)
{
    uint32_t interface = pinfo->rec->rec_header.packet_header.interface_id;
    uint32_t section = compat_section(pinfo);
    const char *name;

    if ((pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID) == 0)
        return false;
    if (last_interface.is_known && last_interface.interface == interface && last_interface.section == section)
        return last_interface.is_loopback;
    name = compat_interface_name(pinfo);
    last_interface.is_known = true;
    last_interface.is_loopback = name != NULL && g_str_has_prefix(name, "lo");
    last_interface.interface = interface;
    last_interface.section = section;
    return last_interface.is_loopback;
}

static uint32_t interface_of(const packet_info *pinfo)
{
    return (pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0 ? pinfo->rec->rec_header.packet_header.interface_id
                                                                     : 0;
}

/* The frame as captured: the first of the data sources. */
static struct ipip_bytes octets_of_frame(const packet_info *pinfo)
{
    struct tvb_pos place = {NULL, 0};

    if (pinfo->data_src != NULL)
        place.tvb = get_data_source_tvb((const struct data_source *)pinfo->data_src->data);
    return tvb_pos_octets(place);
}

int64_t frame_packet_time(const packet_info *pinfo)
{
    return (int64_t)((uint64_t)pinfo->abs_ts.secs * 1000000000 + (uint64_t)pinfo->abs_ts.nsecs);
}

bool frame_packet_find(const packet_info *pinfo, struct ipip_packet *packet, struct ipip_bytes *frame)
{
    struct ipip_link link;
    int link_type;

    *frame = octets_of_frame(pinfo);
    if (pinfo->rec->rec_type != REC_TYPE_PACKET || frame->captured == 0)
        return false;
    link_type = link_type_of(pinfo->rec->rec_header.packet_header.pkt_encap);
    if (link_type < 0 || ipip_link_find_ip(&link, (uint16_t)link_type, *frame) != IPIP_LINK_IP)
        return false;
    *packet = (struct ipip_packet){
        .ip = link.ip,
        .announced = link.announced,
        .direction = direction_of(pinfo),
        .is_loopback = link.is_loopback || is_loopback_interface(pinfo),
        .place = ipip_packet_place(interface_of(pinfo), &link),
        .frame = pinfo->num,
        .time = frame_packet_time(pinfo),
    };
    if (packet->direction == IPIP_DIRECTION_UNKNOWN)
        packet->direction = link.direction;
    return true;
}
