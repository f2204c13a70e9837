/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words on an outer IPv6 header: encapsulation limit, flow label, DSCP at decapsulation. */
#include <string.h>

#include "words/word.h"

enum { LIMIT_MAX = 255, LABEL_MAX = 0xfffff };

static gboolean take_limit(struct description *d, const struct word *word, const char *value)
{
    unsigned long limit = 0;

    d->tunnel.has_limit = strcmp(value, "none") != 0;
    if (d->tunnel.has_limit && !word_number(value, 0, LIMIT_MAX, &limit))
        return word_refuse_value(d, word, value, "0 to 255, or none");
    d->tunnel.limit = (uint8_t)limit;
    return TRUE;
}

/* Linux takes the number 0 for "automatic". */
static gboolean take_label(struct description *d, const struct word *word, const char *value)
{
    unsigned long label = 0;

    if (strcmp(value, "inherit") == 0) {
        d->tunnel.label_policy = IPIP_LABEL_INHERIT;
    } else if (strcmp(value, "zero") == 0) {
        d->tunnel.label_policy = IPIP_LABEL_FIXED;
    } else {
        if (!word_number(value, 16, LABEL_MAX, &label))
            return word_refuse_value(d, word, value, "00001 to fffff (hexadecimal), inherit, 0 (automatic), or zero");
        d->tunnel.label_policy = label != 0 ? IPIP_LABEL_FIXED : IPIP_LABEL_AUTO;
    }
    d->tunnel.label = (uint32_t)label;
    return TRUE;
}

static gboolean take_dscp(struct description *d, const struct word *word, const char *value)
{
    if (strcmp(value, "inherit") != 0)
        return word_refuse_value(d, word, value, "inherit; the DSCP of the outer header is set by tclass");
    d->tunnel.dscp_inherits = true;
    return TRUE;
}

const struct word words_of_ipv6[] = {
    {"encaplimit", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, TRUE, take_limit, 0},
    {"flowlabel", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, TRUE, take_label, 0},
    {"fl", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, TRUE, take_label, 0},
    {"dscp", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, TRUE, take_dscp, 0},
    {0},
};
