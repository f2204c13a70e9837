/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, prefixes and pairs of addresses as text. */
#include <stddef.h>
#include <stdio.h>

#include "ipip/address.h"

enum { GROUPS = 8, GROUP_DIGITS = 4 };

static uint16_t group_at(struct ipip_addr address, unsigned i)
{
    return (uint16_t)((i < GROUPS / 2 ? address.high : address.low) >> 16 * (3 - i % 4));
}

/* Where the longest run of groups 0 begins, the first of equal ones; and how long it is. */
static unsigned longest_run(struct ipip_addr address, unsigned *length)
{
    unsigned best = GROUPS;

    *length = 0;
    for (unsigned i = 0, run = 0; i < GROUPS; i++) {
        run = group_at(address, i) == 0 ? run + 1 : 0;
        if (run > *length) {
            *length = run;
            best = i + 1 - run;
        }
    }
    return best;
}

/* RFC 5952 section 4: no leading zeros, lower case, "::" for the longest run of two groups 0 or more. */
static void write_ipv6(char text[static IPIP_ADDRESS_TEXT], struct ipip_addr address)
{
    unsigned length;
    unsigned run = longest_run(address, &length);
    int at = 0;

    if (length < 2)
        run = GROUPS;
    for (unsigned i = 0; i < GROUPS; i++) {
        if (i == run) {
            at += snprintf(text + at, IPIP_ADDRESS_TEXT - (size_t)at, "::");
            i += length - 1;
        } else {
            at += snprintf(text + at, IPIP_ADDRESS_TEXT - (size_t)at, "%s%x", i == 0 || i == run + length ? "" : ":",
                           group_at(address, i));
        }
    }
}

/* A report has many of these, and printf takes ten times as long. */
static void write_quad(char text[static IPIP_ADDRESS_TEXT], uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        unsigned octet = number >> shift & 255;

        if (octet >= 100)
            *text++ = (char)('0' + octet / 100);
        if (octet >= 10)
            *text++ = (char)('0' + octet / 10 % 10);
        *text++ = (char)('0' + octet % 10);
        *text++ = shift > 0 ? '.' : '\0';
    }
}

const char *ipip_address_text(char text[static IPIP_ADDRESS_TEXT], struct ipip_addr address)
{
    if (ipip_address_is_ipv4(address))
        write_quad(text, (uint32_t)address.low);
    else
        write_ipv6(text, address);
    return text;
}

/* Reads a dotted quad; what follows it, or NULL where there is none. */
static const char *parse_quad(uint32_t *number, const char *text)
{
    uint32_t parsed = 0;

    for (int octets = 0; octets < 4; octets++) {
        unsigned value = 0;
        int digits = 0;

        if (octets > 0 && *text++ != '.')
            return NULL;
        for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++) {
            if (digits > 0 && value == 0)
                return NULL;
            value = value * 10 + (unsigned)(*text - '0');
        }
        if (digits == 0 || value > 255)
            return NULL;
        parsed = parsed << 8 | value;
    }
    *number = parsed;
    return text;
}

/* The value of a hexadecimal digit, or -1. */
static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The groups of an IPv6 address as they are read. */
struct groups {
    uint16_t of[GROUPS];
    unsigned count;
    unsigned gap; /* groups before "::"; GROUPS: there is none */
};

/* Reads 1 to 4 digits, or a dotted quad in the place of the last two groups; what follows, or NULL. */
static const char *parse_group(struct groups *g, const char *text)
{
    const char *behind;
    uint32_t quad;
    unsigned value = 0;
    int digits = 0;

    behind = g->count + 2 <= GROUPS ? parse_quad(&quad, text) : NULL;
    if (behind != NULL) {
        g->of[g->count++] = (uint16_t)(quad >> 16);
        g->of[g->count++] = (uint16_t)quad;
        return behind;
    }
    for (; digit_of(*text) >= 0; text++, digits++)
        value = digits < GROUP_DIGITS ? value << 4 | (unsigned)digit_of(*text) : value;
    if (digits == 0 || digits > GROUP_DIGITS)
        return NULL;
    g->of[g->count++] = (uint16_t)value;
    return text;
}

/* Reads groups with colons between them, up to the first character that can't belong to them; NULL where one is missing. */
static const char *parse_groups(struct groups *g, const char *text)
{
    bool is_behind_quad = false;

    if (text[0] == ':' && text[1] == ':') {
        g->gap = 0;
        text += 2;
        if (digit_of(*text) < 0)
            return text;
    }
    while (g->count < GROUPS) {
        unsigned before = g->count;

        text = parse_group(g, text);
        if (text == NULL)
            return NULL;
        is_behind_quad = g->count == before + 2;
        if (*text != ':' || is_behind_quad || g->count == GROUPS)
            break;
        text++;
        if (*text == ':') {
            if (g->gap != GROUPS)
                return NULL;
            g->gap = g->count;
            text++;
            if (digit_of(*text) < 0)
                break;
        }
    }
    return text;
}

static const char *parse_ipv6(struct ipip_addr *address, const char *text)
{
    struct groups g = {.gap = GROUPS};
    struct ipip_addr parsed = {0, 0};
    unsigned missing;

    text = parse_groups(&g, text);
    if (text == NULL || (g.count == GROUPS) != (g.gap == GROUPS))
        return NULL;
    missing = GROUPS - g.count;
    for (unsigned i = 0; i < GROUPS; i++) {
        uint16_t group = i < g.gap ? g.of[i] : i < g.gap + missing ? 0 : g.of[i - missing];

        parsed.high = parsed.high << 16 | parsed.low >> 48;
        parsed.low = parsed.low << 16 | group;
    }
    *address = parsed;
    return text;
}

/* Reads an address of either family; what follows it, or NULL. `*written_bits`: of those that are written. */
static const char *parse_address(struct ipip_addr *address, unsigned *written_bits, const char *text)
{
    uint32_t number;
    const char *behind = parse_quad(&number, text);

    if (behind == NULL) {
        *written_bits = IPIP_ADDRESS_BITS;
        return parse_ipv6(address, text);
    }
    *written_bits = IPIP_ADDRESS_BITS - IPIP_ADDRESS_IPV4_BITS;
    *address = ipip_address_ipv4(number);
    return behind;
}

bool ipip_address_parse(struct ipip_addr *address, const char *text)
{
    struct ipip_addr parsed;
    unsigned written_bits;

    text = parse_address(&parsed, &written_bits, text);
    if (text == NULL || *text != '\0')
        return false;
    *address = parsed;
    return true;
}

/* Reads the bits behind the slash, without leading zeros; what follows, or NULL. */
static const char *parse_bits(unsigned *bits, const char *text)
{
    if (*text < '0' || *text > '9')
        return NULL;
    *bits = 0;
    for (int digits = 0; *text >= '0' && *text <= '9' && digits < 3; text++, digits++) {
        if (digits > 0 && *bits == 0)
            return NULL;
        *bits = *bits * 10 + (unsigned)(*text - '0');
    }
    return text;
}

bool ipip_prefix_parse(struct ipip_prefix *prefix, const char *text)
{
    struct ipip_addr address;
    struct ipip_addr mask;
    unsigned written_bits;
    unsigned bits;

    text = parse_address(&address, &written_bits, text);
    if (text == NULL)
        return false;
    bits = written_bits;
    if (*text == '/')
        text = parse_bits(&bits, text + 1);
    if (text == NULL || *text != '\0' || bits > written_bits)
        return false;
    bits += IPIP_ADDRESS_BITS - written_bits;
    mask = ipip_address_mask(bits);
    if (((address.high & ~mask.high) | (address.low & ~mask.low)) != 0)
        return false;
    *prefix = (struct ipip_prefix){address, (uint8_t)bits};
    return true;
}

bool ipip_endpoints_parse(struct ipip_endpoints *endpoints, const char *text)
{
    struct ipip_endpoints parsed;
    unsigned written_bits;

    text = parse_address(&parsed.a, &written_bits, text);
    if (text == NULL || *text != '-')
        return false;
    text = parse_address(&parsed.b, &written_bits, text + 1);
    if (text == NULL || *text != '\0' || ipip_address_is_ipv4(parsed.a) != ipip_address_is_ipv4(parsed.b))
        return false;
    *endpoints = parsed;
    return true;
}
