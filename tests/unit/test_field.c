/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "ipip/field.h"

static void expect(unsigned fields, uint8_t offset, uint8_t count)
{
    struct ipip_octets octets = ipip_field_octets(fields);

    assert_int_equal(octets.offset, offset);
    assert_int_equal(octets.count, count);
}

/* RFC 791 section 3.1. */
static void test_ipv4(void **state)
{
    (void)state;
    expect(IPIP_FIELD_VERSION, 0, 1);
    expect(IPIP_FIELD_TCLASS, 1, 1);
    expect(IPIP_FIELD_TOTAL_LENGTH, 2, 2);
    expect(IPIP_FIELD_ID, 4, 2);
    expect(IPIP_FIELD_FLAGS, 6, 1);
    expect(IPIP_FIELD_FRAGMENT, 6, 2);
    expect(IPIP_FIELD_TTL, 8, 1);
    expect(IPIP_FIELD_PROTOCOL, 9, 1);
    expect(IPIP_FIELD_CHECKSUM, 10, 2);
    expect(IPIP_FIELD_SRC, 12, 4);
    expect(IPIP_FIELD_DST, 16, 4);
    expect(IPIP_FIELD_OPTIONS, 20, 40);
    expect(IPIP_FIELDS_FIXED, 0, 20);
    expect(IPIP_FIELD_FLOW_LABEL, 0, 0);
}

/* RFC 792, RFC 1191 section 4. */
static void test_icmp(void **state)
{
    (void)state;
    expect(IPIP_FIELD_ICMP_TYPE, 0, 1);
    expect(IPIP_FIELD_ICMP_CODE, 1, 1);
    expect(IPIP_FIELD_ICMP_POINTER, 4, 1);
    expect(IPIP_FIELD_ICMP_MTU, 6, 2);
}

static void test_from_first_to_last(void **state)
{
    (void)state;
    expect(0, 0, 0);
    expect(IPIP_FIELD_SRC | IPIP_FIELD_DST, 12, 8);
    expect(IPIP_FIELD_TTL | IPIP_FIELD_TCLASS, 1, 8);
    expect(IPIP_FIELD_FLAGS | IPIP_FIELD_FRAGMENT, 6, 2);
    expect(IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_POINTER, 0, 5);
}

/* RFC 8200 section 3. */
static void test_ipv6(void **state)
{
    static const struct {
        unsigned fields;
        struct ipip_octets octets;
    } known[] = {
        {IPIP_FIELD_TCLASS, {0, 2}},
        {IPIP_FIELD_FLOW_LABEL, {1, 3}},
        {IPIP_FIELD_TOTAL_LENGTH, {4, 2}},
        {IPIP_FIELD_PROTOCOL, {6, 1}},
        {IPIP_FIELD_TTL, {7, 1}},
        {IPIP_FIELD_SRC, {8, 16}},
        {IPIP_FIELD_DST, {24, 16}},
        {IPIP_FIELD_SRC | IPIP_FIELD_DST, {8, 32}},
        {IPIP_FIELD_CHECKSUM | IPIP_FIELD_ID | IPIP_FIELD_FRAGMENT, {0, 0}},
        {IPIP_FIELD_CHECKSUM | IPIP_FIELD_TTL, {7, 1}},
        {IPIP_FIELD_OPTIONS, {40, 215}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct ipip_octets octets = ipip_field_octets_ipv6(known[i].fields);

        assert_int_equal(octets.offset, known[i].octets.offset);
        assert_int_equal(octets.count, known[i].octets.count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipv6),
        cmocka_unit_test(test_ipv4),
        cmocka_unit_test(test_icmp),
        cmocka_unit_test(test_from_first_to_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
