/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy may declare of a tunnel of any kind: its outer header, and how the capture is to be judged. */
#include <string.h>

#include "ipip/dscp.h"
#include "ipip/policy.h"
#include "policy/expectation_line.h"

enum { MTU_MIN = 68, MTU_MAX = 65535 }; /* RFC 791 section 3.2 */

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
    else if (line_number(&ttl, value, 10, 1, 255))
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
    else if (strncmp(value, "0x", 2) != 0 || !line_number(&tos, value + 2, 16, 0, 255))
        return false;
    e->tos = IPIP_EXPECT_FIXED;
    e->tos_value = (uint8_t)(tos & 0xfc);
    return true;
}

static bool set_df(struct ipip_expectation *e, const char *value)
{
    static const char *const names[] = {"any", "set", "copy", "clear", NULL}; /* as enum ipip_expected_df */
    int df = line_word(names, value);

    if (df < 0)
        return false;
    e->df = (enum ipip_expected_df)df;
    return true;
}

static bool set_mtu(struct ipip_expectation *e, const char *value)
{
    unsigned mtu;

    if (!line_number(&mtu, value, 10, MTU_MIN, MTU_MAX))
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

    if (!line_number(&hops, value, 10, 1, 255))
        return false;
    e->encap_hops = (uint8_t)hops;
    return true;
}

static bool set_allow(struct ipip_expectation *e, const char *value)
{
    static const char *const names[] = {"dscp", "df-clear", NULL}; /* in the order of their bits */
    unsigned allow = 0;
    const char *item;
    size_t bytes;

    while ((bytes = line_item(&item, &value)) > 0) {
        char text[LINE_ITEM_TEXT];
        int name = line_copy(text, item, bytes) ? line_word(names, text) : -1;

        if (name < 0)
            return false;
        allow |= 1U << name;
    }
    if (allow == 0)
        return false;
    e->allow = (uint8_t)allow;
    return true;
}

const struct expectation_line expectation_header_lines[] = {
    {"profile", set_profile, "the name of a profile: `ipip rules --profiles` lists them", LINE_OF_ANY},
    {"ttl", set_ttl, "1 to 255, or inherit", LINE_OF_ANY},
    {"tos", set_tos, "0x00 to 0xff, the name of a DSCP such as EF, or inherit", LINE_OF_ANY},
    {"df", set_df, "set, copy, clear or any", LINE_OF_IPV4},
    {"mtu", set_mtu, "68 to 65535", LINE_OF_ANY},
    {"vantage", set_vantage, "unknown, entry, mid, exit or host-tx", LINE_OF_ANY},
    {"encap-hops", set_encap_hops, "1 to 255", LINE_OF_ANY},
    {"allow", set_allow, "dscp, df-clear, or both with ; between", LINE_OF_ANY},
    {0},
};
