/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole capture for the judge: two octets of what is judged how, perhaps lines about a tunnel, of which an octet has the length, then records. Every finding is put into words; the four verdicts of a
 * rule add up.
 */
#include <string.h>

#include "fuzz.h"
#include "ipip/judge.h"
#include "records.h"

enum { SEED = 1, HEAD = 2, BATCH = 16, PROFILES = 9 };

/* Bits of the first two octets. */
enum {
    HAS_POLICY = 1,
    IS_LARGER = 2,
    IS_ALL_KINDS = 4,
    IS_ONE_BY_ONE = 8,
    IS_GUESSING = 16,
    HAS_LINES = 32,
    IS_OVER_IPV6 = 64, /* the tunnel of the lines */
};

/* Packets that are judged together. */
struct batch {
    struct ipip_packet packets[BATCH];
    uint8_t *octets[BATCH];
    size_t count;
};

static void describe(void *context, const struct ipip_finding *finding)
{
    struct ipip_value values[IPIP_VALUES_MAX];
    struct ipip_text text;

    (void)context;
    must(ipip_finding_values(finding, values) == ipip_rule_value_count(finding->rule_index));
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

/* Lines of a section [tunnel], as far as they are understood. */
static void expect_lines(struct ipip_expectation *expectation, const uint8_t *lines, size_t size)
{
    char text[UINT8_MAX + 1];
    char *rest = text;
    char *line;

    memcpy(text, lines, size);
    text[size] = '\0';
    while ((line = strsep(&rest, "\n")) != NULL) {
        const char *key = strsep(&line, "=");

        if (line != NULL)
            ipip_expectation_set(expectation, key, line);
    }
}

static void judge_all(struct ipip_judge *judge, struct batch *batch)
{
    ipip_judge_packets(judge, batch->packets, batch->count);
    for (size_t i = 0; i < batch->count; i++)
        free(batch->octets[i]);
    batch->count = 0;
}

static void judge_records(struct ipip_judge *judge, const uint8_t *data, size_t size, bool is_one_by_one)
{
    struct records records = {.next = data, .left = size};
    struct batch batch = {.count = 0};

    while (records_next(&records)) {
        batch.octets[batch.count] = records.octets;
        batch.packets[batch.count++] = records.packet;
        if (batch.count == BATCH || is_one_by_one)
            judge_all(judge, &batch);
    }
    judge_all(judge, &batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct ipip_limits limits[] = {{8, 8, 4, 64, 64, 0}, {256, 256, 64, 1024, 1024, 0}};
    static const struct ipip_prefix site = {{0, UINT64_C(0xffff0a000000)}, 96 + 8};
    static const struct ipip_endpoints endpoints = {{0, UINT64_C(0xffff0a000001)}, {0, UINT64_C(0xffff0a000002)}};
    static const struct ipip_expectation expectation = {.src = {0, UINT64_C(0xffff0a000001)},
                                                        .dst = {0, UINT64_C(0xffff0a000002)},
                                                        .ttl = IPIP_EXPECT_INHERIT,
                                                        .df = IPIP_EXPECT_DF_COPY,
                                                        .mtu = 1400,
                                                        .is_frame_judged = true};
    static const struct ipip_addr ends[][2] = {
        {{0, UINT64_C(0xffff0a000001)}, {0, UINT64_C(0xffff0a000002)}},
        {{UINT64_C(0x2001047000010000), 1}, {UINT64_C(0x2001047000020000), 1}},
    };
    struct ipip_expectation declared = {.mtu = 0};
    struct ipip_policy policy = ipip_policy_default();
    struct ipip_kinds kinds = *ipip_kinds_all();
    struct ipip_judge *judge;
    uint8_t how;

    if (size < HEAD)
        return 0;
    how = data[1];
    ipip_esp_null_declare(&kinds, "16");
    kinds.udp_count = 1;
    kinds.udp[0] = (struct ipip_udp_tunnel){5555, IPIP_KIND_FOU, IPIP_PROTOCOL_GRE};
    if ((how & IS_ALL_KINDS) != 0)
        policy.kinds = &kinds;
    policy.is_guessing = (how & IS_GUESSING) != 0;
    policy.profile = ipip_profile_at(data[0] % PROFILES);
    policy.vantage = (enum ipip_vantage)(data[0] / PROFILES % IPIP_VANTAGE_COUNT);
    if ((how & HAS_POLICY) != 0) {
        policy.sites = &site;
        policy.endpoints = &endpoints;
        policy.tunnels = &expectation;
        policy.site_count = policy.endpoint_count = policy.tunnel_count = 1;
    }
    data += HEAD;
    size -= HEAD;
    if ((how & HAS_LINES) != 0 && size > 0 && size > data[0]) {
        declared.src = ends[(how & IS_OVER_IPV6) != 0][0];
        declared.dst = ends[(how & IS_OVER_IPV6) != 0][1];
        expect_lines(&declared, data + 1, data[0]);
        policy.tunnels = &declared;
        policy.tunnel_count = 1;
        size -= 1U + data[0];
        data += 1 + data[0];
    }
    /* Small tables, so that things are forgotten. */
    judge = ipip_judge_new(&policy, &limits[(how & IS_LARGER) != 0], describe, NULL, SEED);
    must(judge != NULL);
    judge_records(judge, data, size, (how & IS_ONE_BY_ONE) != 0);
    ipip_judge_end(judge);
    check_sums(judge);
    ipip_judge_free(judge);
    return 0;
}
