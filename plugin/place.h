/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where octets are in what the window shows: offsets into its panes. */
#ifndef IPIP_PLUGIN_PLACE_H
#define IPIP_PLUGIN_PLACE_H

#include "compat.h"

#include "session.h"

struct place {
    tvbuff_t *tvb; /* NULL: nowhere */
    uint32_t offset;
};

struct places {
    struct place frame;
    struct place layers[IPIP_STACK_MAX]; /* of the first octet of each header */
};

/*
 * The places of a frame's layers. Those inside of a reassembled datagram are unknown until the stock dissector came by and
 * place_set_layer() was called.
 */
const struct places *places_of(const packet_info *pinfo, struct session_frame *frame);
void place_set_layer(const packet_info *pinfo, struct session_frame *frame, unsigned layer, tvbuff_t *tvb);

/*
 * The header that the packet at hand is carried by: at the moment of our call the network source address of `pinfo` points
 * into it. That is behaviour, not an interface, so nothing is believed that does not lie within a data source.
 */
struct place place_of_outer(const packet_info *pinfo);

/* What is captured from there on. */
struct ipip_bytes place_octets(struct place place);

/* `length` octets further in; NULL where not all of them are captured. */
const uint8_t *place_peek(struct place place, uint32_t length);

#endif
