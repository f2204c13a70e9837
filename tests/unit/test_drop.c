/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "ipip/drop.h"
#include "lab.h"

static uint8_t packet[104];
static struct ipip_stack stack;

static void sum_up(uint8_t *header)
{
    uint16_t checksum;

    memset(header + 10, 0, 2);
    checksum = ipip_checksum(header, (size_t)(header[0] & 15) * 4);
    header[10] = (uint8_t)(checksum >> 8);
    header[11] = (uint8_t)checksum;
}

/* The lab's second packet with one octet changed, of the outer header (0 to 19) or the inner one (20 to 39); sums are right. */
static struct ipip_drop with(unsigned offset, uint8_t value, uint32_t captured)
{
    memset(packet, 0, sizeof packet);
    from_hex(packet, sizeof packet, LAB_OUTER_2 LAB_INNER_2);
    packet[offset] = value;
    if (offset != 10 && offset != 30)
        sum_up(packet + (offset < 20 ? 0 : 20));
    ipip_stack_read(&stack, ipip_kinds_ipip(), (struct ipip_bytes){packet, captured, sizeof packet});
    return ipip_drop_find(&stack, ipip_kinds_ipip(), 1, false);
}

static void test_reasons(void **state)
{
    static const struct {
        unsigned offset;
        uint8_t value;
        enum ipip_drop_why why;
    } cases[] = {
        {8, 0, IPIP_DROP_NOTHING},      {8, 1, IPIP_DROP_NOTHING},       {6, 0x80, IPIP_DROP_NOTHING},
        {0, 0x44, IPIP_DROP_HEADER},    {10, 0, IPIP_DROP_CHECKSUM},     {3, 105, IPIP_DROP_TOTAL_LONG},
        {3, 19, IPIP_DROP_TOTAL_SHORT}, {3, 0, IPIP_DROP_TOTAL_SHORT},   {12, 127, IPIP_DROP_SOURCE},
        {12, 224, IPIP_DROP_SOURCE},    {12, 0, IPIP_DROP_SOURCE},       {16, 127, IPIP_DROP_DESTINATION},
        {16, 0, IPIP_DROP_DESTINATION}, {16, 224, IPIP_DROP_NOTHING},    {3, 39, IPIP_DROP_NO_ROOM},
        {28, 0, IPIP_DROP_TTL},         {28, 1, IPIP_DROP_NOTHING},      {20, 0x65, IPIP_DROP_VERSION},
        {20, 0x44, IPIP_DROP_HEADER},   {30, 0, IPIP_DROP_CHECKSUM},     {23, 85, IPIP_DROP_TOTAL_LONG},
        {23, 83, IPIP_DROP_NOTHING},    {23, 19, IPIP_DROP_TOTAL_SHORT}, {32, 127, IPIP_DROP_SOURCE},
        {36, 0, IPIP_DROP_DESTINATION},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_drop drop = with(cases[i].offset, cases[i].value, sizeof packet);

        assert_int_equal(drop.why, cases[i].why);
        if (cases[i].why != IPIP_DROP_NOTHING)
            assert_int_equal(drop.is_inner, cases[i].offset >= 20 || cases[i].why == IPIP_DROP_NO_ROOM);
    }
}

/* The outermost header alone is looked at where nothing is stripped. */
static void test_depth(void **state)
{
    (void)state;
    with(28, 0, sizeof packet);
    assert_int_equal(ipip_drop_find(&stack, ipip_kinds_ipip(), 0, false).why, IPIP_DROP_NOTHING);
    assert_int_equal(ipip_drop_find(&stack, ipip_kinds_ipip(), IPIP_STACK_MAX, false).why, IPIP_DROP_TTL);
}

static void test_loopback(void **state)
{
    (void)state;
    with(12, 127, sizeof packet);
    assert_int_equal(ipip_drop_find(&stack, ipip_kinds_ipip(), 1, true).why, IPIP_DROP_NOTHING);
    with(32, 127, sizeof packet);
    assert_int_equal(ipip_drop_find(&stack, ipip_kinds_ipip(), 1, true).why, IPIP_DROP_SOURCE);
}

/* Octets that are not captured are not held against a packet. */
static void test_cut_off(void **state)
{
    (void)state;
    assert_int_equal(with(28, 0, 39).why, IPIP_DROP_NOTHING);
    assert_int_equal(with(28, 0, 40).why, IPIP_DROP_TTL);
    assert_int_equal(with(3, 104, 40).why, IPIP_DROP_NOTHING);
    /* An IHL of 15: whether the checksum fits is known with the last octet of the options. */
    assert_int_equal(with(20, 0x4f, 79).why, IPIP_DROP_NOTHING);
    packet[30] ^= 1;
    ipip_stack_read(&stack, ipip_kinds_ipip(), (struct ipip_bytes){packet, 79, sizeof packet});
    assert_int_equal(ipip_drop_find(&stack, ipip_kinds_ipip(), 1, false).why, IPIP_DROP_NOTHING);
    ipip_stack_read(&stack, ipip_kinds_ipip(), (struct ipip_bytes){packet, 80, sizeof packet});
    assert_int_equal(ipip_drop_find(&stack, ipip_kinds_ipip(), 1, false).why, IPIP_DROP_CHECKSUM);
}

static void test_texts(void **state)
{
    (void)state;
    for (int why = 0; why < IPIP_DROP_WHY_COUNT; why++)
        assert_true(ipip_drop_text((enum ipip_drop_why)why)[0] != '\0');
    assert_string_equal(ipip_drop_text(IPIP_DROP_WHY_COUNT), "unknown reason");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons), cmocka_unit_test(test_depth), cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_cut_off), cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
