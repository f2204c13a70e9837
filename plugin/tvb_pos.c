/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "tvb_pos.h"

static const struct tvb_pos nowhere = {NULL, 0};

struct ipip_bytes tvb_pos_octets(struct tvb_pos place)
{
    uint32_t captured = place.tvb != NULL ? tvb_captured_length(place.tvb) : 0;
    uint32_t reported;

    if (captured <= place.offset)
        return (struct ipip_bytes){NULL, 0, 0};
    reported = tvb_reported_length(place.tvb);
    return (struct ipip_bytes){tvb_get_ptr(place.tvb, 0, (int)captured) + place.offset, captured - place.offset,
                               MAX(reported, captured) - place.offset};
}

const uint8_t *tvb_pos_peek(struct tvb_pos place, uint32_t length)
{
    struct ipip_bytes octets = tvb_pos_octets(place);

    return octets.captured >= length ? octets.data : NULL;
}

/* The place of this octet, which may be anywhere. */
static struct tvb_pos find(const packet_info *pinfo, const uint8_t *octet)
{
    for (const GSList *source = pinfo->data_src; source != NULL; source = source->next) {
        struct tvb_pos start = {get_data_source_tvb((const struct data_source *)source->data), 0};
        struct ipip_bytes octets = tvb_pos_octets(start);
        uintptr_t offset = (uintptr_t)octet - (uintptr_t)octets.data;

        if (offset < octets.captured)
            return (struct tvb_pos){start.tvb, (uint32_t)offset};
    }
    return nowhere;
}

struct tvb_pos tvb_pos_of_outer(const packet_info *pinfo)
{
    enum { SOURCE = 12 };
    struct tvb_pos place;

    if (pinfo->net_src.type != AT_IPv4 || pinfo->net_src.data == NULL)
        return nowhere;
    place = find(pinfo, (const uint8_t *)pinfo->net_src.data);
    if (place.tvb == NULL || place.offset < SOURCE)
        return nowhere;
    place.offset -= SOURCE;
    return place;
}

/* A fragment's header is that of its datagram where it is the first one. */
static bool has_header_of(const struct ipip_layer *seen, const struct ipip_layer *layer)
{
    return !layer->is_reassembled || seen->ip.fragment_offset == 0;
}

static struct tvb_positions *of(const packet_info *pinfo, struct session_frame *frame)
{
    struct ipip_stack here;

    if (frame->places != NULL)
        return frame->places;
    frame->places = wmem_new0(pinfo->pool, struct tvb_positions);
    if (pinfo->data_src != NULL)
        frame->places->frame.tvb = get_data_source_tvb((const struct data_source *)pinfo->data_src->data);
    if (frame->packet.data == NULL)
        return frame->places;
    frame->places->layers[0] = find(pinfo, frame->packet.data);
    ipip_stack_read(&here, session_kinds(), frame->packet);
    for (unsigned k = 0; k < here.count && k < frame->stack->count; k++) {
        frame->places->layers[k] =
            has_header_of(&here.layers[k], &frame->stack->layers[k]) ? find(pinfo, here.layers[k].bytes.data) : nowhere;
    }
    return frame->places;
}

const struct tvb_positions *tvb_positions_of(const packet_info *pinfo, struct session_frame *frame)
{
    return of(pinfo, frame);
}

void tvb_pos_set_layer(const packet_info *pinfo, struct session_frame *frame, unsigned layer, tvbuff_t *tvb)
{
    struct tvb_positions *places = of(pinfo, frame);

    if (layer < IPIP_STACK_MAX && places->layers[layer].tvb == NULL)
        places->layers[layer] = (struct tvb_pos){tvb, 0};
}
