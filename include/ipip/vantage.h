/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a tunnel direction was captured. What is at the entry of one direction is at the exit of the other, so it is
 * declared, or inferred, for each direction by itself. Allocates nothing.
 */
#ifndef IPIP_VANTAGE_H
#define IPIP_VANTAGE_H

#include "ipip/policy.h"
#include "ipip/ttl_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

/* By what the vantage is known. */
enum ipip_vantage_by {
    IPIP_VANTAGE_BY_NOTHING,
    IPIP_VANTAGE_BY_TTL,    /* likely: one direction has initial TTLs, the other has not */
    IPIP_VANTAGE_BY_POLICY, /* declared */
};

struct ipip_direction_vantage {
    enum ipip_vantage declared; /* IPIP_VANTAGE_UNKNOWN where none is declared, or the one for all does not hold here */
    enum ipip_vantage place;    /* that, or the inferred one: for words, never for a severity */
    enum ipip_vantage_by by;
    bool is_of_all;  /* what is declared, or was refuted, is the vantage for all directions */
    bool is_refuted; /* the entry is declared for all; this one passed routers, the other did not */
};

/*
 * Of the direction from `src` to `dst`, whose outer TTLs are `ttl`; `back`: those of the other direction, or NULL. Initial TTLs
 * are 64, 128 and 255, one that an expectation declares, and one inherited from the inner header without a router since.
 */
struct ipip_direction_vantage ipip_direction_vantage(const struct ipip_policy *policy, struct ipip_addr src,
                                                     struct ipip_addr dst, const struct ipip_ttl_stats *ttl,
                                                     const struct ipip_ttl_stats *back);

/* The packets have passed routers: the outer TTL is up to 16 below 64, 128 or 255 and not the inner one, or inherited before them. */
bool ipip_ttl_is_routed(const struct ipip_ttl_stats *ttl);

/* "not observable", "likely", "certain". */
const char *ipip_direction_vantage_confidence(const struct ipip_direction_vantage *vantage);

/* "nothing", "ttl", "policy". */
const char *ipip_vantage_by_name(enum ipip_vantage_by by);

enum { IPIP_VANTAGE_TEXT = 512, IPIP_VANTAGE_ADVICE_TEXT = 160 };

/* A vantage that was declared for all directions and does not hold for some of them. */
struct ipip_vantage_conflict {
    uint64_t directions;  /* for which it does not; 0: the rest is not set */
    struct ipip_addr src; /* the first of them */
    struct ipip_addr dst;
    uint8_t ttl; /* its outer TTL */
    enum ipip_vantage declared;
};

/* A tunnel whose directions were declared, by their sources, to be captured at the same end both. */
struct ipip_vantage_clash {
    bool is_found; /* false: the rest is not set */
    struct ipip_addr src;
    struct ipip_addr dst;
    enum ipip_vantage place;
};

/* "vantage entry was given for both directions of ..."; NULL where there is none. */
const char *ipip_vantage_clash_words(char text[IPIP_VANTAGE_TEXT], const struct ipip_vantage_clash *clash);

/* "--vantage entry is not used for 192.0.2.2 > 192.0.2.1 ...", and what to pass in its place; NULL where there is no conflict. */
const char *ipip_vantage_conflict_words(char text[IPIP_VANTAGE_TEXT], const struct ipip_vantage_conflict *conflict);

/* "--vantage 192.0.2.1=entry --vantage 192.0.2.2=exit" */
const char *ipip_vantage_conflict_advice(char text[IPIP_VANTAGE_ADVICE_TEXT],
                                         const struct ipip_vantage_conflict *conflict);

#ifdef __cplusplus
}
#endif

#endif
