/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/infer.h"

enum {
    /* More routers than this are on no path: the outer TTL was not inherited. */
    HOPS_MAX = 64,
    /* Few packets may have any Identification by chance; so many in a row don't. */
    ID_PACKETS_MIN = 5,
};

/* The ways that explain the most packets, if that is nine in ten. */
static struct ipip_statement state(const uint32_t *explained, int ways, uint32_t packets)
{
    struct ipip_statement s = {.packets = packets};
    uint32_t second = 0;

    for (int way = 0; way < ways; way++) {
        if (explained[way] > s.agree)
            s.agree = explained[way];
    }
    for (int way = 0; way < ways; way++) {
        if (explained[way] == s.agree)
            s.ways |= 1U << way;
        else if (explained[way] > second)
            second = explained[way];
    }
    if (s.ways != (1U << ways) - 1)
        s.telling = s.agree - second;
    if ((uint64_t)s.agree * 10 < (uint64_t)packets * 9)
        s.ways = 0;
    return s;
}

static struct ipip_statement infer_ttl(const struct ipip_observation *o)
{
    uint32_t explained[IPIP_WAY_COUNT];
    uint8_t ttl = ipip_values_best(&o->ttl, &explained[IPIP_WAY_FIXED]);
    uint8_t hops = ipip_values_best(&o->hops, &explained[IPIP_WAY_INHERITED]);
    struct ipip_statement s;

    if (hops > HOPS_MAX)
        explained[IPIP_WAY_INHERITED] = 0;
    s = state(explained, IPIP_WAY_COUNT, o->packets);
    s.value = ipip_statement_is(&s, IPIP_WAY_INHERITED) ? hops : ttl;
    return s;
}

static struct ipip_statement infer_dscp(const struct ipip_observation *o)
{
    uint32_t explained[IPIP_WAY_COUNT] = {[IPIP_WAY_INHERITED] = o->dscp_copied};
    uint8_t dscp = ipip_values_best(&o->dscp, &explained[IPIP_WAY_FIXED]);
    struct ipip_statement s = state(explained, IPIP_WAY_COUNT, o->packets);

    s.value = dscp;
    return s;
}

static struct ipip_statement infer_ecn(const struct ipip_observation *o)
{
    uint32_t explained[IPIP_ECN_ENCAP_COUNT];

    for (int mode = 0; mode < IPIP_ECN_ENCAP_COUNT; mode++)
        explained[mode] = ipip_observed_ecn(o, (enum ipip_ecn_encap)mode);
    return state(explained, IPIP_ECN_ENCAP_COUNT, o->packets);
}

static struct ipip_statement infer_df(const struct ipip_observation *o)
{
    uint32_t explained[IPIP_DF_POLICY_COUNT];

    for (int policy = 0; policy < IPIP_DF_POLICY_COUNT; policy++)
        explained[policy] = ipip_observed_df(o, (enum ipip_df_policy)policy);
    return state(explained, IPIP_DF_POLICY_COUNT, o->packets);
}

static struct ipip_statement infer_id(const struct ipip_observation *o)
{
    uint32_t explained[IPIP_ID_POLICY_COUNT] = {
        [IPIP_ID_COUNTER] = o->id_rising > 0 ? o->id_rising + 1 : 0, /* the first one has none before it */
        [IPIP_ID_COPY] = o->id_copied,
        [IPIP_ID_ZERO] = o->id_zero,
        [IPIP_ID_ZERO_WITH_DF] = o->id_zero_df > 0 ? o->id_zero_df + o->id_other : 0,
    };
    struct ipip_statement s;

    if (o->packets < ID_PACKETS_MIN)
        return (struct ipip_statement){.ways = (1U << IPIP_ID_POLICY_COUNT) - 1, .packets = o->packets};
    /* That all are equal to the inner ones is no chance, though the inner ones may come from a counter, too. */
    if (o->id_copied == o->packets)
        explained[IPIP_ID_COUNTER] = 0;
    s = state(explained, IPIP_ID_POLICY_COUNT, o->packets);
    return s;
}

/* Whether the statement allows one of these ways. What varies is no implementation's habit. */
static bool allows(const struct ipip_statement *s, unsigned ways)
{
    return (s->ways & ways) != 0;
}

static bool is_habit_of(const struct ipip_profile *profile, const struct ipip_inference *i)
{
    bool is_ttl =
        profile->made_ttl == 0 || (allows(&i->ttl, 1U << IPIP_WAY_FIXED) && i->ttl.value <= profile->made_ttl);
    bool is_fixed_dscp = allows(&i->dscp, 1U << IPIP_WAY_FIXED) && profile->dscp != IPIP_DSCP_COPIED;

    return profile->made_df != 0 && is_ttl && i->ttl.ways != 0 &&
           (is_fixed_dscp || allows(&i->dscp, 1U << IPIP_WAY_INHERITED)) && allows(&i->ecn, profile->ecn_modes) &&
           allows(&i->df, profile->made_df) && allows(&i->id, profile->made_id);
}

struct ipip_inference ipip_infer(const struct ipip_observation *o)
{
    struct ipip_inference inference = {infer_ttl(o), infer_dscp(o), infer_ecn(o), infer_df(o), infer_id(o), 0};
    const struct ipip_profile *profile;

    for (unsigned index = 0; (profile = ipip_profile_at(index)) != NULL; index++) {
        if (is_habit_of(profile, &inference))
            inference.profiles |= 1U << index;
    }
    return inference;
}
