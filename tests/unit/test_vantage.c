/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of declared vantages that the packets contradict: whole, however long the addresses are. */
#include "unit.h"

#include <string.h>

#include "ipip/vantage.h"

static void test_the_longest_conflict(void **state)
{
    struct ipip_vantage_conflict conflict = {
        .directions = UINT64_C(4294967295), .declared = IPIP_VANTAGE_HOST_TX, .ttl = UINT8_MAX};
    char text[IPIP_VANTAGE_TEXT], advice[IPIP_VANTAGE_ADVICE_TEXT];

    (void)state;
    assert_true(ipip_address_parse(&conflict.src, "2001:db8:1111:2222:3333:4444:5555:6666"));
    assert_true(ipip_address_parse(&conflict.dst, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"));
    assert_string_equal(ipip_vantage_conflict_words(text, &conflict),
                        "vantage host-tx is not used for 2001:db8:1111:2222:3333:4444:5555:6666 > "
                        "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff, nor for 4294967294 more: its outer TTL, 255, has been "
                        "decremented by routers, that of the other direction has not; pass "
                        "--vantage 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff=host-tx "
                        "--vantage 2001:db8:1111:2222:3333:4444:5555:6666=exit");
    assert_non_null(strstr(text, ipip_vantage_conflict_advice(advice, &conflict)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_longest_conflict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
