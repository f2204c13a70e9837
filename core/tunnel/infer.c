/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/infer.h"

enum {
    VALUES_MAX = 20,       /* rarer than one in so many, a value is a stray */
    PATHS_DIFFER_MAX = 16, /* routers that one path has more than another */
    /* Few packets may have any Identification by chance; so many in a row don't. */
    ID_PACKETS_MIN = 5,
};

/* The candidates that explain the most packets, if that is a habit. */
static struct ipip_inference state(const uint32_t *explained, int candidates, uint32_t packets)
{
    struct ipip_inference s = {.packets = packets};
    uint32_t second = 0;

    for (int candidate = 0; candidate < candidates; candidate++) {
        if (explained[candidate] > s.agree)
            s.agree = explained[candidate];
    }
    for (int candidate = 0; candidate < candidates; candidate++) {
        if (explained[candidate] == s.agree)
            s.candidates |= 1U << candidate;
        else if (explained[candidate] > second)
            second = explained[candidate];
    }
    if (s.candidates != (1U << candidates) - 1)
        s.margin = s.agree - second;
    if (!ipip_is_habit(s.agree, packets))
        s.candidates = 0;
    return s;
}

/* Several values close together, each of them frequent: how many packets have one. */
static uint32_t count_close(const struct ipip_values *values, uint32_t packets, uint8_t *least, uint8_t *most)
{
    uint32_t agree = 0;

    *least = UINT8_MAX;
    *most = 0;
    for (unsigned i = 0; i < IPIP_VALUES; i++) {
        if ((uint64_t)values->count[i] * VALUES_MAX < packets)
            continue;
        agree += values->count[i];
        if (values->value[i] < *least)
            *least = values->value[i];
        if (values->value[i] > *most)
            *most = values->value[i];
    }
    return *most <= *least + PATHS_DIFFER_MAX ? agree : 0;
}

/* Where no single value explains the TTLs: paths of different length, of which each flow took one. */
static struct ipip_inference infer_paths(const struct ipip_tunnel_stats *o)
{
    const struct ipip_path_flows *f = &o->flows;
    uint8_t least[IPIP_CANDIDATE_COUNT];
    uint8_t most[IPIP_CANDIDATE_COUNT];
    uint32_t explained[IPIP_CANDIDATE_COUNT] = {
        count_close(&o->ttls, o->habits.ttl.packets, &least[IPIP_CANDIDATE_FIXED], &most[IPIP_CANDIDATE_FIXED]),
        count_close(&o->hops, o->habits.ttl.packets, &least[IPIP_CANDIDATE_INHERITED],
                    &most[IPIP_CANDIDATE_INHERITED])};
    struct ipip_inference s;
    int candidate;

    if (!ipip_path_flows_keep(f->ttl_kept, f->ttl_moved))
        explained[IPIP_CANDIDATE_FIXED] = 0;
    if (!ipip_path_flows_keep(f->hops_kept, f->hops_moved) || most[IPIP_CANDIDATE_INHERITED] > IPIP_TTL_HOPS_MAX)
        explained[IPIP_CANDIDATE_INHERITED] = 0;
    s = state(explained, IPIP_CANDIDATE_COUNT, o->habits.ttl.packets);
    candidate = ipip_inference_is(&s, IPIP_CANDIDATE_INHERITED) ? IPIP_CANDIDATE_INHERITED : IPIP_CANDIDATE_FIXED;
    s.value = least[candidate];
    s.value_max = most[candidate];
    return s;
}

/* Packets that the most frequent value explains, if it is no more than `most`. */
static uint32_t best_up_to(const struct ipip_values *values, uint8_t most)
{
    uint32_t best = 0;

    for (unsigned i = 0; i < IPIP_VALUES; i++) {
        if (values->value[i] <= most && values->count[i] > best)
            best = values->count[i];
    }
    return best;
}

static struct ipip_inference infer_ttl(const struct ipip_tunnel_stats *o)
{
    const uint32_t explained[IPIP_CANDIDATE_COUNT] = {[IPIP_CANDIDATE_FIXED] = o->habits.ttl.outer_count[0],
                                                      [IPIP_CANDIDATE_INHERITED] =
                                                          ipip_ttl_inherited_count(&o->habits.ttl)};
    struct ipip_inference s = state(explained, IPIP_CANDIDATE_COUNT, o->habits.ttl.packets);

    if (s.candidates == 0) {
        struct ipip_inference paths = infer_paths(o);

        return paths.candidates != 0 ? paths : s;
    }
    /* What comes second is better known of four values than of two. */
    if (!ipip_inference_is_open(&s)) {
        bool is_fixed = ipip_inference_is(&s, IPIP_CANDIDATE_FIXED);
        uint32_t second = is_fixed ? best_up_to(&o->hops, IPIP_TTL_HOPS_MAX) : best_up_to(&o->ttls, UINT8_MAX);

        s.margin = second < s.agree ? s.agree - second : 0;
    }
    s.is_tentative = ipip_ttl_is_inherited(&o->habits.ttl) && !ipip_ttl_is_established(&o->habits.ttl);
    s.value = s.value_max =
        ipip_inference_is(&s, IPIP_CANDIDATE_INHERITED) ? o->habits.ttl.hops[0] : o->habits.ttl.outer[0];
    return s;
}

static struct ipip_inference infer_dscp(const struct ipip_tunnel_stats *o)
{
    uint32_t explained[IPIP_CANDIDATE_COUNT] = {[IPIP_CANDIDATE_INHERITED] = o->dscp_copied};
    uint8_t dscp = ipip_values_best(&o->dscp, &explained[IPIP_CANDIDATE_FIXED]);
    struct ipip_inference s = state(explained, IPIP_CANDIDATE_COUNT, o->habits.ttl.packets);

    s.value = s.value_max = dscp;
    return s;
}

static struct ipip_inference infer_ecn(const struct ipip_tunnel_stats *o)
{
    uint32_t explained[IPIP_ECN_ENCAP_COUNT];

    for (int mode = 0; mode < IPIP_ECN_ENCAP_COUNT; mode++)
        explained[mode] = ipip_tunnel_stats_ecn(o, (enum ipip_ecn_encap)mode);
    return state(explained, IPIP_ECN_ENCAP_COUNT, o->habits.ttl.packets);
}

static struct ipip_inference infer_df(const struct ipip_tunnel_stats *o)
{
    uint32_t explained[IPIP_DF_POLICY_COUNT];

    for (int policy = 0; policy < IPIP_DF_POLICY_COUNT; policy++)
        explained[policy] = ipip_tunnel_stats_df(o, (enum ipip_df_policy)policy);
    return state(explained, IPIP_DF_POLICY_COUNT, o->habits.ttl.packets);
}

/* Encapsulators behind one address. A copied Identification rises by inner flow, and shows nothing of them. */
static unsigned count_encapsulators(const struct ipip_tunnel_stats *o)
{
    return ipip_is_habit(o->habits.ttl.packets - o->habits.id_copied, o->habits.ttl.packets)
               ? ipip_id_counters_active(&o->ids)
               : 0;
}

static struct ipip_inference infer_id(const struct ipip_tunnel_stats *o, unsigned encapsulators)
{
    uint32_t explained[IPIP_ID_POLICY_COUNT] = {
        [IPIP_ID_COUNTER] = o->id_rising > 0 ? o->id_rising + 1 : 0, /* the first one has none before it */
        [IPIP_ID_COPY] = o->habits.id_copied,
        [IPIP_ID_ZERO] = o->id_zero,
        [IPIP_ID_ZERO_WITH_DF] = o->id_zero_df > 0 ? o->id_zero_df + o->id_other : 0,
    };
    struct ipip_inference s;

    if (o->habits.ttl.packets < ID_PACKETS_MIN)
        return (struct ipip_inference){.candidates = (1U << IPIP_ID_POLICY_COUNT) - 1,
                                       .packets = o->habits.ttl.packets};
    /* That all are equal to the inner ones is no chance, though the inner ones may come from a counter, too. */
    if (ipip_tunnel_copies_id(&o->habits))
        explained[IPIP_ID_COUNTER] = explained[IPIP_ID_ZERO] = explained[IPIP_ID_ZERO_WITH_DF] = 0;
    if (encapsulators > 0 && o->ids.matched + encapsulators > explained[IPIP_ID_COUNTER])
        explained[IPIP_ID_COUNTER] = o->ids.matched + encapsulators;
    s = state(explained, IPIP_ID_POLICY_COUNT, o->habits.ttl.packets);
    s.is_tentative = ipip_inference_is(&s, IPIP_ID_COPY) && !ipip_tunnel_copies_id_for_long(&o->habits);
    if (s.candidates == 0 && !o->habits.id_varies) {
        s.agree = s.margin = s.packets;
        s.constant = o->habits.id_first;
    }
    return s;
}

/* Whether the inference allows one of these candidates. What varies is no implementation's habit. */
static bool allows(const struct ipip_inference *s, unsigned candidates)
{
    return (s->candidates & candidates) != 0;
}

/* A clear outer DF identifies an implementation that clears it only if the inner DF came set and clear. */
static bool is_df_known(const struct ipip_profile *profile, const struct ipip_tunnel_stats *o)
{
    return !profile->clears_both_df || (o->df[0][0] > 0 && o->df[1][0] > 0);
}

static bool is_habit_of(const struct ipip_profile *profile, const struct ipip_inferences *i)
{
    bool is_ttl = profile->made_ttl == 0 ||
                  (allows(&i->ttl, 1U << IPIP_CANDIDATE_FIXED) && i->ttl.value_max <= profile->made_ttl);
    bool is_fixed_dscp = allows(&i->dscp, 1U << IPIP_CANDIDATE_FIXED) && profile->dscp != IPIP_DSCP_COPIED;

    return profile->made_df != 0 && is_ttl && i->ttl.candidates != 0 &&
           (is_fixed_dscp || allows(&i->dscp, 1U << IPIP_CANDIDATE_INHERITED)) && allows(&i->ecn, profile->ecn_modes) &&
           allows(&i->df, profile->made_df) && allows(&i->id, profile->made_id);
}

struct ipip_inferences ipip_infer(const struct ipip_tunnel_stats *stats)
{
    unsigned encapsulators = count_encapsulators(stats);
    struct ipip_inferences inferences = {.ttl = infer_ttl(stats),
                                         .dscp = infer_dscp(stats),
                                         .ecn = infer_ecn(stats),
                                         .df = infer_df(stats),
                                         .id = infer_id(stats, encapsulators),
                                         .is_few = stats->habits.ttl.packets < IPIP_HABIT_PACKETS,
                                         .encapsulators = encapsulators};
    const struct ipip_profile *profile;

    for (unsigned index = 0; !inferences.is_few && (profile = ipip_profile_at(index)) != NULL; index++) {
        if (is_habit_of(profile, &inferences) && is_df_known(profile, stats))
            inferences.profiles |= 1U << index;
    }
    return inferences;
}
