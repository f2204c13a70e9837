/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A judge, and what it finds, in few numbers. */
#ifndef IPIP_TESTS_JUDGE_RUN_H
#define IPIP_TESTS_JUDGE_RUN_H

#include "ipip/judge.h"
#include "unit.h"

struct run {
    struct ipip_judge *judge;
    uint64_t frame;
    uint64_t findings;
    uint64_t digest; /* of the findings, in order */
};

static inline void run_take(void *context, const struct ipip_finding *finding)
{
    struct run *run = context;

    run->findings++;
    run->digest = run->digest * 31 + finding->rule_index;
    run->digest = run->digest * 31 + finding->packet->frame;
    run->digest = run->digest * 31 + finding->other_frame;
}

/* `limits` may be NULL. */
static inline void run_start(struct run *run, const struct ipip_limits *limits, uint64_t seed)
{
    struct ipip_policy policy = ipip_policy_default();

    *run = (struct run){.judge = ipip_judge_new(&policy, limits, run_take, run, seed)};
    assert_non_null(run->judge);
}

static inline void run_finish(struct run *run)
{
    ipip_judge_free(run->judge);
}

#endif
