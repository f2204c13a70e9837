/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which fields of two IPv4 headers differ. */
#ifndef IPIP_ANALYZER_HEADER_DIFF_H
#define IPIP_ANALYZER_HEADER_DIFF_H

#include <stdint.h>

#include "ipip/field.h"

/* A field of the fixed 20 octets. */
struct header_field {
    const char *name;
    enum ipip_field field; /* which octets hold it */
    uint32_t mask;         /* of its bits in these octets, as a number in network order */
    const char *reason;    /* NULL: header_diff_reason() knows */
};

/*
 * The first field from `*next` on in which the headers differ, NULL where none does; `*next` is moved behind it. Left out is what
 * follows from another field: Total Length that is longer for the options, and a checksum that fits its header. The
 * whole header can be read at `actual`, 20 octets at `expected`.
 */
const struct header_field *header_diff_next(const uint8_t *expected, const uint8_t *actual, unsigned *next);

/* Why the field may differ from what the tunnel's configuration makes. */
const char *header_diff_reason(const struct header_field *field, const uint8_t *expected, const uint8_t *actual);

#endif
