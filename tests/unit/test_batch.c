/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets one by one, many at a time, or read ahead by several parsers: the judge finds the same. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "judge_run.h"
#include "lab.h"

enum { PACKETS = 3000, BYTES = 104 };

static uint8_t octets[PACKETS][BYTES];
static struct ipip_packet packets[PACKETS];

/* The laboratory's packet in one of so many tunnels, with few Identifications, whole or as a fragment, now and then for another one. */
static void make_packets(uint32_t tunnels)
{
    uint32_t random = 12345;

    for (unsigned i = 0; i < PACKETS; i++) {
        uint8_t *p = octets[i];

        random = random * 1664525 + 1013904223;
        from_hex(p, BYTES, LAB_OUTER_2 LAB_INNER_2);
        p[5] = (uint8_t)(random >> 20 & 0x3f);
        p[6] = (uint8_t)(random >> 26 & 1 ? 0x20 : 0);
        p[14] = p[34] = (uint8_t)((random >> 16) % tunnels >> 8);
        p[15] = p[35] = (uint8_t)((random >> 16) % tunnels);
        p[26] = 0;
        packets[i] = (struct ipip_packet){.ip = {p, BYTES, BYTES},
                                          .announced = IPIP_ANNOUNCED_IPV4,
                                          .is_context = (random >> 16 & 15) == 0,
                                          .frame = i + 1U,
                                          .time = (int64_t)i * 1000000};
    }
}

static void one_by_one(struct run *run)
{
    for (unsigned i = 0; i < PACKETS; i++)
        ipip_judge_packets(run->judge, &packets[i], 1);
}

static void assert_same(struct run *run, const struct run *expected)
{
    ipip_judge_end(run->judge);
    assert_int_equal(run->findings, expected->findings);
    assert_int_equal(run->digest, expected->digest);
    assert_memory_equal(ipip_judge_counts(run->judge), ipip_judge_counts(expected->judge),
                        sizeof(struct ipip_judge_counts));
    ipip_judge_free(run->judge);
}

static void assert_same_findings(void)
{
    struct ipip_parser *parsers[2];
    struct ipip_batch *batches[2];
    struct run expected, run;

    run_start(&expected, NULL, 1);
    one_by_one(&expected);
    ipip_judge_end(expected.judge);
    assert_true(expected.findings > 100);

    run_start(&run, NULL, 1);
    ipip_judge_packets(run.judge, packets, PACKETS);
    assert_same(&run, &expected);

    run_start(&run, NULL, 1);
    for (int i = 0; i < 2; i++) {
        parsers[i] = ipip_parser_new(run.judge);
        batches[i] = ipip_batch_new(7);
        assert_non_null(parsers[i]);
        assert_non_null(batches[i]);
    }
    for (unsigned i = 0, turn = 0; i < PACKETS; turn++) {
        while (i < PACKETS && ipip_parser_parse(parsers[turn % 2], batches[turn % 2], &packets[i]))
            i++;
        ipip_judge_batch(run.judge, batches[turn % 2]);
    }
    for (int i = 0; i < 2; i++) {
        ipip_parser_free(parsers[i]);
        ipip_batch_free(batches[i]);
    }
    assert_same(&run, &expected);
    ipip_judge_free(expected.judge);
}

static void test_same_findings(void **state)
{
    (void)state;
    make_packets(16);
    assert_same_findings();
}

/* More than stay in a cache by themselves: their rows are fetched ahead. */
static void test_many_tunnels(void **state)
{
    (void)state;
    make_packets(2000);
    assert_same_findings();
}

/* What is only kept for reassembly is not counted, but completes a datagram that is. */
static void test_context(void **state)
{
    struct ipip_packet fragments[2];
    uint8_t data[2][BYTES];
    struct run run;

    (void)state;
    for (int i = 0; i < 2; i++) {
        from_hex(data[i], BYTES, LAB_OUTER_2 LAB_INNER_2);
        data[i][3] = i == 0 ? 20 + 40 : BYTES - 40;
        data[i][6] = i == 0 ? 0x20 : 0;
        data[i][7] = i == 0 ? 0 : 5;
        fragments[i] = (struct ipip_packet){.ip = {data[i], data[i][3], data[i][3]}, .is_context = i == 0};
    }
    run_start(&run, NULL, 1);
    ipip_judge_packets(run.judge, fragments, 2);
    assert_int_equal(ipip_judge_counts(run.judge)->packets[IPIP_PACKET_TUNNEL], 1);
    assert_int_equal(ipip_judge_stack(run.judge)->count, 2);
    assert_int_equal(ipip_judge_reassembly_counts(run.judge)->complete, 1);
    ipip_judge_free(run.judge);
}

/* No octet of a packet is there. */
static void test_empty(void **state)
{
    const struct ipip_packet empty[] = {{.ip = {NULL, 0, 0}}, {.ip = {NULL, 0, 100}}, {.is_context = true}};
    struct run run;

    (void)state;
    run_start(&run, NULL, 1);
    ipip_judge_packets(run.judge, NULL, 0);
    ipip_judge_packets(run.judge, empty, 3);
    assert_int_equal(ipip_judge_counts(run.judge)->packets[IPIP_PACKET_PLAIN], 1);
    assert_int_equal(ipip_judge_counts(run.judge)->packets[IPIP_PACKET_TRUNCATED], 1);
    assert_int_equal(ipip_judge_stack(run.judge)->count, 0);
    ipip_judge_free(run.judge);
}

enum { SEEN_MAX = 8 };

struct seen {
    struct ipip_judge *judge;
    unsigned count;
    bool stays[SEEN_MAX];
    const struct ipip_stack *stacks[SEEN_MAX];
    struct ipip_stack then[SEEN_MAX];
};

static void see(void *context, const struct ipip_packet *packet, const struct ipip_stack *stack)
{
    struct seen *seen = context;

    (void)packet;
    seen->stays[seen->count] = ipip_judge_stack_stays(seen->judge);
    seen->stacks[seen->count] = stack;
    seen->then[seen->count++] = *stack;
}

/* Layers that stay are there when the whole batch is judged; those of fragments and of what they complete need not be. */
static void test_stack_stays(void **state)
{
    static const uint8_t offsets[SEEN_MAX][2] = {{0x40, 0}, {0x20, 0}, {0x40, 0}, {0, 5}, {0x20, 0}, {0x40, 0}};
    enum { COUNT = 6 };
    uint8_t data[COUNT][BYTES];
    struct seen seen = {.count = 0};
    struct ipip_parser *parser;
    struct ipip_batch *batch = ipip_batch_new(COUNT);
    struct run run;

    (void)state;
    run_start(&run, NULL, 1);
    parser = ipip_parser_new(run.judge);
    seen.judge = run.judge;
    ipip_judge_set_observer(run.judge, see, &seen);
    assert_non_null(batch);
    assert_non_null(parser);
    for (unsigned i = 0; i < COUNT; i++) {
        bool is_fragment = offsets[i][0] != 0x40;
        struct ipip_packet packet = {.frame = i + 1U, .time = (int64_t)i * 1000000};

        from_hex(data[i], BYTES, LAB_OUTER_2 LAB_INNER_2);
        data[i][6] = offsets[i][0];
        data[i][7] = offsets[i][1];
        if (is_fragment)
            data[i][3] = offsets[i][1] == 0 ? 20 + 40 : BYTES - 40;
        else
            data[i][5] = (uint8_t)(0x40 + i);
        packet.ip = whole(data[i], data[i][3]);
        assert_true(ipip_parser_parse(parser, batch, &packet));
    }
    ipip_judge_batch(run.judge, batch);
    assert_int_equal(seen.count, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(seen.stays[i], offsets[i][0] == 0x40);
        if (!seen.stays[i])
            continue;
        assert_int_equal(seen.stacks[i]->count, 2);
        assert_memory_equal(seen.stacks[i]->layers, seen.then[i].layers, 2 * sizeof *seen.then[i].layers);
        assert_ptr_equal(seen.stacks[i]->layers[0].bytes.data, data[i]);
    }
    /* Two fragments were one datagram, with two headers, which stand where the next one goes: so these are gone. */
    assert_int_equal(seen.then[3].count, 2);
    assert_ptr_equal(seen.stacks[3], seen.stacks[4]);
    assert_int_equal(seen.stacks[3]->count, 1);
    ipip_batch_free(batch);
    ipip_parser_free(parser);
    run_finish(&run);
}

static void test_full(void **state)
{
    struct ipip_batch *batch = ipip_batch_new(1);
    struct ipip_parser *parser;
    struct run run;

    (void)state;
    make_packets(16);
    assert_null(ipip_batch_new(SIZE_MAX / 2));
    run_start(&run, NULL, 1);
    parser = ipip_parser_new(run.judge);
    assert_true(ipip_parser_parse(parser, batch, &packets[0]));
    assert_false(ipip_parser_parse(parser, batch, &packets[1]));
    ipip_judge_batch(run.judge, batch);
    assert_true(ipip_parser_parse(parser, batch, &packets[1]));
    ipip_batch_free(batch);
    ipip_parser_free(parser);
    ipip_judge_free(run.judge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_findings), cmocka_unit_test(test_many_tunnels), cmocka_unit_test(test_context),
        cmocka_unit_test(test_empty),         cmocka_unit_test(test_full),         cmocka_unit_test(test_stack_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
