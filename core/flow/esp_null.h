/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which security associations of ESP have the NULL cipher: that several packets in a row look alike shows it (IPIP843). */
#ifndef IPIP_CORE_FLOW_ESP_NULL_H
#define IPIP_CORE_FLOW_ESP_NULL_H

#include <stdint.h>

#include "flow/view.h"

struct flow;

enum {
    ESP_NULL_PACKETS = 3,              /* in a row, before it is no chance */
    ESP_NULL_ASSOCIATIONS = 1U << 10U, /* that are remembered */
};

struct esp_null {
    uint8_t shapes; /* of the latest packets all (packet/esp_null.h) */
    uint8_t count;  /* of those packets; no more than ESP_NULL_PACKETS are counted */
};

/* A packet of this association with these shapes; one that was there before adds nothing. */
struct esp_null_step esp_null_take(struct flow *flow, uint64_t association, unsigned shapes, bool is_copy);

#endif
