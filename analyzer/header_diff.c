/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "header_diff.h"

#include <glib.h>
#include <string.h>

#include "ipip/ipv4.h"

static const struct header_field fields[] = {
    {"version", IPIP_FIELD_VERSION, 0xf0, "the outer header is not IPv4"},
    {"ihl", IPIP_FIELD_VERSION, 0x0f, "the outer header carries options; encapsulation adds none"},
    {"dscp", IPIP_FIELD_TCLASS, 0xfc,
     "the DSCP differs from this configuration: remarked on the path, or another configuration"},
    {"ecn", IPIP_FIELD_TCLASS, 0x03,
     "the ECN field differs from this configuration: changed on the path, or another configuration"},
    {"total_length", IPIP_FIELD_TOTAL_LENGTH, 0xffff, NULL},
    {"id", IPIP_FIELD_ID, 0xffff, "the Identification differs from this configuration"},
    {"reserved_flag", IPIP_FIELD_FRAGMENT, 0x8000, "encapsulation never sets the reserved flag"},
    {"df", IPIP_FIELD_FRAGMENT, 0x4000,
     "DF differs from this configuration: changed on the path, or another configuration"},
    {"mf", IPIP_FIELD_FRAGMENT, 0x2000, "More Fragments contradicts the place of the fragment in the datagram"},
    {"fragment_offset", IPIP_FIELD_FRAGMENT, 0x1fff, "the fragment does not begin where the one before it ends"},
    {"ttl", IPIP_FIELD_TTL, 0xff, "the TTL differs from this configuration: another path, or another encapsulator"},
    {"protocol", IPIP_FIELD_PROTOCOL, 0xff, "the protocol is not IPv4 in IPv4"},
    {"checksum", IPIP_FIELD_CHECKSUM, 0xffff, "the header checksum is wrong"},
    {"src", IPIP_FIELD_SRC, 0xffffffff, "the source differs"},
    {"dst", IPIP_FIELD_DST, 0xffffffff, "the destination differs"},
};

static uint32_t value_of(enum ipip_field field, const uint8_t *header)
{
    struct ipip_octets octets = ipip_field_octets(field);
    uint32_t number = 0;

    for (unsigned i = 0; i < octets.count; i++)
        number = number << 8 | header[octets.offset + i];
    return number;
}

static uint32_t value(const struct header_field *field, const uint8_t *header)
{
    return value_of(field->field, header) & field->mask;
}

static unsigned header_bytes(const uint8_t *header)
{
    return (value_of(IPIP_FIELD_VERSION, header) & 15) * 4;
}

/* Total Length as the header would have it without options. */
static int length_without_options(const uint8_t *header)
{
    return (int)value_of(IPIP_FIELD_TOTAL_LENGTH, header) - (int)header_bytes(header) + IPIP_IPV4_HEADER_MIN;
}

/* Differs because another field does. */
static gboolean follows(const struct header_field *field, const uint8_t *expected, const uint8_t *actual)
{
    if (field->field == IPIP_FIELD_TOTAL_LENGTH)
        return length_without_options(expected) == length_without_options(actual);
    return field->field == IPIP_FIELD_CHECKSUM && ipip_ipv4_checksum_ok(actual, header_bytes(actual));
}

const struct header_field *header_diff_next(const uint8_t *expected, const uint8_t *actual, unsigned *next)
{
    if (memcmp(expected, actual, IPIP_IPV4_HEADER_MIN) == 0)
        *next = G_N_ELEMENTS(fields);
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
