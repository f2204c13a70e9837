/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>

#include "ipip/dscp.h"
#include "rules/rule.h"

void text_say(char *field, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is initialized in the line above */
    vsnprintf(field, size, format, arguments);
    va_end(arguments);
}

const char *text_word(const struct ipip_ip *ip, enum header_word word)
{
    static const char *const words[HEADER_WORDS][2] = {
        [WORD_TTL] = {"TTL", "Hop Limit"},
        [WORD_TOS] = {"TOS", "Traffic Class"},
        [WORD_LENGTH] = {"Total Length", "length"},
    };

    return words[word][ip->version == 6];
}

const char *text_endpoints(char text[static ENDPOINTS_TEXT], const struct ipip_ip *ip)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    snprintf(text, ENDPOINTS_TEXT, "%s > %s", ipip_address_text(src, ip->src), ipip_address_text(dst, ip->dst));
    return text;
}

const char *text_octets(char text[static OCTETS_TEXT], uint32_t count)
{
    snprintf(text, OCTETS_TEXT, "%u octet%s", count, count == 1 ? "" : "s");
    return text;
}

const char *text_apart(char text[static APART_TEXT], uint64_t nanoseconds, const char *word)
{
    uint64_t milliseconds = nanoseconds / 1000000;

    if (milliseconds >= 1000)
        snprintf(text, APART_TEXT, "%u s %s", (unsigned)(milliseconds / 1000), word);
    else if (milliseconds > 0)
        snprintf(text, APART_TEXT, "%u ms %s", (unsigned)milliseconds, word);
    else if (nanoseconds > 0)
        snprintf(text, APART_TEXT, "less than 1 ms %s", word);
    else
        snprintf(text, APART_TEXT, "in the same instant");
    return text;
}

const char *text_dscp(char text[static DSCP_TEXT], uint8_t dscp)
{
    const char *name = ipip_dscp_name(dscp);

    if (name != NULL)
        snprintf(text, DSCP_TEXT, "DSCP %u (%s)", dscp, name);
    else
        snprintf(text, DSCP_TEXT, "DSCP %u", dscp);
    return text;
}

const char *text_dscp_short(char text[static DSCP_TEXT], uint8_t dscp)
{
    const char *name = ipip_dscp_name(dscp);

    if (name != NULL)
        snprintf(text, DSCP_TEXT, "%s", name);
    else
        snprintf(text, DSCP_TEXT, "%u", dscp);
    return text;
}
