/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/expectation.h"

#include <stdbool.h>
#include <string.h>

#include "ipip/dscp.h"
#include "ipip/policy.h"

enum { MTU_MIN = 68, MTU_MAX = 65535 }; /* RFC 791 section 3.2 */

/* A number without sign or blanks, in decimal or, with 0x before it, in hexadecimal; false for anything else. */
static bool parse_number(unsigned *number, const char *text, unsigned base, unsigned min, unsigned max)
{
    static const char digits[] = "0123456789abcdef";
    static const char capitals[] = "0123456789ABCDEF";
    unsigned value = 0;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        const char *digit = strchr(digits, *text);
        const char *capital = strchr(capitals, *text);
        size_t worth = digit != NULL ? (size_t)(digit - digits) : capital != NULL ? (size_t)(capital - capitals) : base;

        if (worth >= base || value > max)
            return false;
        value = value * base + (unsigned)worth;
    }
    if (value < min || value > max)
        return false;
    *number = value;
    return true;
}

static bool set_profile(struct ipip_expectation *e, const char *value)
{
    const struct ipip_profile *profile = ipip_profile_find(value);

    if (profile != NULL)
        e->profile = profile;
    return profile != NULL;
}

static bool set_ttl(struct ipip_expectation *e, const char *value)
{
    unsigned ttl = 0;

    if (strcmp(value, "inherit") == 0)
        e->ttl = IPIP_EXPECT_INHERIT;
    else if (parse_number(&ttl, value, 10, 1, 255))
        e->ttl = IPIP_EXPECT_FIXED;
    else
        return false;
    e->ttl_value = (uint8_t)ttl;
    return true;
}

static bool set_tos(struct ipip_expectation *e, const char *value)
{
    int dscp = ipip_dscp_find(value);
    unsigned tos = 0;

    if (strcmp(value, "inherit") == 0) {
        e->tos = IPIP_EXPECT_INHERIT;
        e->tos_value = 0;
        return true;
    }
    if (dscp >= 0)
        tos = (unsigned)dscp << 2;
    else if (strncmp(value, "0x", 2) != 0 || !parse_number(&tos, value + 2, 16, 0, 255))
        return false;
    e->tos = IPIP_EXPECT_FIXED;
    e->tos_value = (uint8_t)(tos & 0xfc);
    return true;
}

static bool set_df(struct ipip_expectation *e, const char *value)
{
    static const char *const names[] = {"any", "set", "copy", "clear"};

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(value, names[i]) == 0) {
            e->df = (enum ipip_expected_df)i;
            return true;
        }
    }
    return false;
}

static bool set_mtu(struct ipip_expectation *e, const char *value)
{
    unsigned mtu;

    if (!parse_number(&mtu, value, 10, MTU_MIN, MTU_MAX))
        return false;
    e->mtu = (uint16_t)mtu;
    return true;
}

static bool set_vantage(struct ipip_expectation *e, const char *value)
{
    int vantage = ipip_vantage_find(value);

    if (vantage < 0)
        return false;
    e->has_vantage = true;
    e->vantage = (enum ipip_vantage)vantage;
    return true;
}

static bool set_encap_hops(struct ipip_expectation *e, const char *value)
{
    unsigned hops;

    if (!parse_number(&hops, value, 10, 1, 255))
        return false;
    e->encap_hops = (uint8_t)hops;
    return true;
}

static bool set_allow(struct ipip_expectation *e, const char *value)
{
    static const char *const names[] = {"dscp", "df-clear"}; /* in the order of their bits */
    static const char between[] = "; \t";
    unsigned allow = 0;

    for (value += strspn(value, between); *value != '\0'; value += strspn(value, between)) {
        size_t length = strcspn(value, between);
        unsigned i = 0;

        while (i < sizeof names / sizeof names[0] &&
               (strlen(names[i]) != length || strncmp(value, names[i], length) != 0))
            i++;
        if (i == sizeof names / sizeof names[0])
            return false;
        allow |= 1U << i;
        value += length;
    }
    if (allow == 0)
        return false;
    e->allow = (uint8_t)allow;
    return true;
}

static const struct {
    const char *key;
    bool (*set)(struct ipip_expectation *expectation, const char *value);
    const char *right;
} lines[] = {
    {"profile", set_profile, "the name of a profile: `ipip rules --profiles` lists them"},
    {"ttl", set_ttl, "1 to 255, or inherit"},
    {"tos", set_tos, "0x00 to 0xff, the name of a DSCP such as EF, or inherit"},
    {"df", set_df, "set, copy, clear or any"},
    {"mtu", set_mtu, "68 to 65535"},
    {"vantage", set_vantage, "unknown, entry, mid, exit or host-tx"},
    {"encap-hops", set_encap_hops, "1 to 255"},
    {"allow", set_allow, "dscp, df-clear, or both with ; between"},
};

const char *ipip_expectation_set(struct ipip_expectation *expectation, const char *key, const char *value)
{
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (strcmp(key, lines[i].key) == 0)
            return lines[i].set(expectation, value) ? NULL : lines[i].right;
    }
    return "one of profile, ttl, tos, df, mtu, vantage, encap-hops, allow";
}

const char *ipip_expectation_key(size_t index)
{
    return index < sizeof lines / sizeof lines[0] ? lines[index].key : NULL;
}
