/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of IPsec and IPComp is in clear: authentication headers (RFC 4302), the first octets of ESP (RFC 4303) and of IPComp (RFC 3173). */
#ifndef IPIP_CORE_IPSEC_H
#define IPIP_CORE_IPSEC_H

#include "packet/extensions.h"

enum {
    IPSEC_ESP_HEADER = 8,
    IPSEC_AH_HEADER = 12, /* without its check value */
    IPSEC_IPCOMP_HEADER = 4,
    IPSEC_SPI_RESERVED = 256, /* security parameter indexes below are no association's */
};

/* ESP from `at` on, and AH: numbers that are the same in both. */
struct ipsec_numbers {
    uint32_t spi;
    uint32_t sequence; /* the lower 32 bits, where extended ones are in use */
};

/* False where not all of it is captured. */
bool ipsec_esp_read(struct ipsec_numbers *numbers, struct ipip_bytes at);

struct ipsec_ah {
    struct ipsec_numbers numbers;
    uint16_t reserved;
    uint32_t bytes; /* of all of it, as it says */
};

/* The authentication headers between an IP header and what it tunnels, outermost first; extension headers of IPv6 may be among them. */
struct ipsec_ah_walk {
    struct ipip_extension_walk headers;
    bool is_ipv6;
};

struct ipsec_ah_walk ipsec_ahs(const struct ipip_layer *layer);

/* The next one. False where there is none, or it is not captured: then `walk->headers.next` is its number. */
bool ipsec_ah_next(struct ipsec_ah_walk *walk, struct ipsec_ah *ah);

#endif
