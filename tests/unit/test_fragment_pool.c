/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Room for fragments: what was put in comes out, and room that ran out is there again once something is given back. */
#include "unit.h"

#include <string.h>

#include "table/fragment_pool.h"

enum { BLOCKS = 256, OCTETS = FRAGMENT_BLOCK_OCTETS, MANY = 5 * OCTETS + 100 }; /* the smallest pool */

static struct fragment_pool pool;
static uint8_t data[MANY];

static int setup(void **state)
{
    (void)state;
    for (unsigned i = 0; i < MANY; i++)
        data[i] = (uint8_t)(i * 31 + i / 256);
    return !fragment_pool_init(&pool, 0);
}

static int teardown(void **state)
{
    (void)state;
    fragment_pool_free(&pool);
    return 0;
}

/* Stores as much as there is room for, `bytes` each. */
static unsigned fill(uint32_t bytes)
{
    unsigned count = 0;

    while (fragment_pool_store(&pool, data, bytes) != 0)
        count++;
    return count;
}

static void test_octets_come_back(void **state)
{
    static const uint32_t lengths[] = {1, 20, OCTETS - 1, OCTETS, OCTETS + 1, 2 * OCTETS, MANY};
    uint8_t out[MANY + 1];

    (void)state;
    for (unsigned i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        uint32_t piece = fragment_pool_store(&pool, data, lengths[i]);

        assert_int_not_equal(piece, 0);
        for (uint32_t skip = 0; skip < lengths[i]; skip += 59) {
            uint32_t bytes = lengths[i] - skip;

            memset(out, 0xee, sizeof out);
            fragment_pool_fetch(&pool, piece, skip, out, bytes);
            assert_memory_equal(out, data + skip, bytes);
            assert_int_equal(out[bytes], 0xee);
            assert_true(fragment_pool_equal(&pool, piece, skip, data + skip, bytes));
        }
    }
}

static void test_other_octets_differ(void **state)
{
    static const uint32_t places[] = {0, 1, OCTETS - 1, OCTETS, MANY - 1};
    uint32_t piece = fragment_pool_store(&pool, data, MANY);

    (void)state;
    for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
        data[places[i]] ^= 0x10;
        assert_false(fragment_pool_equal(&pool, piece, 0, data, MANY));
        assert_true(fragment_pool_equal(&pool, piece, 0, data, places[i]));
        data[places[i]] ^= 0x10;
    }
    assert_true(fragment_pool_equal(&pool, piece, 0, data, MANY));
}

static void test_room_runs_out_and_recovers(void **state)
{
    uint32_t kept, given_back;

    (void)state;
    kept = fragment_pool_store(&pool, data, 2 * OCTETS);
    given_back = fragment_pool_store(&pool, data + 7, 3 * OCTETS);
    assert_int_equal(fill(OCTETS), BLOCKS - 5);
    assert_int_equal(fragment_pool_store(&pool, data, 1), 0);

    fragment_pool_drop(&pool, given_back);
    assert_int_equal(fragment_pool_store(&pool, data, 4 * OCTETS), 0); /* takes none of the three blocks with it */
    assert_int_equal(fragment_pool_store(&pool, data, 3 * OCTETS + 1), 0);
    given_back = fragment_pool_store(&pool, data + 7, 3 * OCTETS);
    assert_int_not_equal(given_back, 0);
    assert_true(fragment_pool_equal(&pool, given_back, 0, data + 7, 3 * OCTETS));
    assert_true(fragment_pool_equal(&pool, kept, 0, data, 2 * OCTETS));
    assert_int_equal(fill(1), 0);
}

/* However often all of it is taken and given back. */
static void test_no_room_gets_lost(void **state)
{
    uint32_t pieces[BLOCKS / 6];

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < BLOCKS / 6; i++)
            assert_int_not_equal(pieces[i] = fragment_pool_store(&pool, data, MANY), 0);
        assert_int_equal(fragment_pool_store(&pool, data, MANY), 0);
        for (unsigned i = 0; i < BLOCKS / 6; i++)
            fragment_pool_drop(&pool, pieces[(i * 5) % (BLOCKS / 6)]);
    }
    assert_int_equal(fill(OCTETS), BLOCKS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_octets_come_back),
        TEST(test_other_octets_differ),
        TEST(test_room_runs_out_and_recovers),
        TEST(test_no_room_gets_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
