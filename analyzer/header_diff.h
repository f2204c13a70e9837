/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which fields of two IPv4 headers differ. */
#ifndef IPIP_ANALYZER_HEADER_DIFF_H
#define IPIP_ANALYZER_HEADER_DIFF_H

#include <stdint.h>

/* A field of the fixed 20 octets. */
struct header_field {
    const char *name;
    uint8_t offset; /* of the octets that hold it */
    uint8_t bytes;
    uint32_t mask;      /* of its bits in these octets, as a number in network order */
    const char *reason; /* why it may differ from what the tunnel's other packets show */
};

/*
 * The first field from `*next` on in which the headers differ, NULL where none does; `*next` is moved behind it. The checksum
 * is left out where another field differs and each header's checksum fits that header: then it follows.
 */
const struct header_field *header_diff_next(const uint8_t *expected, const uint8_t *actual, unsigned *next);

#endif
