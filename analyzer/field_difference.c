/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "field_difference.h"

#include <string.h>

#include "header_diff.h"
#include "ipip/gre.h"
#include "ipip/ipv4.h"
#include "ipip/ipv6.h"

#define ANOTHER "differs from this configuration: changed on the path, or another configuration"

/* Some bits of a header. */
struct field {
    const char *name;
    uint8_t offset;
    uint8_t bytes;
    uint32_t mask; /* of the octets as a number in network order; 0: all of them */
    const char *reason;
};

static const struct field ipv6_fields[] = {
    {"version", 0, 1, 0xf0, "the outer header is not IPv6"},
    {"dscp", 0, 2, 0x0fc0, "the DSCP " ANOTHER},
    {"ecn", 1, 1, 0x30, "the ECN field " ANOTHER},
    {"flow_label", 1, 3, 0xfffff, "the flow label " ANOTHER},
    {"payload_length", 4, 2, 0, "Payload Length does not fit the headers and what is inside"},
    {"next_header", 6, 1, 0, "the Next Header differs: the configuration has other extension headers"},
    {"hop_limit", 7, 1, 0, "the Hop Limit differs from this configuration: another path, or another encapsulator"},
    {"src", 8, 16, 0, "the source differs"},
    {"dst", 24, 16, 0, "the destination differs"},
};

static const struct field udp_fields[] = {
    {"udp.source_port", 0, 2, 0, "the source port " ANOTHER},
    {"udp.destination_port", 2, 2, 0, "the destination port " ANOTHER},
    {"udp.length", 4, 2, 0, "the UDP length does not fit what UDP carries"},
};

static const struct field gue_fields[] = {
    {"gue.header", 0, 4, 0, "the GUE header has other bits than this configuration"},
};

static const struct field erspan_fields[] = {
    {"erspan.version", 0, 2, 0xf000, "the version differs"},
    {"erspan.session", 2, 2, 0x07ff, "the session differs"},
    {"erspan.index", 4, 4, 0, "the index, or the time stamp, " ANOTHER},
};

static const struct field erspan_3_fields[] = {
    {"erspan.group", 8, 2, 0, "the security group tag is not 0"},
    {"erspan.platform", 10, 2, 0, "frame type, hardware, direction or granularity " ANOTHER},
};

static const struct field minimal_fields[] = {
    {"minimal.protocol", 0, 1, 0, "the protocol differs"},
    {"minimal.flags", 1, 1, 0, "the S bit contradicts the addresses, or a reserved bit is set"},
    {"minimal.destination", 4, 4, 0, "the destination differs"},
};

static void add(struct field_differences *d, const char *name, const char *reason, struct ipip_bytes expected,
                struct ipip_bytes actual)
{
    if (expected.captured == actual.captured && memcmp(expected.data, actual.data, actual.captured) == 0)
        return;
    if (d->count == FIELD_DIFFERENCES_MAX)
        return;
    d->all[d->count++] = (struct field_difference){
        .name = name,
        .reason = reason,
        .expected = expected.data,
        .actual = actual.data,
        .expected_bytes = (uint8_t)MIN(expected.captured, FIELD_OCTETS_MAX),
        .actual_bytes = (uint8_t)MIN(actual.captured, FIELD_OCTETS_MAX),
    };
}

static struct ipip_bytes octets(const uint8_t *data, uint32_t count)
{
    return (struct ipip_bytes){data, count, count};
}

static gboolean differs(const struct field *field, const uint8_t *expected, const uint8_t *actual)
{
    uint32_t difference = 0;

    if (field->mask == 0)
        return memcmp(expected + field->offset, actual + field->offset, field->bytes) != 0;
    for (unsigned i = 0; i < field->bytes; i++)
        difference = difference << 8 | (expected[field->offset + i] ^ actual[field->offset + i]);
    return (difference & field->mask) != 0;
}

static void compare(struct field_differences *d, const struct field *fields, unsigned count, const uint8_t *expected,
                    const uint8_t *actual)
{
    for (unsigned i = 0; i < count; i++) {
        const struct field *field = &fields[i];

        if (differs(field, expected, actual))
            add(d, field->name, field->reason, octets(expected + field->offset, field->bytes),
                octets(actual + field->offset, field->bytes));
    }
}

#define COMPARE(d, fields, expected, actual) compare(d, fields, G_N_ELEMENTS(fields), expected, actual)

void field_differences_of_ipv6(struct field_differences *d, const uint8_t *expected, const uint8_t *actual)
{
    COMPARE(d, ipv6_fields, expected, actual);
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

/* Total Length is another one because the headers up to what is carried have another length. */
static gboolean is_by_headers(const struct tunnel_headers *expected, const struct tunnel_headers *actual)
{
    return expected->bytes != actual->bytes &&
           get16(actual->data + 2) + expected->bytes == get16(expected->data + 2) + actual->bytes;
}

static void compare_ipv4(struct field_differences *d, const struct tunnel_headers *expected,
                         const struct tunnel_headers *actual)
{
    const struct header_field *field;
    unsigned next = 0;

    while ((field = header_diff_next(expected->data, actual->data, &next)) != NULL) {
        struct ipip_octets place = ipip_field_octets(field->field);
        gboolean follows = field->field == IPIP_FIELD_TOTAL_LENGTH && is_by_headers(expected, actual);

        add(d, field->name,
            follows ? "the headers in front of what is carried have another length than in this configuration"
                    : header_diff_reason(field, expected->data, actual->data),
            octets(expected->data + place.offset, place.count), octets(actual->data + place.offset, place.count));
    }
}

/* 0 and ffff are the same sum (RFC 1624). */
static gboolean is_same_sum(uint16_t a, uint16_t b)
{
    return a == b || (a == 0 && b == 0xffff) || (a == 0xffff && b == 0);
}

/* What both have. A checksum over other flags is another one. */
static void compare_gre(struct field_differences *d, const uint8_t *expected, const uint8_t *actual)
{
    unsigned flags[] = {get16(expected), get16(actual)};
    unsigned e = 4, a = 4;

    if (flags[0] != flags[1])
        add(d, "gre.flags", "the flags " ANOTHER, octets(expected, 2), octets(actual, 2));
    if (get16(expected + 2) != get16(actual + 2))
        add(d, "gre.type", "the type does not fit what is inside", octets(expected + 2, 2), octets(actual + 2, 2));
    if ((flags[0] & flags[1] & IPIP_GRE_CHECKSUM) != 0) {
        /* It covers the octets behind it, right or wrong. */
        uint16_t sum = ipip_checksum_update(get16(expected + e), get16(expected + e + 2), get16(actual + a + 2));

        d->sum[0] = (uint8_t)(sum >> 8);
        d->sum[1] = (uint8_t)sum;
        if (flags[0] == flags[1] && !is_same_sum(sum, get16(actual + a)))
            add(d, "gre.checksum", "the GRE checksum is wrong", octets(d->sum, 2), octets(actual + a, 2));
        add(d, "gre.reserved", "the octets behind the checksum are not 0", octets(expected + e + 2, 2),
            octets(actual + a + 2, 2));
    }
    e += (flags[0] & IPIP_GRE_CHECKSUM) != 0 ? 4 : 0;
    a += (flags[1] & (IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING)) != 0 ? 4 : 0;
    if ((flags[0] & flags[1] & IPIP_GRE_KEY) != 0)
        add(d, "gre.key", "the key " ANOTHER, octets(expected + e, 4), octets(actual + a, 4));
    e += (flags[0] & IPIP_GRE_KEY) != 0 ? 4 : 0;
    a += (flags[1] & IPIP_GRE_KEY) != 0 ? 4 : 0;
    if ((flags[0] & flags[1] & IPIP_GRE_SEQUENCE) != 0)
        add(d, "gre.sequence", "the sequence number differs", octets(expected + e, 4), octets(actual + a, 4));
}

static void compare_udp(struct field_differences *d, const uint8_t *expected, const uint8_t *actual)
{
    unsigned before = d->count;

    COMPARE(d, udp_fields, expected, actual);
    if (d->count == before) /* it covers them */
        add(d, "udp.checksum", "the UDP checksum is wrong, or present where this configuration has none, or absent",
            octets(expected + 6, 2), octets(actual + 6, 2));
}

static void compare_gue(struct field_differences *d, const uint8_t *expected, const uint8_t *actual)
{
    COMPARE(d, gue_fields, expected, actual);
}

static void compare_erspan(struct field_differences *d, const uint8_t *expected, const uint8_t *actual)
{
    enum { TYPE_3 = 2 };

    COMPARE(d, erspan_fields, expected, actual);
    if (expected[0] >> 4 == TYPE_3 && actual[0] >> 4 == TYPE_3)
        COMPARE(d, erspan_3_fields, expected, actual);
}

static void compare_minimal(struct field_differences *d, const uint8_t *expected, const uint8_t *actual)
{
    enum { S_BIT = 0x80 };
    unsigned before = d->count;

    COMPARE(d, minimal_fields, expected, actual);
    if ((expected[1] & actual[1] & S_BIT) != 0)
        add(d, "minimal.source", "the source differs", octets(expected + 8, 4), octets(actual + 8, 4));
    if (d->count == before && !is_same_sum(get16(expected + 2), get16(actual + 2)))
        add(d, "minimal.checksum", "the checksum of the minimal header is wrong", octets(expected + 2, 2),
            octets(actual + 2, 2));
}

static const struct {
    uint8_t shim;
    uint8_t least; /* octets of it */
    void (*compare)(struct field_differences *d, const uint8_t *expected, const uint8_t *actual);
} shims[] = {
    {IPIP_SHIM_UDP, 8, compare_udp},       {IPIP_SHIM_GUE, 4, compare_gue},         {IPIP_SHIM_GRE, 4, compare_gre},
    {IPIP_SHIM_ERSPAN, 8, compare_erspan}, {IPIP_SHIM_MINIMAL, 8, compare_minimal},
};

static uint32_t gre_bytes(const uint8_t *at)
{
    unsigned flags = get16(at);

    return 4 + 4 * (((flags & (IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING)) != 0) + ((flags & IPIP_GRE_KEY) != 0) +
                    ((flags & IPIP_GRE_SEQUENCE) != 0));
}

static uint32_t bytes_of(unsigned shim, struct ipip_bytes at)
{
    switch (shim) {
    case IPIP_SHIM_UDP:
        return 8;
    case IPIP_SHIM_GUE:
        return 4;
    case IPIP_SHIM_GRE:
        return gre_bytes(at.data);
    default:
        return at.captured;
    }
}

/* Header by header, each at its own place, as the one in front may be longer than expected. */
static void compare_chain(struct field_differences *d, struct ipip_bytes expected, struct ipip_bytes actual,
                          const struct ipip_chain *chain)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(shims); i++) {
        const struct ipip_chain_link *link = ipip_chain_find(chain, (enum ipip_shim)shims[i].shim);
        struct ipip_bytes found;

        if (link == NULL)
            continue;
        found = ipip_bytes_after(actual, link->offset);
        if (expected.captured < shims[i].least || found.captured < shims[i].least) {
            add(d, "chain", "a header between the two IP headers is missing, or one too many", expected, found);
            return;
        }
        if (bytes_of(shims[i].shim, found) > found.captured || bytes_of(shims[i].shim, expected) > expected.captured)
            return;
        shims[i].compare(d, expected.data, found.data);
        expected = ipip_bytes_after(expected, bytes_of(shims[i].shim, expected));
    }
}

static struct ipip_bytes behind(const struct tunnel_headers *h, uint32_t offset, uint32_t end)
{
    return octets(h->data + offset, end > offset ? end - offset : 0);
}

/* Both have the same encapsulation limit, or none. */
static gboolean is_same_limit(const struct tunnel_headers *expected, const struct tunnel_headers *actual)
{
    uint32_t e = ipip_ipv6_limit_offset(octets(expected->data, expected->header_bytes));
    uint32_t a = ipip_ipv6_limit_offset(octets(actual->data, actual->header_bytes));

    return e == 0 || a == 0 ? e == a : expected->data[e] == actual->data[a];
}

static const char *options_reason(const struct tunnel_headers *expected, const struct tunnel_headers *actual)
{
    if (expected->data[0] >> 4 != 6)
        return "the options differ";
    return is_same_limit(expected, actual)
               ? "extension headers, options or padding beside the encapsulation limit differ"
               : "the encapsulation limit " ANOTHER;
}

void field_differences_find(struct field_differences *d, const struct tunnel_headers *expected,
                            const struct tunnel_headers *actual, const struct ipip_chain *chain)
{
    gboolean is_ipv6 = expected->data[0] >> 4 == 6;
    uint32_t fixed = is_ipv6 ? (uint32_t)IPIP_IPV6_HEADER : (uint32_t)IPIP_IPV4_HEADER_MIN;
    struct ipip_bytes options = behind(expected, fixed, expected->header_bytes);

    d->count = 0;
    if (is_ipv6)
        field_differences_of_ipv6(d, expected->data, actual->data);
    else
        compare_ipv4(d, expected, actual);
    d->in_header = d->count;
    if (is_ipv6 || options.captured > 0)
        add(d, is_ipv6 ? "destination_options" : "options", options_reason(expected, actual), options,
            behind(actual, fixed, actual->header_bytes));
    compare_chain(d, behind(expected, expected->header_bytes, expected->bytes),
                  behind(actual, actual->header_bytes, actual->bytes), chain);
}
