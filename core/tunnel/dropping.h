/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reasons to drop a packet, by the header that gives them. */
#ifndef IPIP_CORE_DROPPING_H
#define IPIP_CORE_DROPPING_H

#include "ipip/drop.h"

/* Of 1.0.0.0 to 223.255.255.255 without 127.0.0.0/8, as nearly all are. */
static inline bool is_ordinary(struct ipip_addr address)
{
    uint64_t network = address.low >> 24 & 255;

    return ipip_address_is_ipv4(address) && network != 0 && network != 127 && network < 224;
}

/* Of the header of a layer, of either version; behind a tunnel header where `is_inner`. */
enum ipip_drop_why drop_of_ipv4(const struct ipip_layer *layer, bool is_inner, bool is_loopback);
enum ipip_drop_why drop_of_ipv6(const struct ipip_layer *layer, bool is_inner, bool is_loopback);

/* Of the headers between the layer, of a kind other than IPv4 in IPv4, and what is inside. */
enum ipip_drop_why drop_of_chain(const struct ipip_layer *layer, const struct ipip_kinds *kinds);

#endif
