/* SPDX-License-Identifier: GPL-2.0-or-later */
/* By which datagrams are known again: what routers change counts for nothing, all else does (RFC 791, RFC 8200, RFC 6437). */
#include "unit.h"

#include <string.h>

#include "ipip/stack.h"
#include "packet/fingerprint.h"

static struct hash_keys keys;

static uint64_t content_of(const uint8_t *octets, uint32_t bytes)
{
    struct ipip_stack stack;

    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_all(), whole(octets, bytes)), IPIP_OK);
    return fingerprint_of_content(&keys, &stack.layers[0], ipip_layer_payload(&stack.layers[0]));
}

/* Of each octet whether it counts: 1, or not: 0; of some it is a part, or another header comes to be: -1. */
static void expect(const char *hex, const char *counts)
{
    uint8_t octets[128];
    uint32_t bytes = from_hex(octets, sizeof octets, hex);
    uint64_t before = content_of(octets, bytes);

    assert_int_equal(strlen(counts), bytes);
    for (uint32_t at = 0; at < bytes; at++) {
        if (counts[at] == '-')
            continue;
        octets[at] ^= 1;
        if (counts[at] == '1')
            assert_int_not_equal(content_of(octets, bytes), before);
        else
            assert_int_equal(content_of(octets, bytes), before);
        octets[at] ^= 1;
    }
}

static void test_octets_that_count(void **state)
{
    (void)state;
    hash_init(&keys, 1);
    /* Version and IHL; TOS; Total Length; Identification, flags and offset; TTL, protocol, checksum; addresses; a datagram of ICMP. */
    expect("4500 0024 1234 4000 40 01 0000 0a000001 0a000002 0800 0000 0001 0001 6970697069706970", "-"
                                                                                                    "0"
                                                                                                    "--"
                                                                                                    "11"
                                                                                                    "--"
                                                                                                    "0"
                                                                                                    "-"
                                                                                                    "00"
                                                                                                    "1111"
                                                                                                    "1111"
                                                                                                    "11111111"
                                                                                                    "11111111");
    /* Version, class, flow label; Payload Length; next header, hop limit; addresses; ICMPv6. */
    expect("60012345 0010 3a 40 20010db8000000000000000000000001 20010db8000000000000000000000002 8000 0000 0001 0001 "
           "6970697069706970",
           "-"
           "1"
           "11"
           "--"
           "-"
           "0"
           "1111111111111111"
           "1111111111111111"
           "11111111"
           "11111111");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_octets_that_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
