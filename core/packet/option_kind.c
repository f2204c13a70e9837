/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/option_kind.h"

/* RFC 1108 freed the length of security, RFC 2113 made router alert. The last row is that of all others. */
static const struct option_kind kinds[] = {
    {.type = IPIP_OPTION_EOOL, .name = "end of options", .bytes_min = 1, .bytes_max = 1, .is_padding = true},
    {.type = IPIP_OPTION_NOP, .name = "no operation", .bytes_min = 1, .bytes_max = 1, .is_padding = true},
    {.type = IPIP_OPTION_RR,
     .name = "record route",
     .bytes_min = 3,
     .bytes_max = 39,
     .slot_bytes = 4,
     .first_pointer = 4,
     .once = true},
    {.type = IPIP_OPTION_TIMESTAMP,
     .name = "timestamp",
     .bytes_min = 4,
     .bytes_max = 40,
     .first_pointer = 5,
     .once = true},
    {.type = IPIP_OPTION_SECURITY, .name = "security", .bytes_min = 3, .bytes_max = 40, .once = true},
    {.type = IPIP_OPTION_LSRR,
     .name = "loose source route",
     .bytes_min = 3,
     .bytes_max = 39,
     .slot_bytes = 4,
     .first_pointer = 4,
     .once = true,
     .is_source_route = true},
    {.type = IPIP_OPTION_STREAM_ID, .name = "stream id", .bytes_min = 4, .bytes_max = 4, .once = true},
    {.type = IPIP_OPTION_SSRR,
     .name = "strict source route",
     .bytes_min = 3,
     .bytes_max = 39,
     .slot_bytes = 4,
     .first_pointer = 4,
     .once = true,
     .is_source_route = true},
    {.type = IPIP_OPTION_ROUTER_ALERT, .name = "router alert", .bytes_min = 4, .bytes_max = 4},
    {.name = "unknown", .bytes_min = 2, .bytes_max = 40},
};

enum { OTHER = sizeof kinds / sizeof kinds[0] - 1 };

const struct option_kind *option_kind(uint8_t type)
{
    size_t i = 0;

    while (i < OTHER && kinds[i].type != type)
        i++;
    return &kinds[i];
}

struct ipip_option_walk layer_options(const struct ipip_layer *layer)
{
    struct ipip_bytes header = ipip_layer_header(layer);

    return ipip_options(header.data, header.captured);
}
