/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses for Wireshark's functions. */
#ifndef IPIP_PLUGIN_WS_ADDRESS_H
#define IPIP_PLUGIN_WS_ADDRESS_H

#include "compat.h"

#include "ipip/address.h"

/* An address and the octets that it points at: not to be copied. */
struct ws_address {
    address address;
    uint8_t octets[IPIP_ADDRESS_OCTETS];
};

void ws_address_set(struct ws_address *ws, struct ipip_addr address);

/* An IPv4 address as a number in network order. */
guint32 ws_address_ipv4(struct ipip_addr address);

#endif
