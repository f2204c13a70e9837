/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lengths that ESP with the NULL cipher is seen with (RFC 2410): of the check value, 12 octets with SHA-1 (RFC 2404) to 32 with SHA-512
 * (RFC 4868), and of what comes before the packet, none or the 8 of AES-GMAC (RFC 4543). No octet tells them.
 */
#ifndef IPIP_CORE_ESP_LENGTHS_H
#define IPIP_CORE_ESP_LENGTHS_H

#include <stdint.h>

enum { ESP_LENGTHS = 8 };

struct esp_lengths {
    const char *name; /* as declared: "16,8" */
    uint8_t check_bytes, vector_bytes;
};

extern const struct esp_lengths esp_lengths[ESP_LENGTHS];

#endif
