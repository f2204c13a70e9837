/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters over packets of any link type and any length, captured in part or not at all. */
#include "capture/filter.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const expressions[] = {"ip proto 4 and host 10.0.0.1",
                                              "udp port 53 or tcp[tcpflags] & tcp-syn != 0", "ip[100:4] = 1",
                                              "vlan and ip6", "greater 100"};
    static struct filter *filters[G_N_ELEMENTS(expressions)];

    for (size_t i = 0; i < G_N_ELEMENTS(expressions); i++) {
        if (filters[i] == NULL)
            filters[i] = filter_new(expressions[i], FALSE, NULL);
        must(filters[i] != NULL);
        if (size >= 2)
            filter_look(filters[i], (uint16_t)(data[0] << 8 | data[1]),
                        (struct ipip_bytes){data + 2, (uint32_t)size - 2, (uint32_t)size + 40});
    }
    return 0;
}
