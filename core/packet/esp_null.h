/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ESP with the NULL cipher (RFC 2410), as it shows in a packet: no octet says so, but an IP packet is there, and behind it what RFC 4303
 * section 2.4 demands of padding. Its lengths are not in the packet, either: each row of esp_lengths is a shape.
 */
#ifndef IPIP_CORE_ESP_NULL_H
#define IPIP_CORE_ESP_NULL_H

#include <stdbool.h>
#include <stdint.h>

#include "ipip/bytes.h"

struct esp_null_inside {
    struct ipip_bytes packet; /* as long as its own header has it; of esp_null_inside() up to the padding */
    uint8_t protocol;         /* 4 or 41 */
    uint8_t vector_bytes, check_bytes;
};

/* Of declared lengths. False where no whole IP packet is there in clear. What lies behind it pads it (RFC 4303 section 2.7). */
bool esp_null_find(struct esp_null_inside *inside, struct ipip_bytes esp, uint8_t vector_bytes, uint8_t check_bytes);

/* The shapes, one bit each, in which `esp`, from its header to the end of the check value, holds a whole IP packet in clear. */
unsigned esp_null_shapes(struct ipip_bytes esp);

/* What is inside in one of those shapes. */
struct esp_null_inside esp_null_inside(struct ipip_bytes esp, unsigned shape);

#endif
