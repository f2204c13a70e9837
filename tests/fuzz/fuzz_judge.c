/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole capture for the judge: records of a length octet, an octet of circumstances, and the packet. Every finding is put
 * into words; the four verdicts of a rule add up.
 */
#include "fuzz.h"
#include "ipip/judge.h"

enum { SEED = 1 };

static void describe(void *context, const struct ipip_finding *finding)
{
    struct ipip_text text;

    (void)context;
    ipip_finding_describe(finding, &text);
    must(text.message[0] != '\0' && text.expected[0] != '\0' && text.actual[0] != '\0');
    for (int i = 0; i < IPIP_EXCERPT_MAX; i++) {
        const struct ipip_excerpt *evidence = &finding->excerpts[i];

        must(evidence->header.captured <= IPIP_EXCERPT_OCTETS);
        must(evidence->marked.offset + evidence->marked.count <= evidence->header.captured);
    }
    must(finding->layer < IPIP_STACK_MAX && finding->tunnel_layer <= finding->layer);
}

static void check_sums(struct ipip_judge *judge)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        uint64_t sum = 0;

        for (int verdict = 0; verdict < IPIP_VERDICTS; verdict++)
            sum += ipip_judge_verdicts(judge, i, (enum ipip_verdict)verdict);
        must(sum >= ipip_judge_counts(judge)->subjects[ipip_rule_at(i)->subject]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct ipip_limits limits[] = {{8, 8, 4, 64, 64}, {256, 256, 64, 1024, 1024}};
    static const struct ipip_prefix site = {{0, UINT64_C(0xffff0a000000)}, 96 + 8};
    static const struct ipip_endpoints endpoints = {{0, UINT64_C(0xffff0a000001)}, {0, UINT64_C(0xffff0a000002)}};
    static const struct ipip_expectation expectation = {.src = {0, UINT64_C(0xffff0a000001)},
                                                        .dst = {0, UINT64_C(0xffff0a000002)},
                                                        .ttl = IPIP_EXPECT_INHERIT,
                                                        .df = IPIP_EXPECT_DF_COPY,
                                                        .mtu = 1400};
    struct ipip_policy policy = ipip_policy_default();
    struct ipip_judge *judge;
    uint64_t frame = 1;

    if (size < 1)
        return 0;
    policy.profile = ipip_profile_at(data[0] % 9);
    policy.vantage = (enum ipip_vantage)(data[0] / 9 % IPIP_VANTAGE_COUNT);
    if (data[0] & 1) {
        policy.sites = &site;
        policy.endpoints = &endpoints;
        policy.tunnels = &expectation;
        policy.site_count = policy.endpoint_count = policy.tunnel_count = 1;
    }
    /* Small tables, so that things are forgotten. */
    judge = ipip_judge_new(&policy, &limits[data[0] >> 1 & 1], describe, NULL, SEED);
    must(judge != NULL);
    for (data++, size--; size > 2;) {
        uint32_t captured = data[0] <= size - 2 ? data[0] : (uint32_t)(size - 2);
        uint8_t *exact = malloc(captured > 0 ? captured : 1); /* so that one octet too far is seen */
        struct ipip_packet packet = {
            .ip = {exact, captured, captured + (data[1] & 0x10 ? 100U : 0)},
            .announced = (enum ipip_announced)(data[1] % 3),
            .direction = (enum ipip_direction)(data[1] / 4 % 3),
            .is_loopback = (data[1] & 0x20) != 0,
            .frame = frame,
            .time = (int64_t)frame * (data[1] & 0x40 ? 40000000000 : 1000),
        };

        must(exact != NULL);
        for (uint32_t i = 0; i < captured; i++)
            exact[i] = data[2 + i];
        ipip_judge_packets(judge, &packet, 1);
        free(exact);
        frame++;
        data += 2 + captured;
        size -= 2 + captured;
    }
    ipip_judge_end(judge);
    check_sums(judge);
    ipip_judge_free(judge);
    return 0;
}
