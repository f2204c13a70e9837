/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/entry_ttl.h"

#include <stddef.h>
#include <stdio.h>

#include "wire/initial_ttl.h"

struct ipip_entry_ttl ipip_entry_ttl(const struct ipip_inferences *inferences, const struct ipip_path *back,
                                     enum ipip_vantage vantage)
{
    struct ipip_entry_ttl entry = {.captured = inferences->ttl.value, .captured_max = inferences->ttl.value_max};
    unsigned routers = 0, routers_max = 0;

    if (!ipip_inference_is(&inferences->ttl, IPIP_CANDIDATE_FIXED))
        return (struct ipip_entry_ttl){0};
    if (entry.captured == entry.captured_max && (vantage == IPIP_VANTAGE_ENTRY || vantage == IPIP_VANTAGE_HOST_TX)) {
        entry.by = IPIP_ENTRY_TTL_VANTAGE;
        entry.ttl = entry.captured;
        return entry;
    }
    if (entry.captured == entry.captured_max && back->has_hops && entry.captured + back->hops <= UINT8_MAX) {
        entry.by = IPIP_ENTRY_TTL_ICMP;
        entry.ttl = (uint8_t)(entry.captured + back->hops);
        return entry;
    }
    entry.ttl = initial_ttl_above(entry.captured, INITIAL_TTL_USUAL, &routers_max);
    if (entry.ttl != initial_ttl_above(entry.captured_max, INITIAL_TTL_USUAL, &routers))
        entry.ttl = 0; /* paths that differ so much are none of one encapsulator */
    if (entry.ttl != 0)
        entry.by = routers_max == 0 ? IPIP_ENTRY_TTL_INITIAL : IPIP_ENTRY_TTL_NEAREST;
    return entry;
}

const char *ipip_entry_ttl_by_name(enum ipip_entry_ttl_by by)
{
    static const char *const names[] = {"unknown", "nearest", "initial", "icmp", "vantage"};

    return names[by];
}

const char *ipip_entry_ttl_words(char text[static IPIP_ENTRY_TTL_TEXT], const struct ipip_entry_ttl *entry)
{
    int most = entry->ttl - entry->captured;
    int least = entry->ttl - entry->captured_max;

    if (entry->ttl == 0 || most == 0)
        return NULL;
    if (least != most)
        snprintf(text, IPIP_ENTRY_TTL_TEXT, "%u, %d..%d routers before", entry->ttl, least, most);
    else
        snprintf(text, IPIP_ENTRY_TTL_TEXT, "%u, %d router%s before", entry->ttl, most, most == 1 ? "" : "s");
    return text;
}

const char *ipip_entry_ttl_confidence(const struct ipip_entry_ttl *entry)
{
    return entry->by == IPIP_ENTRY_TTL_VANTAGE ? "certain" : entry->ttl != 0 ? "likely" : "not observable";
}

const char *ipip_entry_ttl_why_left_out(char text[static IPIP_ENTRY_TTL_TEXT], const struct ipip_entry_ttl *entry)
{
    if (entry->captured == 0 || ipip_entry_ttl_is_known(entry))
        return NULL;
    if (entry->by == IPIP_ENTRY_TTL_NEAREST)
        snprintf(text, IPIP_ENTRY_TTL_TEXT, "ttl is left out: captured behind routers, %u at the entry is likely",
                 entry->ttl);
    else
        snprintf(text, IPIP_ENTRY_TTL_TEXT,
                 "ttl is left out: the number of routers before the capture point is unknown");
    return text;
}
