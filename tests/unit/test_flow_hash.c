/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of one flow have one hash, those of flows that differ in a port another one: RFC 6438 section 3, RFC 7510 section 3. */
#include "unit.h"

#include "ipip/encap.h"

/* IPv4 from 10.0.0.1 to 10.0.0.2 with 8 octets, of which the first four are ports where the protocol has them. */
static uint32_t hash_of(uint8_t protocol, uint16_t fragment, uint16_t port, uint8_t captured)
{
    uint8_t packet[28];

    from_hex(packet, sizeof packet, "4500001c 00010000 40000000 0a000001 0a000002 0000 0035 00080000");
    packet[6] = (uint8_t)(fragment >> 8);
    packet[7] = (uint8_t)fragment;
    packet[9] = protocol;
    packet[20] = (uint8_t)(port >> 8);
    packet[21] = (uint8_t)port;
    return ipip_flow_hash(IPIP_PAYLOAD_IPV4, (struct ipip_bytes){packet, captured, sizeof packet});
}

static void test_protocols_with_ports(void **state)
{
    static const uint8_t with[] = {6, 17, 33, 132, 136}, without[] = {1, 4, 41, 47, 50, 51, 58, 89, 103, 115, 137};

    (void)state;
    for (size_t i = 0; i < sizeof with; i++) {
        assert_int_equal(hash_of(with[i], 0, 5000, 28), hash_of(with[i], 0, 5000, 28));
        assert_int_not_equal(hash_of(with[i], 0, 5000, 28), hash_of(with[i], 0, 5001, 28));
        assert_int_equal(hash_of(with[i], 0x2000, 5000, 28), hash_of(with[i], 0x2000, 5001, 28)); /* first fragment */
        assert_int_equal(hash_of(with[i], 0x0001, 5000, 28), hash_of(with[i], 0x0001, 5001, 28)); /* last one */
        assert_int_equal(hash_of(with[i], 0, 5000, 23), hash_of(with[i], 0, 5001, 23));           /* ports cut off */
        assert_int_not_equal(hash_of(with[i], 0, 5000, 24), hash_of(with[i], 0, 5001, 24));
    }
    for (size_t i = 0; i < sizeof without; i++)
        assert_int_equal(hash_of(without[i], 0, 5000, 28), hash_of(without[i], 0, 5001, 28));
    assert_int_not_equal(hash_of(1, 0, 0, 28), hash_of(89, 0, 0, 28));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_protocols_with_ports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
