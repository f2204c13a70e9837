/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/vantage.h"

#include <stddef.h>
#include <stdio.h>

#include "packet/ttl_place.h"

static bool is_at_entry(const struct ipip_policy *policy, struct ipip_addr src, struct ipip_addr dst,
                        const struct ipip_ttl_stats *ttl)
{
    const struct ipip_expectation *expectation = ipip_policy_expectation(policy, src, dst);
    uint8_t declared = expectation != NULL && expectation->ttl == IPIP_EXPECT_FIXED ? expectation->ttl_value : 0;
    unsigned routers;

    return ttl_place(ttl, INITIAL_TTL_USUAL, declared, &routers) == TTL_PLACE_ENTRY;
}

/* Routers have decremented its TTL: it is neither initial nor, as far as can be told, the inner one, copied at the entry. */
static bool is_behind(const struct ipip_policy *policy, struct ipip_addr src, struct ipip_addr dst,
                      const struct ipip_ttl_stats *ttl)
{
    bool is_copied = ttl->hops[0] == 0 && ttl->hops_count[1] == 0;

    return ttl->packets > 0 && !is_copied && !is_at_entry(policy, src, dst, ttl);
}

bool ipip_ttl_is_routed(const struct ipip_ttl_stats *ttl)
{
    unsigned routers, more;
    bool is_each_behind = initial_ttl_above(ttl->outer[0], INITIAL_TTL_USUAL, &routers) != 0 && routers > 0 &&
                          initial_ttl_above(ttl->outer[1], INITIAL_TTL_USUAL, &more) != 0 && more > 0;

    if (ttl->packets == 0 || ttl->hops[0] == 0)
        return false;
    return (ttl->outer_count[1] > 0 && is_each_behind) ||
           ttl_place(ttl, INITIAL_TTL_USUAL, 0, &routers) == TTL_PLACE_BEHIND;
}

struct ipip_direction_vantage ipip_direction_vantage(const struct ipip_policy *policy, struct ipip_addr src,
                                                     struct ipip_addr dst, const struct ipip_ttl_stats *ttl,
                                                     const struct ipip_ttl_stats *back)
{
    struct ipip_direction_vantage v = {0};
    bool is_entry = is_at_entry(policy, src, dst, ttl);
    bool is_exit = back != NULL && is_at_entry(policy, dst, src, back) && is_behind(policy, src, dst, ttl);

    v.declared = ipip_policy_vantage(policy, src, dst, &v.is_of_all);
    v.is_refuted = v.is_of_all && ipip_vantage_is_entry(v.declared) && is_exit && ipip_ttl_is_routed(ttl);
    if (v.is_refuted)
        v.declared = IPIP_VANTAGE_UNKNOWN;
    v.place = v.declared;
    if (v.declared != IPIP_VANTAGE_UNKNOWN) {
        v.by = IPIP_VANTAGE_BY_POLICY;
    } else if (ttl->packets > 0 && (is_exit || (is_entry && back != NULL && is_behind(policy, dst, src, back)))) {
        v.place = is_entry ? IPIP_VANTAGE_ENTRY : IPIP_VANTAGE_EXIT;
        v.by = IPIP_VANTAGE_BY_TTL;
    }
    return v;
}

const char *ipip_vantage_by_name(enum ipip_vantage_by by)
{
    static const char *const names[] = {"nothing", "ttl", "policy"};

    return names[by];
}

const char *ipip_direction_vantage_confidence(const struct ipip_direction_vantage *vantage)
{
    static const char *const names[] = {"not observable", "likely", "certain"};

    return names[vantage->by];
}

const char *ipip_vantage_conflict_advice(char text[static IPIP_VANTAGE_ADVICE_TEXT],
                                         const struct ipip_vantage_conflict *conflict)
{
    char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];

    snprintf(text, IPIP_VANTAGE_ADVICE_TEXT, "--vantage %s=%s --vantage %s=exit", ipip_address_text(dst, conflict->dst),
             ipip_vantage_name(conflict->declared), ipip_address_text(src, conflict->src));
    return text;
}

const char *ipip_vantage_conflict_words(char text[static IPIP_VANTAGE_TEXT],
                                        const struct ipip_vantage_conflict *conflict)
{
    char advice[IPIP_VANTAGE_ADVICE_TEXT];
    char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];
    char others[64] = "";

    if (conflict->directions == 0)
        return NULL;
    if (conflict->directions > 1)
        snprintf(others, sizeof others, ", nor for %llu more", (unsigned long long)conflict->directions - 1);
    snprintf(
        text, IPIP_VANTAGE_TEXT,
        "vantage %s is not used for %s > %s%s: its outer TTL, %u, has been decremented by routers, that of the other "
        "direction has not; pass %s",
        ipip_vantage_name(conflict->declared), ipip_address_text(src, conflict->src),
        ipip_address_text(dst, conflict->dst), others, conflict->ttl, ipip_vantage_conflict_advice(advice, conflict));
    return text;
}

const char *ipip_vantage_clash_words(char text[static IPIP_VANTAGE_TEXT], const struct ipip_vantage_clash *clash)
{
    char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];

    if (!clash->is_found)
        return NULL;
    snprintf(text, IPIP_VANTAGE_TEXT,
             "--vantage gives both directions of the tunnel between %s and %s the place %s: what is at the entry of "
             "one direction is at the exit of the other",
             ipip_address_text(dst, clash->dst), ipip_address_text(src, clash->src), ipip_vantage_name(clash->place));
    return text;
}
