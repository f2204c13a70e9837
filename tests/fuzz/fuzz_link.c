/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame of any link type: two octets of link type, then the frame. */
#include "fuzz.h"
#include "ipip/link.h"

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
        must(link.length_offset == 0 || link.length_offset + 2 <= link.link_bytes);
        if (link.link_bytes <= sizeof header) {
            for (uint32_t i = 0; i < link.link_bytes; i++)
                header[i] = frame.data[i];
            ipip_link_resize(header, &link, -20);
        }
    }
    return 0;
}
