/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What distinguishes the tunnels of a kind between two addresses: the GRE key, or the UDP port. */
#include "hex_packet.h"

#include "ipip/tunnel_direction.h"

/* Nothing where it is not there, or where the header's lengths are impossible. */
static void test_discriminators(void **state)
{
    static const struct {
        const char *hex;
        uint32_t captured;
        bool has_key;
        uint32_t key;
        uint16_t port;
    } packets[] = {
        {IPV4("0030", "2f") "2000 0800 0000002a " INNER4, 48, true, 42, 0},
        {IPV4("0030", "2f") "2000 0800 0000002a " INNER4, 28, true, 42, 0},
        {IPV4("0030", "2f") "2000 0800 0000002a " INNER4, 27, false, 0, 0},
        {"4400 0030 00010000 40 2f 0000 0a000001 2000002a 2000 0800 0000002a " INNER4, 48, false, 0, 0},
        {IPV4("0010", "2f") "2000 0800 0000002a " INNER4, 48, false, 0, 0},
        {IPV4("002c", "2f") "0000 0800 " INNER4, 44, false, 0, 0},
        {IPV4("0048", "33") AH("2f") "2000 0800 00000000 " INNER4, 72, true, 0, 0},
        {IPV6("0030", "2f") "2000 86dd 00000007 " INNER6, 88, true, 7, 0},
        {IPV4("0030", "11") "c000 15b3 001c 0000 " INNER4, 48, false, 0, 5555},
        {IPV4("0038", "11") "c000 15b4 0024 0000 2000 0800 00000007 " INNER4, 56, true, 7, 5556},
        {IPV4("0028", "04") INNER4, 40, false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        struct ipip_kinds kinds = all_kinds();
        struct ipip_stack stack;
        uint8_t *packet;
        uint64_t discriminator;
        uint32_t key;

        assert_int_equal(read_cut(&stack, &packet, packets[i].hex, packets[i].captured, length_of(packets[i].hex)),
                         IPIP_OK);
        discriminator = ipip_discriminator_of(&kinds, &stack.layers[0]);
        assert_int_equal(ipip_discriminator_key(discriminator, &key), packets[i].has_key);
        assert_int_equal(key, packets[i].key);
        assert_int_equal(ipip_discriminator_port(discriminator), packets[i].port);
        free(packet);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_discriminators),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
