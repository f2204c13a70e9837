/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/address.h"

#include <stddef.h>
#include <stdio.h>

static const struct {
    uint32_t prefix;
    uint32_t mask;
    enum ipip_address_kind kind;
} registry[] = {
    {0x00000000, 0xffffffff, IPIP_ADDRESS_UNSPECIFIED},   {0x00000000, 0xff000000, IPIP_ADDRESS_THIS_NETWORK},
    {0x0a000000, 0xff000000, IPIP_ADDRESS_PRIVATE},       {0x64400000, 0xffc00000, IPIP_ADDRESS_SHARED},
    {0x7f000000, 0xff000000, IPIP_ADDRESS_LOOPBACK},      {0xa9fe0000, 0xffff0000, IPIP_ADDRESS_LINK_LOCAL},
    {0xac100000, 0xfff00000, IPIP_ADDRESS_PRIVATE},       {0xc0000000, 0xffffff00, IPIP_ADDRESS_PROTOCOL},
    {0xc0000200, 0xffffff00, IPIP_ADDRESS_DOCUMENTATION}, {0xc0a80000, 0xffff0000, IPIP_ADDRESS_PRIVATE},
    {0xc6120000, 0xfffe0000, IPIP_ADDRESS_BENCHMARKING},  {0xc6336400, 0xffffff00, IPIP_ADDRESS_DOCUMENTATION},
    {0xcb007100, 0xffffff00, IPIP_ADDRESS_DOCUMENTATION}, {0xe0000000, 0xf0000000, IPIP_ADDRESS_MULTICAST},
    {0xffffffff, 0xffffffff, IPIP_ADDRESS_BROADCAST},     {0xf0000000, 0xf0000000, IPIP_ADDRESS_RESERVED},
};

static const char *const texts[IPIP_ADDRESS_KINDS] = {
    [IPIP_ADDRESS_GLOBAL] = "a global unicast address",
    [IPIP_ADDRESS_UNSPECIFIED] = "the unspecified address",
    [IPIP_ADDRESS_THIS_NETWORK] = "an address of \"this network\" (0.0.0.0/8)",
    [IPIP_ADDRESS_PRIVATE] = "a private address (RFC 1918)",
    [IPIP_ADDRESS_SHARED] = "a shared address (100.64.0.0/10)",
    [IPIP_ADDRESS_LOOPBACK] = "a loopback address (127.0.0.0/8)",
    [IPIP_ADDRESS_LINK_LOCAL] = "a link-local address (169.254.0.0/16)",
    [IPIP_ADDRESS_PROTOCOL] = "an IETF protocol assignment (192.0.0.0/24)",
    [IPIP_ADDRESS_DOCUMENTATION] = "a documentation address (RFC 5737)",
    [IPIP_ADDRESS_BENCHMARKING] = "a benchmarking address (198.18.0.0/15)",
    [IPIP_ADDRESS_MULTICAST] = "a multicast address (224.0.0.0/4)",
    [IPIP_ADDRESS_RESERVED] = "a reserved address (240.0.0.0/4)",
    [IPIP_ADDRESS_BROADCAST] = "the limited broadcast address",
};

enum { REGISTRY_ROWS = sizeof registry / sizeof registry[0], MULTICAST_FIRST = 224, MULTICAST_ROW = 13 };

/* By first octet, 1 + the row of the registry from which on a search may find something; 0 where none can. */
static const uint8_t search_from[MULTICAST_FIRST] = {
    [0] = 1, [10] = 3, [100] = 4, [127] = 5, [169] = 6, [172] = 7, [192] = 8, [198] = 11, [203] = 13,
};

enum ipip_address_kind ipip_address_kind(uint32_t address)
{
    uint32_t first = address >> 24;
    unsigned row = first < MULTICAST_FIRST ? search_from[first] : MULTICAST_ROW + 1;

    if (row == 0)
        return IPIP_ADDRESS_GLOBAL;
    for (row--; row < REGISTRY_ROWS; row++) {
        if ((address & registry[row].mask) == registry[row].prefix)
            return registry[row].kind;
    }
    return IPIP_ADDRESS_GLOBAL;
}

const char *ipip_address_kind_text(enum ipip_address_kind kind)
{
    return (unsigned)kind < IPIP_ADDRESS_KINDS ? texts[kind] : "an address";
}

const char *ipip_address_text(char text[static IPIP_ADDRESS_TEXT], uint32_t address)
{
    snprintf(text, IPIP_ADDRESS_TEXT, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255,
             address & 255);
    return text;
}

/* Reads a dotted quad; what follows it, or NULL where there is none. */
static const char *parse_quad(uint32_t *address, const char *text)
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
    *address = parsed;
    return text;
}

bool ipip_address_parse(uint32_t *address, const char *text)
{
    uint32_t parsed;

    text = parse_quad(&parsed, text);
    if (text == NULL || *text != '\0')
        return false;
    *address = parsed;
    return true;
}

bool ipip_prefix_parse(struct ipip_prefix *prefix, const char *text)
{
    struct ipip_prefix parsed = {0, 32};

    text = parse_quad(&parsed.address, text);
    if (text == NULL)
        return false;
    if (*text == '/') {
        if (text[1] < '0' || text[1] > '9')
            return false;
        parsed.bits = (uint8_t)(*++text - '0');
        text++;
        if (*text >= '0' && *text <= '9' && parsed.bits > 0)
            parsed.bits = (uint8_t)(parsed.bits * 10 + (*text++ - '0'));
    }
    if (*text != '\0' || parsed.bits > 32 || (parsed.bits < 32 && parsed.address << parsed.bits != 0))
        return false;
    *prefix = parsed;
    return true;
}

bool ipip_endpoints_parse(struct ipip_endpoints *endpoints, const char *text)
{
    struct ipip_endpoints parsed;

    text = parse_quad(&parsed.a, text);
    if (text == NULL || *text != '-')
        return false;
    text = parse_quad(&parsed.b, text + 1);
    if (text == NULL || *text != '\0')
        return false;
    *endpoints = parsed;
    return true;
}
