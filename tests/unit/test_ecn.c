/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every cell of every table, typed from the RFCs' own figures: rows by name, in the order in which they print them. */
#include "unit.h"

#include "ipip/ecn.h"

#define N IPIP_NOT_ECT
#define E0 IPIP_ECT0
#define E1 IPIP_ECT1
#define CE IPIP_CE
#define D IPIP_ECN_DROPPED

/* The order of RFC 6040's figures: Not-ECT, ECT(0), ECT(1), CE. */
static const enum ipip_ecn order[] = {N, E0, E1, CE};

static void expect_encap(enum ipip_ecn_encap mode, enum ipip_ecn not_ect, enum ipip_ecn ect0, enum ipip_ecn ect1,
                         enum ipip_ecn ce)
{
    assert_int_equal(ipip_ecn_encap(mode, N), not_ect);
    assert_int_equal(ipip_ecn_encap(mode, E0), ect0);
    assert_int_equal(ipip_ecn_encap(mode, E1), ect1);
    assert_int_equal(ipip_ecn_encap(mode, CE), ce);
}

static void test_encapsulation(void **state)
{
    (void)state;
    expect_encap(IPIP_ECN_NORMAL, N, E0, E1, CE);       /* RFC 6040 Figure 3 */
    expect_encap(IPIP_ECN_COMPATIBILITY, N, N, N, N);   /* RFC 6040 Figure 3 */
    expect_encap(IPIP_ECN_RFC3168_FULL, N, E0, E1, E0); /* RFC 3168 section 9.1.1 */
    expect_encap(IPIP_ECN_RFC3168_LIMITED, N, N, N, N); /* RFC 3168 section 9.1.1 */
    expect_encap(IPIP_ECN_COPY, N, E0, E1, CE);         /* RFC 2003 section 3.1 */
}

/* Rows: arriving inner; columns: arriving outer; both in the order of the figures. */
static void expect_decap(enum ipip_ecn_decap mode, const enum ipip_ecn table[4][4])
{
    for (int i = 0; i < 4; i++) {
        for (int o = 0; o < 4; o++)
            assert_int_equal(ipip_ecn_decap(mode, order[i], order[o]), table[i][o]);
    }
}

static void test_rfc6040(void **state)
{
    static const enum ipip_ecn figure_4[4][4] = {
        {N, N, N, D},
        {E0, E0, E1, CE},
        {E1, E1, E1, CE},
        {CE, CE, CE, CE},
    };

    (void)state;
    expect_decap(IPIP_ECN_DECAP_RFC6040, figure_4);
}

static void test_rfc3168_full(void **state)
{
    static const enum ipip_ecn table[4][4] = {
        {N, N, N, D},
        {E0, E0, E0, CE},
        {E1, E1, E1, CE},
        {CE, CE, CE, CE},
    };

    (void)state;
    expect_decap(IPIP_ECN_DECAP_RFC3168_FULL, table);
}

static void test_rfc3168_limited(void **state)
{
    static const enum ipip_ecn table[4][4] = {
        {N, N, N, D},
        {E0, E0, E0, D},
        {E1, E1, E1, D},
        {CE, CE, CE, CE},
    };

    (void)state;
    expect_decap(IPIP_ECN_DECAP_RFC3168_LIMITED, table);
}

static void test_rfc4301(void **state)
{
    static const enum ipip_ecn table[4][4] = {
        {N, N, N, N},
        {E0, E0, E0, CE},
        {E1, E1, E1, CE},
        {CE, CE, CE, CE},
    };

    (void)state;
    expect_decap(IPIP_ECN_DECAP_RFC4301, table);
}

static void test_overwrite(void **state)
{
    static const enum ipip_ecn table[4][4] = {
        {N, E0, E1, CE},
        {N, E0, E1, CE},
        {N, E0, E1, CE},
        {N, E0, E1, CE},
    };

    (void)state;
    expect_decap(IPIP_ECN_DECAP_OVERWRITE, table);
}

static void test_none(void **state)
{
    static const enum ipip_ecn table[4][4] = {
        {N, N, N, N},
        {E0, E0, E0, E0},
        {E1, E1, E1, E1},
        {CE, CE, CE, CE},
    };

    (void)state;
    expect_decap(IPIP_ECN_DECAP_NONE, table);
}

static void test_reassembly(void **state)
{
    (void)state;
    assert_int_equal(ipip_ecn_reassembled(1 << N, N), N);
    assert_int_equal(ipip_ecn_reassembled(1 << E0, E0), E0);
    assert_int_equal(ipip_ecn_reassembled(1 << E0 | 1 << CE, E0), CE);
    assert_int_equal(ipip_ecn_reassembled(1 << E1 | 1 << CE, CE), CE);
    assert_int_equal(ipip_ecn_reassembled(1 << E0 | 1 << E1 | 1 << CE, E1), CE);
    assert_int_equal(ipip_ecn_reassembled(1 << CE, CE), CE);
    assert_int_equal(ipip_ecn_reassembled(1 << N | 1 << CE, N), D);
    assert_int_equal(ipip_ecn_reassembled(1 << N | 1 << CE, CE), D);
    assert_int_equal(ipip_ecn_reassembled(1 << N | 1 << E0, E0), E0);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(ipip_ecn_name(N), "Not-ECT");
    assert_string_equal(ipip_ecn_name(E1), "ECT(1)");
    assert_string_equal(ipip_ecn_name(E0), "ECT(0)");
    assert_string_equal(ipip_ecn_name(CE), "CE");
    assert_string_equal(ipip_ecn_decap_name(IPIP_ECN_DECAP_RFC6040), "rfc6040");
    assert_null(ipip_ecn_decap_name(IPIP_ECN_DECAP_COUNT));
    assert_string_equal(ipip_ecn_encap_name(IPIP_ECN_NORMAL), "normal");
    assert_null(ipip_ecn_encap_name(IPIP_ECN_ENCAP_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encapsulation), cmocka_unit_test(test_rfc6040),
        cmocka_unit_test(test_rfc3168_full),  cmocka_unit_test(test_rfc3168_limited),
        cmocka_unit_test(test_rfc4301),       cmocka_unit_test(test_overwrite),
        cmocka_unit_test(test_none),          cmocka_unit_test(test_reassembly),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
