/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "header_diff.h"

#include <glib.h>

#include "ipip/ipv4.h"

static const struct header_field fields[] = {
    {"version", 0, 1, 0xf0, "the outer header is no IPv4 header"},
    {"ihl", 0, 1, 0x0f, "the outer header carries options, which the encapsulation does not make"},
    {"dscp", 1, 1, 0xfc,
     "the DSCP is neither copied nor the one that most packets of the tunnel have: remarked, or another configuration"},
    {"ecn", 1, 1, 0x03, "the ECN field is not what the tunnel's encapsulation makes: changed on the way"},
    {"total_length", 2, 2, 0xffff, "the outer length does not cover what is inside"},
    {"id", 4, 2, 0xffff, "the Identification differs"},
    {"reserved_flag", 6, 2, 0x8000, "the reserved flag is never set by the encapsulation"},
    {"df", 6, 2, 0x4000, "DF is not what most packets of the tunnel have, given the inner DF"},
    {"mf", 6, 2, 0x2000, "the fragment does not end where its length says"},
    {"fragment_offset", 6, 2, 0x1fff, "the fragment does not begin where the one before it ends"},
    {"ttl", 8, 1, 0xff,
     "the TTL is neither fixed nor inherited as in most packets of the tunnel: another path, or another sender"},
    {"protocol", 9, 1, 0xff, "the protocol is not IPv4 in IPv4"},
    {"checksum", 10, 2, 0xffff, "the header checksum is wrong"},
    {"src", 12, 4, 0xffffffff, "the source differs"},
    {"dst", 16, 4, 0xffffffff, "the destination differs"},
};

static uint32_t value(const struct header_field *field, const uint8_t *header)
{
    uint32_t number = 0;

    for (unsigned i = 0; i < field->bytes; i++)
        number = number << 8 | header[field->offset + i];
    return number & field->mask;
}

const struct header_field *header_diff_next(const uint8_t *expected, const uint8_t *actual, unsigned *next)
{
    while (*next < G_N_ELEMENTS(fields)) {
        const struct header_field *field = &fields[(*next)++];

        if (value(field, expected) == value(field, actual))
            continue;
        if (field->offset == 10 && ipip_ipv4_checksum_ok(actual, (size_t)(actual[0] & 15) * 4))
            continue;
        return field;
    }
    return NULL;
}
