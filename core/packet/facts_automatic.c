/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of 6in4 by its addresses: which mechanism has made the tunnel. */
#include <stddef.h>

#include "packet/facts.h"
#include "wire/embedded.h"

enum { LARGEST = 1480 };           /* inside: with an IPv4 header 1500 octets */
enum { RELAY_ANYCAST = 0xc05863 }; /* 192.88.99.0/24 (RFC 3068) */

static bool is_relay(struct ipip_addr address)
{
    return (uint32_t)address.low >> 8 == RELAY_ANYCAST;
}

static struct facts facts_of_addresses(const struct ipip_ip *inner)
{
    static const struct facts facts[] = {
        [EMBEDDING_NONE] = {FACT_NOT_6TO4 | FACT_NOT_ISATAP | FACT_NOT_AUTOMATIC, 0},
        [EMBEDDING_6TO4] = {FACT_NOT_ISATAP, TRIGGER_AUTOMATIC},
        [EMBEDDING_ISATAP] = {FACT_NOT_6TO4, TRIGGER_AUTOMATIC},
    };

    return facts[embedding_of(inner->src, inner->dst)];
}

__attribute__((noinline)) struct facts facts_of_6in4(const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    struct facts facts = {0, 0};

    if (inner != NULL)
        facts = facts_of_addresses(inner);
    if (inner != NULL && (embedded_is_mapped(inner->src) || embedded_is_compatible(inner->src)))
        facts.triggers |= TRIGGER_INNER_SRC_MAPPED;
    if (inner != NULL && inner->total_bytes > LARGEST)
        facts.triggers |= TRIGGER_LARGE_6IN4;
    if (is_relay(outer->src) || is_relay(outer->dst))
        facts.triggers |= TRIGGER_RELAY;
    return facts;
}
