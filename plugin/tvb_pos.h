/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where octets are in what the window shows: offsets into its panes. */
#ifndef IPIP_PLUGIN_TVB_POS_H
#define IPIP_PLUGIN_TVB_POS_H

#include "compat.h"

#include "session.h"

struct tvb_pos {
    tvbuff_t *tvb; /* NULL: nowhere */
    uint32_t offset;
};

struct tvb_positions {
    struct tvb_pos frame;
    struct tvb_pos layers[IPIP_STACK_MAX]; /* of the first octet of each header */
};

/*
 * The places of a frame's layers. Those inside of a reassembled datagram are unknown until the stock dissector came by and
 * tvb_pos_set_layer() was called.
 */
const struct tvb_positions *tvb_positions_of(const packet_info *pinfo, struct session_frame *frame);
void tvb_pos_set_layer(const packet_info *pinfo, struct session_frame *frame, unsigned layer, tvbuff_t *tvb);

/*
 * The header that the packet at hand is carried by: at the moment of our call the network source address of `pinfo` points
 * into it. That is behaviour, not an interface, so nothing is believed that does not lie within a data source.
 */
struct tvb_pos tvb_pos_of_outer(const packet_info *pinfo);

/* What is captured from there on. */
struct ipip_bytes tvb_pos_octets(struct tvb_pos place);

/* `length` octets further in; NULL where not all of them are captured. */
const uint8_t *tvb_pos_peek(struct tvb_pos place, uint32_t length);

#endif
