/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TTL that an encapsulator writes. Routers count it down, so what was captured is the entry's only at the entry, or where it
 * is known how many routers came before. Allocates nothing.
 */
#ifndef IPIP_ENTRY_TTL_H
#define IPIP_ENTRY_TTL_H

#include "ipip/infer.h"
#include "ipip/path.h"

#ifdef __cplusplus
extern "C" {
#endif

/* By what the TTL at the entry is known. */
enum ipip_entry_ttl_by {
    IPIP_ENTRY_TTL_UNKNOWN,
    IPIP_ENTRY_TTL_NEAREST, /* the nearest of 64, 128 and 255 above: likely, no more */
    IPIP_ENTRY_TTL_INITIAL, /* what was captured is one of these itself */
    IPIP_ENTRY_TTL_ICMP,    /* an ICMP error from the entry shows how far it is */
    IPIP_ENTRY_TTL_VANTAGE, /* it was captured there */
};

struct ipip_entry_ttl {
    enum ipip_entry_ttl_by by;
    uint8_t ttl;      /* at the entry; 0: not known */
    uint8_t captured; /* as captured, and by the shortest path if there are several; 0: the TTL is not fixed */
    uint8_t captured_max;
};

enum { IPIP_ENTRY_TTL_TEXT = 96 };

/* `back` is what ICMP errors have shown of the path to the entry, which is the other direction's exit. */
struct ipip_entry_ttl ipip_entry_ttl(const struct ipip_inferences *inferences, const struct ipip_path *back,
                                     enum ipip_vantage vantage);

/* Known well enough to configure a tunnel by it. */
static inline bool ipip_entry_ttl_is_known(const struct ipip_entry_ttl *entry)
{
    return entry->by >= IPIP_ENTRY_TTL_INITIAL;
}

/* What was captured is what the encapsulator wrote. */
static inline bool ipip_entry_ttl_is_captured(const struct ipip_entry_ttl *entry)
{
    return ipip_entry_ttl_is_known(entry) && entry->ttl == entry->captured && entry->ttl == entry->captured_max;
}

/* "unknown", "nearest", "initial", "icmp", "vantage". */
const char *ipip_entry_ttl_by_name(enum ipip_entry_ttl_by by);

/* "certain", "likely", "not observable". */
const char *ipip_entry_ttl_confidence(const struct ipip_entry_ttl *entry);

/* "64, 3 routers before"; NULL where nothing is known, or the captured TTL is it. */
const char *ipip_entry_ttl_words(char text[IPIP_ENTRY_TTL_TEXT], const struct ipip_entry_ttl *entry);

/* Why a command for this tunnel has no TTL; NULL where it has one, or needs none. */
const char *ipip_entry_ttl_why_left_out(char text[IPIP_ENTRY_TTL_TEXT], const struct ipip_entry_ttl *entry);

#ifdef __cplusplus
}
#endif

#endif
