/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "header_diff.h"

#include <glib.h>

#include "ipip/ipv4.h"

enum { IHL = 0, TOTAL_LENGTH = 2, CHECKSUM = 10 }; /* offsets */

static const struct header_field fields[] = {
    {"version", 0, 1, 0xf0, "the outer header is not IPv4"},
    {"ihl", IHL, 1, 0x0f, "the outer header carries options; encapsulation adds none"},
    {"dscp", 1, 1, 0xfc, "the DSCP differs from this configuration: remarked on the path, or another configuration"},
    {"ecn", 1, 1, 0x03, "the ECN field differs from this configuration: changed on the path, or another configuration"},
    {"total_length", TOTAL_LENGTH, 2, 0xffff, NULL},
    {"id", 4, 2, 0xffff, "the Identification differs from this configuration"},
    {"reserved_flag", 6, 2, 0x8000, "encapsulation never sets the reserved flag"},
    {"df", 6, 2, 0x4000, "DF differs from this configuration: changed on the path, or another configuration"},
    {"mf", 6, 2, 0x2000, "More Fragments contradicts the place of the fragment in the datagram"},
    {"fragment_offset", 6, 2, 0x1fff, "the fragment does not begin where the one before it ends"},
    {"ttl", 8, 1, 0xff, "the TTL differs from this configuration: another path, or another encapsulator"},
    {"protocol", 9, 1, 0xff, "the protocol is not IPv4 in IPv4"},
    {"checksum", CHECKSUM, 2, 0xffff, "the header checksum is wrong"},
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

/* Total Length as the header would have it without options. */
static int length_without_options(const uint8_t *header)
{
    return (header[TOTAL_LENGTH] << 8 | header[TOTAL_LENGTH + 1]) - (header[IHL] & 15) * 4 + IPIP_IPV4_HEADER_MIN;
}

/* Differs because another field does. */
static gboolean follows(const struct header_field *field, const uint8_t *expected, const uint8_t *actual)
{
    if (field->offset == TOTAL_LENGTH)
        return length_without_options(expected) == length_without_options(actual);
    return field->offset == CHECKSUM && ipip_ipv4_checksum_ok(actual, (size_t)(actual[IHL] & 15) * 4);
}

const struct header_field *header_diff_next(const uint8_t *expected, const uint8_t *actual, unsigned *next)
{
    while (*next < G_N_ELEMENTS(fields)) {
        const struct header_field *field = &fields[(*next)++];

        if (value(field, expected) != value(field, actual) && !follows(field, expected, actual))
            return field;
    }
    return NULL;
}

const char *header_diff_reason(const struct header_field *field, const uint8_t *expected, const uint8_t *actual)
{
    if (field->reason != NULL)
        return field->reason;
    if (value(field, actual) == 0)
        return "Total Length is 0: left to segmentation offload, or wrong";
    if (length_without_options(actual) > length_without_options(expected))
        return "Total Length exceeds the octets on the wire: cut on the wire, or wrong";
    return "Total Length is less than the headers and the inner datagram";
}
