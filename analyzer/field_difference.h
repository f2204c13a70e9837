/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields in which the headers of two tunnel packets differ, of another kind than IPv4 in IPv4: outer header, extension headers, chain. */
#ifndef IPIP_ANALYZER_FIELD_DIFFERENCE_H
#define IPIP_ANALYZER_FIELD_DIFFERENCE_H

#include <glib.h>
#include <stdint.h>

#include "ipip/chain.h"
#include "ipip/ip.h"

enum { FIELD_OCTETS_MAX = 64, FIELD_DIFFERENCES_MAX = 40 };

struct field_difference {
    const char *name;
    const char *reason;
    const uint8_t *expected;
    const uint8_t *actual;
    uint8_t expected_bytes;
    uint8_t actual_bytes;
};

struct field_differences {
    unsigned count;
    unsigned in_header; /* of them, the first ones: in the outer IP header without extension headers */
    uint8_t sum[2];     /* the right GRE checksum, where it differs */
    struct field_difference all[FIELD_DIFFERENCES_MAX];
};

/* A tunnel packet up to what it carries: outer header, extension headers or options, and the chain. */
struct tunnel_headers {
    const uint8_t *data;
    uint32_t bytes;
    uint32_t header_bytes; /* of them, up to the chain */
};

/* `chain` is that of `actual`; both have the same headers in it. */
void field_differences_find(struct field_differences *d, const struct tunnel_headers *expected,
                            const struct tunnel_headers *actual, const struct ipip_chain *chain);

/* Those of an outer header of IPv6 alone: 40 octets each. */
void field_differences_of_ipv6(struct field_differences *d, const uint8_t *expected, const uint8_t *actual);

#endif
