/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole capture for the judge: two octets of what is judged how, then records of an exponent and a factor of the time since the one
 * before, a link type, circumstances, two octets of length, and the frame. Every finding is put into words; the four verdicts of a rule
 * add up.
 */
#include <string.h>

#include "fuzz.h"
#include "ipip/judge.h"

enum { SEED = 1, HEAD = 2, RECORD = 6, BATCH = 16, PROFILES = 9, WIRE_MORE = 100 };

/* Bits of the first two octets. */
enum { HAS_POLICY = 1, IS_LARGER = 2, IS_ALL_KINDS = 4, IS_ONE_BY_ONE = 8, IS_GUESSING = 16 };

/* And of the circumstances of a record. */
enum { DIRECTION = 0x03, IS_CUT = 0x10, IS_LOOPBACK = 0x20, IS_CONTEXT = 0x40, IS_ELSEWHERE = 0x80 };

static const uint16_t link_types[] = {101, 1, 113, 276, 0, 12, 228, 229, 239, 9, 104, 108};

enum { LINK_TYPES = sizeof link_types / sizeof link_types[0] };

/* Packets that are judged together. Each has memory of its own, so that one octet too far is seen. */
struct batch {
    struct ipip_packet packets[BATCH];
    uint8_t *octets[BATCH];
    size_t count;
};

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

static void judge_all(struct ipip_judge *judge, struct batch *batch)
{
    ipip_judge_packets(judge, batch->packets, batch->count);
    for (size_t i = 0; i < batch->count; i++)
        free(batch->octets[i]);
    batch->count = 0;
}

/* A step of time, forwards or back, from nothing to years. */
static uint64_t step_of(const uint8_t *record)
{
    uint64_t step = (uint64_t)record[1] << (record[0] & 0x3f) % 55;

    return (record[0] & 0x80) != 0 ? 0 - step : step;
}

static void put(struct batch *batch, const uint8_t *record, uint32_t captured, uint64_t frame, int64_t time)
{
    uint8_t circumstances = record[3];
    uint8_t *octets = malloc(captured > 0 ? captured : 1);
    struct ipip_bytes bytes = {octets, captured, captured + ((circumstances & IS_CUT) != 0 ? (uint32_t)WIRE_MORE : 0)};
    struct ipip_link link;

    must(octets != NULL);
    memcpy(octets, record + RECORD, captured);
    if (ipip_link_find_ip(&link, link_types[record[2] % LINK_TYPES], bytes) != IPIP_LINK_IP) {
        free(octets);
        return;
    }
    batch->octets[batch->count] = octets;
    batch->packets[batch->count++] = (struct ipip_packet){
        .ip = link.ip,
        .announced = link.announced,
        .direction =
            (circumstances & DIRECTION) < 3 ? (enum ipip_direction)(circumstances & DIRECTION) : link.direction,
        .is_loopback = link.is_loopback || (circumstances & IS_LOOPBACK) != 0,
        .is_context = (circumstances & IS_CONTEXT) != 0,
        .place = ipip_packet_place((circumstances & IS_ELSEWHERE) != 0, &link),
        .frame = frame,
        .time = time,
    };
}

static void judge_records(struct ipip_judge *judge, const uint8_t *data, size_t size, bool is_one_by_one)
{
    struct batch batch = {.count = 0};
    uint64_t time = 0;

    for (uint64_t frame = 1; size >= RECORD; frame++) {
        uint32_t captured = (uint32_t)data[4] << 8 | data[5];

        if (captured > size - RECORD)
            captured = (uint32_t)(size - RECORD);
        time += step_of(data);
        put(&batch, data, captured, frame, (int64_t)time);
        if (batch.count == BATCH || is_one_by_one)
            judge_all(judge, &batch);
        data += RECORD + captured;
        size -= RECORD + captured;
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
    struct ipip_policy policy = ipip_policy_default();
    struct ipip_kinds kinds = *ipip_kinds_all();
    struct ipip_judge *judge;

    if (size < HEAD)
        return 0;
    ipip_esp_null_declare(&kinds, "16");
    kinds.udp_count = 1;
    kinds.udp[0] = (struct ipip_udp_tunnel){5555, IPIP_KIND_FOU, IPIP_PROTOCOL_GRE};
    if ((data[1] & IS_ALL_KINDS) != 0)
        policy.kinds = &kinds;
    policy.is_guessing = (data[1] & IS_GUESSING) != 0;
    policy.profile = ipip_profile_at(data[0] % PROFILES);
    policy.vantage = (enum ipip_vantage)(data[0] / PROFILES % IPIP_VANTAGE_COUNT);
    if ((data[1] & HAS_POLICY) != 0) {
        policy.sites = &site;
        policy.endpoints = &endpoints;
        policy.tunnels = &expectation;
        policy.site_count = policy.endpoint_count = policy.tunnel_count = 1;
    }
    /* Small tables, so that things are forgotten. */
    judge = ipip_judge_new(&policy, &limits[(data[1] & IS_LARGER) != 0], describe, NULL, SEED);
    must(judge != NULL);
    judge_records(judge, data + HEAD, size - HEAD, (data[1] & IS_ONE_BY_ONE) != 0);
    ipip_judge_end(judge);
    check_sums(judge);
    ipip_judge_free(judge);
    return 0;
}
