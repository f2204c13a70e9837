/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Later fragments that come before the one that shows whose they are. */
#include "unit.h"

#include "ipip/reassembly.h"
#include "pieces.h"

static unsigned given_up;

static enum ipip_reassembly_result to_keep(const struct ipip_layer *layer, const struct piece *piece)
{
    ipip_reassembly_keep(reassembly, layer, ++frame, piece->time);
    return IPIP_REASSEMBLY_HELD;
}

static void keep(struct piece piece)
{
    given(piece, to_keep);
}

static void count_given_up(void *context, const struct ipip_lost_fragment *fragment)
{
    (void)context;
    (void)fragment;
    given_up++;
}

static const struct piece first = {.offset = 0, .bytes = 104, .mf = true};
static const struct piece last = {.offset = 104, .bytes = 96};

static void test_claimed_by_the_first(void **state)
{
    (void)state;
    keep(last);
    assert_int_equal(add(first), IPIP_REASSEMBLY_COMPLETE);
    assert_int_equal(complete.count, 2);
    assert_int_equal(complete.early, 1);
    assert_int_equal(complete.fragments[1].frame, 1);
    assert_int_equal(ipip_reassembly_peer(reassembly).frame, 1);
    for (unsigned i = 0; i < PAYLOAD; i++)
        assert_int_equal(complete.datagram.data[20 + i], payload_octet(i));
    /* It was forgotten with that. */
    assert_int_equal(add(first), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add(last), IPIP_REASSEMBLY_COMPLETE);
    assert_int_equal(complete.early, 0);
}

static void test_claimed_and_incomplete(void **state)
{
    const int64_t limit = (int64_t)IPIP_REASSEMBLY_SECONDS * SECOND;
    struct ipip_expired expired;

    (void)state;
    given_up = 0;
    ipip_reassembly_tell(reassembly, count_given_up, NULL);
    keep((struct piece){.offset = 112, .bytes = 88, .time = 1});
    assert_int_equal(add(first), IPIP_REASSEMBLY_HELD);
    /* Since the one that came first. */
    assert_false(ipip_reassembly_expire(reassembly, limit + 1, &expired));
    assert_true(ipip_reassembly_expire(reassembly, limit + 2, &expired));
    assert_int_equal(expired.frame, 1);
    assert_int_equal(expired.fragments, 2);
    assert_int_equal(given_up, 1);
    assert_int_equal(ipip_reassembly_counts(reassembly)->incomplete, 1);
    assert_int_equal(ipip_reassembly_counts(reassembly)->incomplete_fragments, 1);
}

static void test_unclaimed_is_not_waited_for(void **state)
{
    const int64_t limit = (int64_t)IPIP_REASSEMBLY_SECONDS * SECOND;
    struct ipip_expired expired;

    (void)state;
    given_up = 0;
    ipip_reassembly_tell(reassembly, count_given_up, NULL);
    keep(last);
    assert_false(ipip_reassembly_is_due(reassembly, 2 * limit));
    assert_false(ipip_reassembly_expire(reassembly, 2 * limit, &expired));
    assert_int_equal(add((struct piece){.offset = 0, .bytes = 104, .mf = true, .time = limit + 1}),
                     IPIP_REASSEMBLY_HELD);
    ipip_reassembly_end(reassembly);
    assert_int_equal(given_up, 1);
    keep(last);
    ipip_reassembly_end(reassembly);
    assert_int_equal(given_up, 1);
    assert_int_equal(ipip_reassembly_counts(reassembly)->incomplete, 1);
    assert_int_equal(ipip_reassembly_counts(reassembly)->evicted, 0);
}

static void test_the_oldest_goes(void **state)
{
    (void)state;
    for (unsigned id = 0; id <= IPIP_REASSEMBLY_UNCLAIMED; id++) {
        keep((struct piece){.offset = 104, .bytes = 96, .id = (uint16_t)id});
        keep((struct piece){.offset = 104, .bytes = 96, .id = (uint16_t)id}); /* once more: ignored */
    }
    assert_int_equal(add(first), IPIP_REASSEMBLY_HELD);
    for (unsigned id = 1; id <= IPIP_REASSEMBLY_UNCLAIMED; id++)
        assert_int_equal(add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = (uint16_t)id}),
                         IPIP_REASSEMBLY_COMPLETE);
    assert_int_equal(ipip_reassembly_counts(reassembly)->duplicates, 0);
}

static void test_overlaps_are_forgotten(void **state)
{
    (void)state;
    keep(last);
    keep((struct piece){.offset = 96, .bytes = 104});
    assert_int_equal(add(first), IPIP_REASSEMBLY_HELD);
    assert_int_equal(ipip_reassembly_counts(reassembly)->overlapping, 0);
    assert_int_equal(add(last), IPIP_REASSEMBLY_COMPLETE);
    /* With one that was added they are refused as ever. */
    keep(last);
    assert_int_equal(add((struct piece){.offset = 0, .bytes = 112, .mf = true}), IPIP_REASSEMBLY_OVERLAP);
    assert_int_equal(ipip_reassembly_counts(reassembly)->overlapping, 1);
}

static void test_of_no_use(void **state)
{
    (void)state;
    keep((struct piece){.offset = 104, .bytes = 96, .missing = 1});
    keep((struct piece){.offset = 104, .bytes = 0});
    keep((struct piece){.offset = 65528, .bytes = 96});
    assert_int_equal(add(first), IPIP_REASSEMBLY_HELD);
    assert_int_equal(ipip_reassembly_peer(reassembly).frame, 0);
    keep(last); /* of a datagram that is waited for: whoever calls knows better */
    assert_int_equal(add(last), IPIP_REASSEMBLY_COMPLETE);
}

/* Datagrams that are waited for lose nothing to those of which nothing is known. */
static void test_room(void **state)
{
    unsigned held = 0;

    (void)state;
    for (unsigned id = 0; id < IPIP_REASSEMBLY_DATAGRAMS; id++)
        add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = (uint16_t)id});
    for (unsigned id = 2000; id < 2100; id++)
        keep((struct piece){.offset = 104, .bytes = 96, .id = (uint16_t)id});
    for (unsigned id = 0; id < IPIP_REASSEMBLY_DATAGRAMS; id++)
        held += add((struct piece){.offset = 104, .bytes = 96, .id = (uint16_t)id}) == IPIP_REASSEMBLY_COMPLETE;
    assert_int_equal(held, IPIP_REASSEMBLY_DATAGRAMS);
    for (unsigned id = 0; id < 400; id++) /* 8 MiB and more */
        add((struct piece){.offset = 0, .bytes = 22400, .mf = true, .id = (uint16_t)id});
    assert_true(ipip_reassembly_counts(reassembly)->evicted > 0);
    held = (unsigned)ipip_reassembly_counts(reassembly)->evicted;
    for (unsigned id = 2000; id < 2100; id++)
        keep((struct piece){.offset = 104, .bytes = 24000, .id = (uint16_t)id});
    assert_int_equal(ipip_reassembly_counts(reassembly)->evicted, held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_claimed_by_the_first),
        TEST(test_claimed_and_incomplete),
        TEST(test_unclaimed_is_not_waited_for),
        TEST(test_the_oldest_goes),
        TEST(test_overlaps_are_forgotten),
        TEST(test_of_no_use),
        TEST(test_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
