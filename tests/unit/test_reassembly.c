/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "ipip/reassembly.h"
#include "pieces.h"

static void expect_whole(unsigned fragments)
{
    assert_int_equal(complete.count, fragments);
    assert_int_equal(complete.datagram.captured, 20 + PAYLOAD);
    assert_int_equal(complete.datagram.wire, 20 + PAYLOAD);
    assert_int_equal(complete.datagram.data[2] << 8 | complete.datagram.data[3], 20 + PAYLOAD);
    assert_int_equal(complete.datagram.data[6] & 0x3f, 0); /* no MF, no offset */
    assert_int_equal(complete.datagram.data[7], 0);
    assert_true(ipip_ipv4_checksum_ok(complete.datagram.data, 20));
    for (unsigned i = 0; i < PAYLOAD; i++)
        assert_int_equal(complete.datagram.data[20 + i], payload_octet(i));
}

static void test_in_order(void **state)
{
    (void)state;
    assert_int_equal(add((struct piece){.offset = 0, .bytes = 104, .mf = true}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.offset = 104, .bytes = 96}), IPIP_REASSEMBLY_COMPLETE);
    expect_whole(2);
    assert_int_equal(complete.fragments[0].frame, 1);
    assert_int_equal(complete.fragments[1].frame, 2);
    assert_int_equal(complete.fragments[1].offset, 104);
    assert_int_equal(complete.fragments[1].bytes, 96);
    assert_int_equal(complete.fragments[1].header[7], 104 / 8);
}

static void test_every_order_of_four(void **state)
{
    static const struct piece pieces[] = {
        {.offset = 0, .bytes = 8, .mf = true},
        {.offset = 8, .bytes = 64, .mf = true},
        {.offset = 72, .bytes = 8, .mf = true},
        {.offset = 80, .bytes = 120},
    };

    (void)state;
    for (unsigned order = 0; order < 256; order++) {
        unsigned at[] = {order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6};
        unsigned seen = 0;

        for (int i = 0; i < 4; i++)
            seen |= 1U << at[i];
        if (seen != 15)
            continue;
        for (int i = 0; i < 3; i++)
            assert_int_equal(add(pieces[at[i]]), IPIP_REASSEMBLY_HELD);
        assert_int_equal(add(pieces[at[3]]), IPIP_REASSEMBLY_COMPLETE);
        expect_whole(4);
    }
    assert_int_equal(ipip_reassembly_counts(reassembly)->complete, 24);
}

static void test_duplicates_are_ignored(void **state)
{
    struct piece first = {.offset = 0, .bytes = 104, .mf = true};

    (void)state;
    add(first);
    assert_int_equal(add(first), IPIP_REASSEMBLY_DUPLICATE);
    assert_int_equal(add((struct piece){.offset = 104, .bytes = 96}), IPIP_REASSEMBLY_COMPLETE);
    expect_whole(2);
}

/* What a capture has twice is whole twice, also where the room was another datagram's, of which only one fragment came again. */
static void test_whole_again(void **state)
{
    enum { MANY = 3000 };
    struct piece first = {.offset = 0, .bytes = 104, .mf = true}, last = {.offset = 104, .bytes = 96};
    unsigned which; /* in an order that is not that of the room */

    (void)state;
    ipip_reassembly_remember(reassembly);
    for (unsigned id = 0; id < MANY; id++) {
        first.id = last.id = (uint16_t)id;
        assert_int_equal(add(first), IPIP_REASSEMBLY_HELD);
        assert_int_equal(add(last), IPIP_REASSEMBLY_COMPLETE);
        which = id * 2654435761U >> 30;
        assert_int_equal(add(which == 0 ? last : first), IPIP_REASSEMBLY_DUPLICATE);
        if (which == 1) {
            assert_int_equal(add(last), IPIP_REASSEMBLY_COMPLETE);
            expect_whole(2);
        }
    }
}

static void test_overlaps_are_refused(void **state)
{
    static const struct piece overlapping[] = {
        {.offset = 96, .bytes = 104},                          /* 8 octets of the first one again */
        {.offset = 0, .bytes = 96, .mf = true},                /* inside the first one */
        {.offset = 0, .bytes = 112, .mf = true},               /* around the first one */
        {.offset = 0, .bytes = 104, .mf = true, .differs = 1}, /* the same range with other octets */
        {.offset = 0, .bytes = 104},                           /* the same octets, but they end the datagram */
        {.offset = 40, .bytes = 8, .mf = true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof overlapping / sizeof overlapping[0]; i++) {
        add((struct piece){.offset = 0, .bytes = 104, .mf = true});
        assert_int_equal(add((struct piece){.offset = 104, .bytes = 16, .mf = true}), IPIP_REASSEMBLY_HELD);
        assert_int_equal(add(overlapping[i]), IPIP_REASSEMBLY_OVERLAP);
        assert_int_equal(ipip_reassembly_counts(reassembly)->overlapping, i + 1);
    }
}

static void test_contradicting_ends_are_refused(void **state)
{
    (void)state;
    add((struct piece){.offset = 104, .bytes = 96});
    assert_int_equal(add((struct piece){.offset = 200, .bytes = 8, .mf = true}), IPIP_REASSEMBLY_OVERLAP);
    add((struct piece){.offset = 104, .bytes = 96, .id = 2});
    assert_int_equal(add((struct piece){.offset = 208, .bytes = 8, .id = 2}), IPIP_REASSEMBLY_OVERLAP);
    add((struct piece){.offset = 208, .bytes = 8, .mf = true, .id = 3});
    assert_int_equal(add((struct piece){.offset = 104, .bytes = 96, .id = 3}), IPIP_REASSEMBLY_OVERLAP);
}

static void test_ids_are_kept_apart(void **state)
{
    (void)state;
    for (uint16_t id = 0; id < 500; id++)
        assert_int_equal(add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = id}), IPIP_REASSEMBLY_HELD);
    for (uint16_t id = 0; id < 500; id++) {
        assert_int_equal(add((struct piece){.offset = 104, .bytes = 96, .id = id}), IPIP_REASSEMBLY_COMPLETE);
        expect_whole(2);
        assert_int_equal(complete.datagram.data[4] << 8 | complete.datagram.data[5], id);
    }
}

static void test_cut_fragments_are_not_used(void **state)
{
    (void)state;
    for (uint32_t missing = 1; missing <= 104; missing++)
        assert_int_equal(add((struct piece){.offset = 0, .bytes = 104, .mf = true, .missing = missing}),
                         IPIP_REASSEMBLY_CUT);
    ipip_reassembly_end(reassembly);
    assert_int_equal(ipip_reassembly_counts(reassembly)->incomplete, 0);
}

static void test_ecn_of_the_whole(void **state)
{
    (void)state;
    add((struct piece){.offset = 0, .bytes = 104, .mf = true, .tos = IPIP_ECT0});
    add((struct piece){.offset = 104, .bytes = 96, .tos = IPIP_CE});
    assert_int_equal(complete.ecn, IPIP_CE);
    assert_int_equal(complete.datagram.data[1], IPIP_ECT0); /* the header is that of the first fragment */
    add((struct piece){.offset = 0, .bytes = 104, .mf = true, .tos = IPIP_NOT_ECT});
    add((struct piece){.offset = 104, .bytes = 96, .tos = IPIP_CE});
    assert_int_equal(complete.ecn, IPIP_ECN_DROPPED);
}

static void test_largest_datagram(void **state)
{
    enum { STEP = 1480 };
    unsigned offset = 0;

    (void)state;
    for (; offset + STEP < 65515; offset += STEP)
        assert_int_equal(add((struct piece){.offset = offset, .bytes = STEP, .mf = true}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.offset = offset, .bytes = 65515 - offset}), IPIP_REASSEMBLY_COMPLETE);
    assert_int_equal(complete.datagram.wire, 65535);
    assert_int_equal(add((struct piece){.offset = 65512, .bytes = 8, .mf = true}), IPIP_REASSEMBLY_TOO_LARGE);
    assert_int_equal(add((struct piece){.offset = 65512, .bytes = 3}), IPIP_REASSEMBLY_HELD);
}

static void test_tiny_fragments(void **state)
{
    (void)state;
    /* As many as there are offsets: 8 octets each. */
    for (unsigned offset = 0; offset + 8 < 65512; offset += 8)
        assert_int_equal(add((struct piece){.offset = offset, .bytes = 8, .mf = true}), IPIP_REASSEMBLY_HELD);
    assert_int_equal(add((struct piece){.offset = 65504, .bytes = 8}), IPIP_REASSEMBLY_COMPLETE);
    assert_int_equal(complete.count, 8189);
}

static void test_peers(void **state)
{
    struct ipip_fragment_peer peer;

    (void)state;
    add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = 1});
    assert_int_equal(ipip_reassembly_peer(reassembly).frame, 0);
    add((struct piece){.offset = 96, .bytes = 48, .mf = true, .id = 1}); /* the same octets where they overlap */
    peer = ipip_reassembly_peer(reassembly);
    assert_true(peer.is_overlapping && !peer.is_conflicting);
    assert_int_equal(peer.frame, 1);
    add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = 2});
    add((struct piece){.offset = 96, .bytes = 48, .mf = true, .id = 2, .differs = 1});
    assert_true(ipip_reassembly_peer(reassembly).is_conflicting);
    add((struct piece){.offset = 0, .bytes = 104, .mf = true, .id = 3, .tos = 1});
    add((struct piece){.offset = 104, .bytes = 48, .mf = true, .id = 3, .tos = 2}); /* ECT(1) with ECT(0) is no fault */
    assert_int_equal(ipip_reassembly_peer(reassembly).disagreements, 0);
    add((struct piece){.offset = 152, .bytes = 8, .mf = true, .id = 3, .tos = 4});
    assert_int_equal(ipip_reassembly_peer(reassembly).disagreements, IPIP_DISAGREE_DSCP | IPIP_DISAGREE_ECN);
    add((struct piece){.offset = 8, .bytes = 96, .mf = false, .id = 4});
    add((struct piece){.offset = 104, .bytes = 8, .mf = false, .id = 4});
    assert_int_equal(ipip_reassembly_peer(reassembly).disagreements, IPIP_DISAGREE_END);
}

static void test_many_fragments_in_any_order(void **state)
{
    enum { COUNT = 4093 };                                              /* a prime: every step meets each once */
    static const unsigned steps[] = {1, COUNT - 1, 2, 128, 1597, 2531}; /* in order, backwards, in turns, mixed */

    (void)state;
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        for (unsigned i = 0; i < COUNT; i++) {
            unsigned at = (unsigned)((uint64_t)i * steps[s] % COUNT);
            struct piece piece = {.offset = 8 * at, .bytes = 8, .mf = at < COUNT - 1};

            assert_int_equal(add(piece), i < COUNT - 1 ? IPIP_REASSEMBLY_HELD : IPIP_REASSEMBLY_COMPLETE);
        }
        assert_int_equal(complete.count, COUNT);
        assert_int_equal(complete.datagram.captured, 20 + 8 * COUNT);
        for (unsigned i = 0; i < 8 * COUNT; i++)
            assert_int_equal(complete.datagram.data[20 + i], payload_octet(i));
        for (unsigned i = 0; i < COUNT; i++)
            assert_int_equal(complete.fragments[i].offset, 8 * i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_in_order),
        TEST(test_every_order_of_four),
        TEST(test_duplicates_are_ignored),
        TEST(test_whole_again),
        TEST(test_overlaps_are_refused),
        TEST(test_contradicting_ends_are_refused),
        TEST(test_ids_are_kept_apart),
        TEST(test_cut_fragments_are_not_used),
        TEST(test_ecn_of_the_whole),
        TEST(test_largest_datagram),
        TEST(test_tiny_fragments),
        TEST(test_peers),
        TEST(test_many_fragments_in_any_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
