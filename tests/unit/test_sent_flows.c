/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows that are remembered: as many as there is room for, whatever the seed of the hash. */
#include "unit.h"

#include <string.h>

#include "packet/sent_flows.h"
#include "packet/tcp.h"

enum { FLOWS = 3000, SEEDS = 20, SMALL = 140, LARGE = 1040, BEHIND = 5000 };

static struct ipip_sizes sizes;

static struct ipip_sizes *sizes_of(void *owner, struct ipip_addr src, struct ipip_addr dst, uint64_t sort)
{
    (void)owner;
    (void)src;
    (void)dst;
    (void)sort;
    return &sizes;
}

static void put32(uint8_t *at, uint32_t number)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(number >> (24 - 8 * i));
}

/* A segment of this Total Length. Flow `flow` is one way of its connection, `is_back` the other. */
static struct sent_change add_with(struct sent_flows *flows, uint8_t tcp_flags, uint32_t flow, bool is_back,
                                   uint32_t total, uint32_t seq, uint32_t ack)
{
    static const struct ipip_addr host = IPV4_CONSTANT(0x0a000001), peer = IPV4_CONSTANT(0x0a000002);
    uint8_t octets[40] = {[32] = 5 << 4, [33] = tcp_flags, [34] = 255};
    struct ipip_layer inner = {.bytes = {octets, sizeof octets, total},
                               .ip = {.version = 4,
                                      .header_bytes = 20,
                                      .total_bytes = total,
                                      .protocol = IPIP_PROTOCOL_TCP,
                                      .src = is_back ? peer : host,
                                      .dst = is_back ? host : peer}};
    struct sent_packet packet = {.inner = &inner, .sizes = &sizes, .is_watched = true};
    struct sent_change change;

    put32(octets + 20, is_back ? 443U << 16 | (1024 + flow) : (1024 + flow) << 16 | 443);
    put32(octets + 24, seq);
    put32(octets + 28, ack);
    sent_flows_add(flows, &packet, &change);
    return change;
}

static struct sent_change add(struct sent_flows *flows, uint32_t flow, bool is_back, uint32_t total, uint32_t seq,
                              uint32_t ack)
{
    return add_with(flows, TCP_ACK, flow, is_back, total, seq, ack);
}

/* What was acknowledged is sent once more, in a larger segment: the acknowledgement that follows tells nothing of that one. */
static void test_all_remembered(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        static struct sent_flows flows;

        memset(&sizes, 0, sizeof sizes);
        assert_true(sent_flows_init(&flows, SENT_FLOWS_MAX, seed, sizes_of, NULL));
        for (uint32_t i = 0; i < FLOWS; i++) {
            add(&flows, i, false, SMALL, 1000, 1);
            assert_true(add(&flows, i, true, 40, 1, BEHIND).is_answer);
        }
        assert_int_equal(sizes.acknowledged, SMALL);
        for (uint32_t i = 0; i < FLOWS; i++) {
            add(&flows, i, false, LARGE, 1100, 1);
            assert_false(add(&flows, i, true, 40, 1, BEHIND).is_answer);
        }
        assert_int_equal(sizes.acknowledged, SMALL);
        assert_int_equal(flows.open, 0);
        sent_flows_free(&flows);
    }
}

/* A connection of the same ports counts from another number: what was acknowledged before says nothing of it. */
static void test_another_connection(void **state)
{
    static struct sent_flows flows;

    (void)state;
    for (int has_syn = 0; has_syn < 2; has_syn++) {
        memset(&sizes, 0, sizeof sizes);
        assert_true(sent_flows_init(&flows, SENT_FLOWS_MAX, 1, sizes_of, NULL));
        add(&flows, 0, false, SMALL, 1000, 1);
        assert_true(add(&flows, 0, true, 40, 1, BEHIND).is_answer);
        add(&flows, 1, false, SMALL, 1000, 1); /* another flow, that still waits */
        if (has_syn)
            add_with(&flows, TCP_SYN, 0, false, 40, 0, 0);
        add(&flows, 0, false, LARGE, 1, 1);
        assert_int_equal(add(&flows, 0, true, 40, 1, 1 + LARGE - 40).is_answer, has_syn);
        assert_int_equal(sizes.acknowledged, has_syn ? LARGE : SMALL);
        sent_flows_free(&flows);
    }
}

/* Of more than there is room for the idle ones go; nothing waits for them. */
static void test_forgotten(void **state)
{
    enum { MANY = 20000, KEPT = 4000 };
    static struct sent_flows flows;

    (void)state;
    assert_true(sent_flows_init(&flows, SENT_FLOWS_MAX, 7, sizes_of, NULL));
    for (uint32_t i = 0; i < MANY; i++)
        add(&flows, i, false, SMALL, 1000, 1);
    assert_int_equal(flows.open, flows.rows.count);
    for (uint32_t i = MANY - KEPT; i < MANY; i++)
        assert_true(add(&flows, i, true, 40, 1, BEHIND).is_answer);
    assert_false(add(&flows, 0, true, 40, 1, BEHIND).is_answer);
    assert_int_equal(flows.open, flows.rows.count - KEPT);
    sent_flows_free(&flows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_remembered),
        cmocka_unit_test(test_another_connection),
        cmocka_unit_test(test_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
