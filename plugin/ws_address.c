/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "ws_address.h"

#include <string.h>

void ws_address_set(struct ws_address *ws, struct ipip_addr address)
{
    enum { BEFORE_IPV4 = IPIP_ADDRESS_OCTETS - IPIP_ADDRESS_IPV4_OCTETS };

    ipip_address_octets(ws->octets, address);
    if (ipip_address_is_ipv4(address))
        set_address(&ws->address, AT_IPv4, IPIP_ADDRESS_IPV4_OCTETS, ws->octets + BEFORE_IPV4);
    else
        set_address(&ws->address, AT_IPv6, IPIP_ADDRESS_OCTETS, ws->octets);
}

guint32 ws_address_ipv4(struct ipip_addr address)
{
    struct ws_address ws;
    guint32 number;

    ws_address_set(&ws, address);
    memcpy(&number, ws.octets + IPIP_ADDRESS_OCTETS - IPIP_ADDRESS_IPV4_OCTETS, sizeof number);
    return number;
}
