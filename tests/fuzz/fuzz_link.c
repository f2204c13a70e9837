/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame of any link type, and what a carrier in it brings: two octets of link type, then the frame. */
#include <string.h>

#include "fuzz.h"
#include "ipip/carrier.h"
#include "ipip/ipv4.h"
#include "ipip/link.h"

static void look_into_carrier(struct ipip_bytes packet)
{
    struct ipip_carried carried;
    char text[IPIP_CARRIERS_TEXT];

    if (!ipip_carried_find(&carried, ipip_kinds_ipip(), packet))
        return;
    must(carried.carriers.count > 0 && carried.carriers.count <= IPIP_CARRIERS_MAX);
    must(carried.ip.captured >= IPIP_IPV4_HEADER_MIN && carried.ip.wire >= carried.ip.captured);
    must(carried.ip.data > packet.data && carried.ip.data + carried.ip.captured <= packet.data + packet.captured);
    must(!carried.is_frame || carried.link.frame.data + carried.link.link_bytes == carried.ip.data);
    must(strlen(ipip_carriers_text(text, &carried.carriers)) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipip_link link;
    uint8_t header[256];

    if (size < 2)
        return 0;
    for (uint32_t extra = 0; extra <= 64; extra += 64) {
        struct ipip_bytes frame = {data + 2, (uint32_t)size - 2, (uint32_t)size - 2 + extra};

        if (ipip_link_find_ip(&link, (uint16_t)(data[0] << 8 | data[1]), frame) != IPIP_LINK_IP)
            continue;
        must(link.ip.captured > 0 && link.link_bytes + link.ip.captured <= frame.captured);
        must(link.ip.data == frame.data + link.link_bytes && link.ip.wire >= link.ip.captured);
        look_into_carrier(link.ip);
        must(link.length_offset == 0 || link.length_offset + 2 <= link.link_bytes);
        if (link.link_bytes <= sizeof header) {
            for (uint32_t i = 0; i < link.link_bytes; i++)
                header[i] = frame.data[i];
            ipip_link_resize(header, &link, -20);
            for (int version = IPIP_ANNOUNCED_IPV4; version <= IPIP_ANNOUNCED_IPV6; version++)
                ipip_link_announce(header, &link, (uint16_t)(data[0] << 8 | data[1]), (enum ipip_announced)version);
        }
    }
    return 0;
}
