/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The judge as a whole: what it counts, that it survives anything, and that it does not depend on its seed. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipip/judge.h"
#include "lab.h"

static struct ipip_judge *judge;
static int64_t now;
static unsigned findings;
static char last_rule[16];

static void take(void *context, const struct ipip_finding *finding)
{
    struct ipip_text text;

    (void)context;
    findings++;
    snprintf(last_rule, sizeof last_rule, "%s", finding->rule->id);
    ipip_finding_describe(finding, &text);
    assert_true(text.message[0] != '\0');
    assert_true(text.expected[0] != '\0');
    assert_true(text.actual[0] != '\0');
    assert_true(finding->layer < IPIP_STACK_MAX);
    for (int i = 0; i < IPIP_EXCERPT_MAX; i++) {
        const struct ipip_excerpt *evidence = &finding->excerpts[i];

        assert_true(evidence->marked.offset + evidence->marked.count <= evidence->header.captured);
        assert_true(evidence->header.captured == 0 || evidence->name != NULL);
    }
}

static void start_with(const struct ipip_policy *policy)
{
    ipip_judge_free(judge);
    judge = ipip_judge_new(policy, NULL, take, NULL, 1);
    assert_non_null(judge);
    findings = 0;
}

static void start(void)
{
    struct ipip_policy policy = ipip_policy_default();

    start_with(&policy);
}

static enum ipip_packet_class feed(struct ipip_bytes packet)
{
    static uint64_t frame;
    struct ipip_packet p = {.ip = packet, .announced = IPIP_ANNOUNCED_IPV4, .frame = ++frame, .time = now};
    struct ipip_judge_counts before = *ipip_judge_counts(judge);
    unsigned class = 0;

    now += 2000000000; /* so that the same packet again is no duplicate */
    ipip_judge_packets(judge, &p, 1);
    while (class < IPIP_PACKET_CLASSES && ipip_judge_counts(judge)->packets[class] == before.packets[class])
        class ++;
    return (enum ipip_packet_class) class;
}

/* The four verdicts of every rule add up to the number of its subjects. */
static void expect_sums(void)
{
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        uint64_t sum = 0;

        for (int verdict = 0; verdict < IPIP_VERDICTS; verdict++)
            sum += ipip_judge_verdicts(judge, i, (enum ipip_verdict)verdict);
        assert_int_equal(sum, ipip_judge_counts(judge)->subjects[ipip_rule_at(i)->subject]);
    }
}

static uint32_t lab_packet(uint8_t *out)
{
    memset(out, 0, 104);
    from_hex(out, 104, LAB_OUTER_2 LAB_INNER_2);
    return 104;
}

static void test_conformant_packet(void **state)
{
    uint8_t packet[104];

    (void)state;
    start();
    for (int i = 0; i < 1000; i++)
        assert_int_equal(feed(whole(packet, lab_packet(packet))), IPIP_PACKET_TUNNEL);
    assert_int_equal(findings, 2);
    assert_string_equal(last_rule, "IPIP907"); /* only one direction; before it, a guess at the vantage */
    assert_int_equal(ipip_judge_counts(judge)->tunnels, 1);
    assert_int_equal(ipip_judge_verdicts(judge, ipip_rule_find("IPIP105"), IPIP_PASS), 1000);
    expect_sums();
}

static void test_classes(void **state)
{
    uint8_t packet[104];
    struct ipip_policy policy = ipip_policy_default();

    (void)state;
    policy.kinds = ipip_kinds_ipip();
    start_with(&policy);
    lab_packet(packet);
    assert_int_equal(feed((struct ipip_bytes){packet, 19, 104}), IPIP_PACKET_TRUNCATED);
    assert_int_equal(feed(whole(packet, 19)), IPIP_PACKET_PLAIN);
    packet[9] = 17;
    assert_int_equal(feed(whole(packet, 104)), IPIP_PACKET_PLAIN);
    packet[9] = 47;
    assert_int_equal(feed(whole(packet, 104)), IPIP_PACKET_UNSUPPORTED);
    assert_int_equal(ipip_judge_counts(judge)->unsupported[IPIP_KIND_GRE], 1);
    packet[0] = 0x60;
    packet[6] = 4; /* IPv6 with next header 4 */
    assert_int_equal(feed(whole(packet, 104)), IPIP_PACKET_UNSUPPORTED);
    packet[6] = 17;
    assert_int_equal(feed(whole(packet, 104)), IPIP_PACKET_PLAIN);
    assert_int_equal(findings, 0);
}

/* EtherIP (protocol 97, RFC 3378): a subject of its own, reported once for each direction where it is looked for. */
static void test_named(void **state)
{
    uint8_t packet[104];
    struct ipip_policy policy = ipip_policy_default();
    const struct ipip_judge_counts *counts;

    (void)state;
    start();
    lab_packet(packet);
    packet[9] = 97;
    for (int i = 0; i < 3; i++)
        assert_int_equal(feed(whole(packet, 104)), IPIP_PACKET_UNSUPPORTED);
    counts = ipip_judge_counts(judge);
    assert_int_equal(counts->unsupported[IPIP_KIND_ETHERIP], 3);
    assert_int_equal(counts->subjects[IPIP_SUBJECT_NAMED], 3);
    assert_int_equal(counts->subjects[IPIP_SUBJECT_TUNNEL], 0);
    assert_int_equal(counts->tunnels, 0);
    assert_int_equal(findings, 1);
    assert_string_equal(last_rule, "IPIP911");
    packet[15]++;
    assert_int_equal(feed(whole(packet, 104)), IPIP_PACKET_UNSUPPORTED);
    assert_int_equal(findings, 2);
    expect_sums();
    /* Geneve (UDP port 6081, RFC 8926), of which 4 octets tell; and IPv4 in IPv4 alone, where a port tells nothing. */
    static const uint8_t geneve[] = {0xc3, 0x50, 0x17, 0xc1, 0, 0x54, 0, 0, 0, 0, 0x65, 0x58};
    memcpy(packet + 20, geneve, sizeof geneve);
    packet[9] = 17;
    assert_int_equal(feed((struct ipip_bytes){packet, 31, 104}), IPIP_PACKET_PLAIN);
    assert_int_equal(feed((struct ipip_bytes){packet, 32, 104}), IPIP_PACKET_UNSUPPORTED);
    assert_int_equal(counts->unsupported[IPIP_KIND_GENEVE], 1);
    policy.kinds = ipip_kinds_ipip();
    start_with(&policy);
    assert_int_equal(feed(whole(packet, 104)), IPIP_PACKET_PLAIN);
    packet[9] = 97;
    assert_int_equal(feed(whole(packet, 104)), IPIP_PACKET_UNSUPPORTED);
    assert_int_equal(ipip_judge_counts(judge)->subjects[IPIP_SUBJECT_NAMED], 0);
    assert_int_equal(findings, 0);
}

static void test_every_truncation_and_every_octet(void **state)
{
    uint8_t packet[104];

    (void)state;
    start();
    for (unsigned octet = 0; octet < 48; octet++) {
        for (unsigned value = 0; value < 256; value++) {
            for (uint32_t captured = 0; captured <= 104; captured += captured < 48 ? 1 : 56) {
                uint8_t *exact = malloc(captured > 0 ? captured : 1);

                lab_packet(packet);
                packet[octet] = (uint8_t)value;
                memcpy(exact, packet, captured);
                feed((struct ipip_bytes){exact, captured, 104});
                free(exact);
            }
        }
    }
    assert_true(findings > 1000);
    expect_sums();
}

static void test_tunnel_notes_come_once(void **state)
{
    const struct ipip_tunnel_direction lab_direction = {ipip_address_ipv4(0xac10057e), ipip_address_ipv4(0xac10057f),
                                                        IPIP_KIND_IPIP, 0};
    struct ipip_policy policy = ipip_policy_default();
    uint8_t packet[104];
    size_t rule = ipip_rule_find("df-clear-allowed");

    (void)state;
    policy.is_off[ipip_rule_find("IPIP622")] = true; /* it is always the same packet */
    policy.is_off[ipip_rule_find("IPIP624")] = true;
    policy.is_off[ipip_rule_find("IPIP906")] = true;
    start_with(&policy);
    for (int i = 0; i < 50; i++) {
        lab_packet(packet);
        packet[6] = packet[26] = 0; /* no DF in either; checksums */
        packet[10] = 0x2a;
        packet[11] = 0x6b;
        packet[30] = 0x33;
        packet[31] = 0x0a;
        feed(whole(packet, 104));
    }
    assert_int_equal(findings, 1);
    assert_string_equal(last_rule, "IPIP106");
    assert_int_equal(ipip_judge_tunnel_count(judge, &lab_direction, rule), 50);
    assert_int_equal(ipip_judge_verdicts(judge, rule, IPIP_FAIL), 50);
    expect_sums();
}

static void test_many_tunnels(void **state)
{
    uint8_t packet[104];

    (void)state;
    start();
    lab_packet(packet);
    for (unsigned i = 0; i < 100000; i++) {
        packet[13] = (uint8_t)(i >> 16);
        packet[14] = (uint8_t)(i >> 8);
        packet[15] = (uint8_t)i;
        feed(whole(packet, 104));
        if (i % 3 == 0) /* known ones are found again */
            feed(whole(packet, 104));
    }
    assert_int_equal(ipip_judge_counts(judge)->tunnels, 100000);
    assert_int_equal(ipip_judge_losses(judge).tunnels, 0);
    expect_sums();
}

static void test_rules_can_be_off(void **state)
{
    struct ipip_policy policy = ipip_policy_default();
    size_t rule = ipip_rule_find("IPIP109");
    uint8_t packet[104];

    (void)state;
    policy.is_off[rule] = true;
    start_with(&policy);
    lab_packet(packet);
    packet[10]++;
    feed(whole(packet, 104));
    assert_int_equal(findings, 0);
    assert_int_equal(ipip_judge_verdicts(judge, rule, IPIP_NOT_APPLICABLE), 1);
}

static int teardown(void **state)
{
    (void)state;
    ipip_judge_free(judge);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conformant_packet),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_named),
        cmocka_unit_test(test_every_truncation_and_every_octet),
        cmocka_unit_test(test_tunnel_notes_come_once),
        cmocka_unit_test(test_many_tunnels),
        cmocka_unit_test(test_rules_can_be_off),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
