/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of rows against a list: whatever is found, added, removed and given up, in places far from where they should be, too. */
#include "unit.h"

#include <string.h>

#include "packet/fingerprint.h"
#include "table/lru.h"

enum { ROWS = 2048, STEPS = 30000, EACH = 500 };

/* The hashes of the rows that are there; 0: free. */
static uint64_t hashes[ROWS + 1];

static uint32_t random_next(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static uint32_t row_of(uint64_t hash)
{
    for (uint32_t row = 1; row <= ROWS; row++) {
        if (hashes[row] == hash)
            return row;
    }
    return 0;
}

static void assert_all_found(const struct lru *lru)
{
    uint32_t count = 0;

    for (uint32_t row = 1; row <= ROWS; row++) {
        if (hashes[row] == 0)
            continue;
        count++;
        assert_int_equal(lru_peek(lru, hashes[row]), row);
        assert_true(*(const uint64_t *)lru_row(lru, row) == hashes[row]);
    }
    assert_int_equal(lru->count, count);
}

static void get(struct lru *lru, uint64_t hash)
{
    bool is_full = lru->count == ROWS;
    uint32_t oldest = lru->oldest;
    uint32_t expected = row_of(hash);
    bool is_new;
    uint32_t row = lru_get(lru, hash, &is_new);
    uint64_t *octets = lru_row(lru, row);

    assert_int_equal(is_new, expected == 0);
    if (is_new) {
        if (is_full)
            hashes[oldest] = 0;
        assert_int_equal(hashes[row], 0);
        assert_int_equal(*octets, 0);
        hashes[row] = *octets = hash;
    } else {
        assert_int_equal(row, expected);
    }
}

/* Hashes whose lower halves are so many different ones, and whose upper halves are a few more than there are rows. */
static void run(uint32_t lower, uint32_t upper, unsigned removed_of_8)
{
    uint32_t state = lower + 1;
    struct lru lru;

    memset(hashes, 0, sizeof hashes);
    assert_true(lru_init(&lru, sizeof(uint64_t), ROWS, 7));
    for (unsigned step = 0; step < STEPS; step++) {
        uint64_t hash = (uint64_t)(random_next(&state) % upper + 1) << 32 | random_next(&state) % lower;
        uint32_t row = lru_peek(&lru, hash);

        assert_int_equal(row, row_of(hash));
        lru_prefetch_row(&lru, hash);
        if (random_next(&state) % 8 >= removed_of_8) {
            get(&lru, hash);
        } else if (row != 0) {
            lru_remove(&lru, row);
            hashes[row] = 0;
        }
        if (step % EACH == 0)
            assert_all_found(&lru);
    }
    assert_all_found(&lru);
    lru_free(&lru);
}

static void test_scattered(void **state)
{
    (void)state;
    run(1 << 20, 1 << 20, 0);
    run(1 << 20, 1 << 20, 4);
}

/* Both directions of a pair of addresses have hashes that differ in the last bit. */
static void test_pairs(void **state)
{
    (void)state;
    run(2, 1500, 0);
    run(2, 1500, 3);
}

/* All want the same place. */
static void test_one_place(void **state)
{
    (void)state;
    run(1, 900, 2);
    run(1, 3000, 1);
}

/* Steps from where a row should be to where it is, in all. */
static uint64_t steps(const struct lru *lru)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i <= lru->place_mask; i++) {
        if (lru->places[i] != 0)
            sum += (i - lru_node(lru, lru_row_at(lru->places[i]))->hash) & lru->place_mask;
    }
    return sum;
}

/* Sites with some hosts each, as networks are numbered: whatever the keys, they must not come to lie in a few places. */
static void test_numbered_addresses(void **state)
{
    enum { SEEDS = 2000, SITES = 64, HOSTS = 8, STEPS_EACH = 4 };

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct lru lru;
        bool is_new;

        assert_true(lru_init_whole(&lru, sizeof(uint64_t), 2 * SITES * HOSTS, seed));
        for (uint32_t site = 0; site < SITES; site++) {
            for (uint32_t host = 0; host < HOSTS; host++) {
                uint32_t here = 0x0a000002 + (site << 8) + host;
                uint32_t there = 0x0a800002 + host;

                lru_get(&lru, fingerprint_of_ipv4(&lru.keys, here, there), &is_new);
                lru_get(&lru, fingerprint_of_ipv4(&lru.keys, there, here), &is_new);
            }
        }
        assert_int_equal(lru.count, 2 * SITES * HOSTS);
        assert_true(steps(&lru) <= STEPS_EACH * (size_t)lru.count);
        lru_free(&lru);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbered_addresses),
        cmocka_unit_test(test_scattered),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_one_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
