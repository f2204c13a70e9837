/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long fragments wait for the rest of their datagram, and what is remembered and told of them. */
#include "unit.h"

#include "ipip/reassembly.h"
#include "pieces.h"

static void test_time(void **state)
{
    int64_t limit = (int64_t)IPIP_REASSEMBLY_SECONDS * SECOND;

    (void)state;
    add((struct piece){.offset = 0, .bytes = 104, .mf = true, .time = 5 * (int64_t)SECOND});
    assert_int_equal(add((struct piece){.offset = 104, .bytes = 96, .time = 5 * (int64_t)SECOND + limit}),
                     IPIP_REASSEMBLY_COMPLETE);
    add((struct piece){.offset = 0, .bytes = 104, .mf = true, .time = 0});
    assert_int_equal(add((struct piece){.offset = 104, .bytes = 96, .time = limit + 1}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(ipip_reassembly_counts(reassembly)->incomplete, 1);
    assert_int_equal(ipip_reassembly_counts(reassembly)->incomplete_fragments, 1);
}

static void test_memory_is_bounded(void **state)
{
    (void)state;
    /* Far more than the table and the pool hold, from ever new datagrams: the oldest ones go. */
    for (unsigned i = 0; i < 200000; i++)
        add((struct piece){.offset = 8 * (i % 100), .bytes = 1400, .mf = true, .id = (uint16_t)i});
    assert_true(ipip_reassembly_counts(reassembly)->evicted > 100000);
    /* And what comes now is still put together. */
    add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = 9, .tos = 4});
    assert_true(add((struct piece){.offset = 104, .bytes = 96, .id = 9, .tos = 4}) == IPIP_REASSEMBLY_COMPLETE ||
                ipip_reassembly_counts(reassembly)->overlapping > 0);
}

static void test_remembered_for_copies(void **state)
{
    (void)state;
    ipip_reassembly_remember(reassembly);
    assert_int_equal(add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = 1}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = 1}), IPIP_REASSEMBLY_DUPLICATE);
    assert_int_equal(add((struct piece){.offset = 104, .bytes = 96, .mf = false, .id = 1}), IPIP_REASSEMBLY_COMPLETE);
    /* Each fragment once more, and with the last one the datagram, too. */
    assert_int_equal(add((struct piece){.offset = 104, .bytes = 96, .mf = false, .id = 1}), IPIP_REASSEMBLY_DUPLICATE);
    assert_int_equal(ipip_reassembly_peer(reassembly).frame, 3);
    assert_int_equal(add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = 1}), IPIP_REASSEMBLY_COMPLETE);
    assert_int_equal(complete.fragments[0].frame, 5);
    /* Other octets are another datagram. */
    assert_int_equal(add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = 1, .differs = 1}),
                     IPIP_REASSEMBLY_HELD);
    /* What was refused stays so. */
    assert_int_equal(add((struct piece){.offset = 48, .bytes = 104, .mf = true, .id = 1, .differs = 2}),
                     IPIP_REASSEMBLY_OVERLAP);
    assert_int_equal(add((struct piece){.offset = 104, .bytes = 96, .mf = false, .id = 1}), IPIP_REASSEMBLY_REFUSED);
    ipip_reassembly_end(reassembly);
    assert_int_equal(ipip_reassembly_counts(reassembly)->incomplete, 0);
}

static void test_expiry(void **state)
{
    struct ipip_expired expired;
    int64_t second = SECOND;

    (void)state;
    add((struct piece){.offset = 8, .bytes = 8, .mf = true, .id = 1, .time = 0});
    add((struct piece){.offset = 8, .bytes = 8, .mf = true, .id = 2, .time = second});
    add((struct piece){
        .offset = 16, .bytes = 8, .mf = true, .id = 1, .time = 50 * second}); /* it is the first one that counts */
    assert_false(ipip_reassembly_expire(reassembly, 60 * second, &expired));
    assert_true(ipip_reassembly_expire(reassembly, 60 * second + 1, &expired));
    assert_int_equal(expired.id, 1);
    assert_int_equal(expired.frame, 1);
    assert_int_equal(expired.fragments, 2);
    assert_ipv4(expired.src, 0xac10057e);
    assert_ipv4(expired.dst, 0xac10057f);
    assert_int_equal(expired.header_bytes, 20);
    assert_false(ipip_reassembly_expire(reassembly, 61 * second, &expired));
    assert_true(ipip_reassembly_expire(reassembly, INT64_MAX, &expired));
    assert_int_equal(expired.id, 2);
    assert_false(ipip_reassembly_expire(reassembly, INT64_MAX, &expired));
    add((struct piece){.offset = 8, .bytes = 8, .mf = true, .id = 1, .time = INT64_MIN});
    add((struct piece){.offset = 8, .bytes = 8, .mf = true, .id = 2, .time = INT64_MAX - 1});
    assert_true(ipip_reassembly_expire(reassembly, INT64_MAX, &expired));
    assert_int_equal(expired.id, 1);
    assert_false(ipip_reassembly_expire(reassembly, INT64_MAX, &expired));
}

/* Times that go back and forth, and datagrams that become complete between. */
static void test_expiry_is_in_order_of_frames(void **state)
{
    enum { COUNT = 1000 };
    static int64_t times[COUNT]; /* by id; -1: not under way */
    static uint64_t frames[COUNT];
    struct ipip_expired expired;
    uint32_t random = 1;
    unsigned total = 0;

    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        random = random * 1664525 + 1013904223;
        times[i] = (int64_t)(random >> 16) % 97 * SECOND;
        assert_int_equal(add((struct piece){.bytes = 8, .mf = true, .id = (uint16_t)i, .time = times[i]}),
                         IPIP_REASSEMBLY_HELD);
        frames[i] = frame;
    }
    for (unsigned i = 0; i < COUNT; i += 3) {
        assert_int_equal(add((struct piece){.offset = 8, .bytes = 8, .id = (uint16_t)i, .time = times[i]}),
                         IPIP_REASSEMBLY_COMPLETE);
        times[i] = -1;
    }
    for (int64_t now = 60; now <= 160; now += 20) {
        for (unsigned i = 0; i < COUNT; i++) {
            if (times[i] < 0 || times[i] + (int64_t)IPIP_REASSEMBLY_SECONDS * SECOND >= now * SECOND)
                continue;
            assert_true(ipip_reassembly_expire(reassembly, now * SECOND, &expired));
            assert_int_equal(expired.id, i);
            assert_int_equal(expired.frame, frames[i]);
            assert_int_equal(expired.time, times[i]);
            times[i] = -1;
            total++;
        }
        assert_false(ipip_reassembly_expire(reassembly, now * SECOND, &expired));
    }
    assert_int_equal(total, COUNT - (COUNT + 2) / 3);
}

static void test_end(void **state)
{
    (void)state;
    add((struct piece){.offset = 0, .bytes = 8, .mf = true});
    add((struct piece){.offset = 16, .bytes = 8, .mf = true});
    add((struct piece){.offset = 0, .bytes = 8, .mf = true, .id = 2});
    ipip_reassembly_end(reassembly);
    assert_int_equal(ipip_reassembly_counts(reassembly)->incomplete, 2);
    assert_int_equal(ipip_reassembly_counts(reassembly)->incomplete_fragments, 3);
    assert_int_equal(ipip_reassembly_counts(reassembly)->evicted, 0);
}

static void note_given_up(void *context, const struct ipip_lost_fragment *given_up)
{
    *(uint64_t *)context |= (uint64_t)1 << given_up->frame;
}

/* Whoever keeps something for each fragment that is held learns when it is held no longer. */
static void test_given_up_is_told(void **state)
{
    uint64_t told = 0;

    (void)state;
    ipip_reassembly_tell(reassembly, note_given_up, &told);
    assert_int_equal(add((struct piece){.id = 1, .offset = 0, .bytes = 8, .mf = true}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.id = 1, .offset = 8, .bytes = 8}), IPIP_REASSEMBLY_COMPLETE);
    assert_int_equal(told, 0);
    assert_int_equal(add((struct piece){.id = 2, .offset = 0, .bytes = 16, .mf = true}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.id = 2, .offset = 8, .bytes = 16, .mf = true}), IPIP_REASSEMBLY_OVERLAP);
    assert_int_equal(told, 1 << 3);
    assert_int_equal(add((struct piece){.id = 3, .offset = 0, .bytes = 8, .mf = true}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.id = 3, .offset = 8, .bytes = 8, .mf = true}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.id = 3, .offset = 16, .bytes = 8, .time = (int64_t)61 * SECOND}),
                     IPIP_REASSEMBLY_HELD); /* of another one, as those before are too old */
    assert_int_equal(told, 1 << 3 | 1 << 5 | 1 << 6);
    ipip_reassembly_end(reassembly);
    assert_int_equal(told, 1 << 3 | 1 << 5 | 1 << 6 | 1 << 7);
}

/* What is only remembered was complete, or told already. */
static void test_remembered_is_not_told(void **state)
{
    uint64_t told = 0;

    (void)state;
    ipip_reassembly_remember(reassembly);
    ipip_reassembly_tell(reassembly, note_given_up, &told);
    assert_int_equal(add((struct piece){.id = 1, .offset = 0, .bytes = 8, .mf = true}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.id = 1, .offset = 8, .bytes = 8}), IPIP_REASSEMBLY_COMPLETE);
    assert_int_equal(add((struct piece){.id = 2, .offset = 0, .bytes = 16, .mf = true}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.id = 2, .offset = 8, .bytes = 16, .mf = true}), IPIP_REASSEMBLY_OVERLAP);
    ipip_reassembly_end(reassembly);
    assert_int_equal(told, 1 << 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_time),
        TEST(test_memory_is_bounded),
        TEST(test_remembered_for_copies),
        TEST(test_expiry),
        TEST(test_expiry_is_in_order_of_frames),
        TEST(test_end),
        TEST(test_given_up_is_told),
        TEST(test_remembered_is_not_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
