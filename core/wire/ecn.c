/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/ecn.h"

#include <stddef.h>

enum { N = IPIP_NOT_ECT, E1 = IPIP_ECT1, E0 = IPIP_ECT0, CE = IPIP_CE, D = IPIP_ECN_DROPPED };

/* Columns: inner Not-ECT, ECT(1), ECT(0), CE. */
static const struct {
    const char *name;
    uint8_t outer[4];
} encap[IPIP_ECN_ENCAP_COUNT] = {
    [IPIP_ECN_NORMAL] = {"normal", {N, E1, E0, CE}},
    [IPIP_ECN_COMPATIBILITY] = {"compatibility", {N, N, N, N}},
    [IPIP_ECN_RFC3168_FULL] = {"rfc3168-full", {N, E1, E0, E0}},
    [IPIP_ECN_RFC3168_LIMITED] = {"rfc3168-limited", {N, N, N, N}},
    [IPIP_ECN_COPY] = {"copy", {N, E1, E0, CE}},
};

/* Rows: inner Not-ECT, ECT(1), ECT(0), CE. Columns: outer in the same order. */
static const struct {
    const char *name;
    uint8_t out[4][4];
} decap[IPIP_ECN_DECAP_COUNT] = {
    [IPIP_ECN_DECAP_RFC6040] = {"rfc6040", {{N, N, N, D}, {E1, E1, E1, CE}, {E0, E1, E0, CE}, {CE, CE, CE, CE}}},
    [IPIP_ECN_DECAP_RFC3168_FULL] = {"rfc3168-full",
                                     {{N, N, N, D}, {E1, E1, E1, CE}, {E0, E0, E0, CE}, {CE, CE, CE, CE}}},
    [IPIP_ECN_DECAP_RFC3168_LIMITED] = {"rfc3168-limited",
                                        {{N, N, N, D}, {E1, E1, E1, D}, {E0, E0, E0, D}, {CE, CE, CE, CE}}},
    [IPIP_ECN_DECAP_RFC4301] = {"rfc4301", {{N, N, N, N}, {E1, E1, E1, CE}, {E0, E0, E0, CE}, {CE, CE, CE, CE}}},
    [IPIP_ECN_DECAP_OVERWRITE] = {"overwrite", {{N, E1, E0, CE}, {N, E1, E0, CE}, {N, E1, E0, CE}, {N, E1, E0, CE}}},
    [IPIP_ECN_DECAP_NONE] = {"none", {{N, N, N, N}, {E1, E1, E1, E1}, {E0, E0, E0, E0}, {CE, CE, CE, CE}}},
};

static const char *const names[] = {"Not-ECT", "ECT(1)", "ECT(0)", "CE", "dropped"};

enum ipip_ecn ipip_ecn_encap(enum ipip_ecn_encap mode, enum ipip_ecn inner)
{
    return (enum ipip_ecn)encap[mode].outer[inner];
}

enum ipip_ecn ipip_ecn_decap(enum ipip_ecn_decap mode, enum ipip_ecn inner, enum ipip_ecn outer)
{
    return (enum ipip_ecn)decap[mode].out[inner][outer];
}

enum ipip_ecn ipip_ecn_reassembled(unsigned seen, enum ipip_ecn first)
{
    if ((seen & 1U << IPIP_CE) == 0)
        return first;
    return (seen & 1U << IPIP_NOT_ECT) != 0 ? IPIP_ECN_DROPPED : IPIP_CE;
}

const char *ipip_ecn_name(enum ipip_ecn ecn)
{
    return (unsigned)ecn <= IPIP_ECN_DROPPED ? names[ecn] : "?";
}

const char *ipip_ecn_encap_name(enum ipip_ecn_encap mode)
{
    return (unsigned)mode < IPIP_ECN_ENCAP_COUNT ? encap[mode].name : NULL;
}

const char *ipip_ecn_decap_name(enum ipip_ecn_decap mode)
{
    return (unsigned)mode < IPIP_ECN_DECAP_COUNT ? decap[mode].name : NULL;
}
