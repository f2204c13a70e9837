/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domains of 6rd (RFC 5969), found from the packets of their sites: 2001:db8::/32 with the whole IPv4 address behind it. */
#include "unit.h"

#include "ipip/inventory.h"

#define PREFIX UINT64_C(0x20010db800000000)
#define NATIVE UINT64_C(0x2001047000000000)

enum { SITES = 4, RELAY = 0x0a0a0aff };

static struct ipip_inventory *inventory;

static int setup(void **state)
{
    (void)state;
    inventory = ipip_inventory_new(ipip_kinds_all(), IPIP_INVENTORY_DIRECTIONS, 7);
    return inventory == NULL;
}

static int teardown(void **state)
{
    (void)state;
    ipip_inventory_free(inventory);
    return 0;
}

static uint32_t site(unsigned i)
{
    return 0x0a0a0a00 + i;
}

/* A packet of 6in4; the upper halves of the inner addresses. */
static void send(uint32_t src, uint32_t dst, uint64_t inner_src, uint64_t inner_dst)
{
    struct ipip_stack stack = {
        .count = 2,
        .layers = {
            {.kind = IPIP_KIND_6IN4,
             .ip = {.version = 4,
                    .header_bytes = 20,
                    .total_bytes = 100,
                    .src = ipip_address_ipv4(src),
                    .dst = ipip_address_ipv4(dst)}},
            {.ip = {
                 .version = 6, .header_bytes = 40, .total_bytes = 80, .src = {inner_src, 1}, .dst = {inner_dst, 1}}}}};

    ipip_inventory_add(inventory, &stack, 0, 1);
}

static const struct ipip_kind_stats *found(uint32_t src, uint32_t dst)
{
    struct ipip_tunnel_direction direction = {ipip_address_ipv4(src), ipip_address_ipv4(dst), IPIP_KIND_6IN4, 0};
    const struct ipip_direction_stats *seen = ipip_inventory_find(inventory, &direction);

    assert_non_null(seen);
    return ipip_inventory_kind_stats(inventory, seen);
}

static void expect_domain(uint32_t src, uint32_t dst, bool is_exit_embedded)
{
    const struct ipip_kind_stats *more = found(src, dst);

    assert_int_equal(more->domain.bits, 32);
    assert_true(more->domain.address.high == PREFIX);
    assert_int_equal(more->is_exit_embedded, is_exit_embedded);
}

static void expect_none(uint32_t src, uint32_t dst)
{
    assert_int_equal(found(src, dst)->domain.bits, 0);
}

static void send_from_sites(unsigned sites)
{
    for (unsigned i = 1; i <= sites; i++)
        send(site(i), RELAY, PREFIX | site(i), NATIVE | i);
}

static void test_four_sites_and_a_relay(void **state)
{
    (void)state;
    send_from_sites(SITES);
    send(RELAY, site(1), NATIVE, PREFIX | site(1));
    send(RELAY, site(2), NATIVE, PREFIX | site(3)); /* to another site than it names */
    send(RELAY, site(4), NATIVE, NATIVE | site(4)); /* the number of the site, but not in the domain */
    ipip_inventory_find_6rd(inventory);
    for (unsigned i = 1; i <= SITES; i++)
        expect_domain(site(i), RELAY, false);
    expect_domain(RELAY, site(1), true);
    expect_none(RELAY, site(2));
    expect_none(RELAY, site(4));
}

static void test_three_sites_are_too_few(void **state)
{
    (void)state;
    send_from_sites(SITES - 1);
    send(site(1), RELAY, PREFIX | site(1), NATIVE);
    ipip_inventory_find_6rd(inventory);
    expect_none(site(1), RELAY);
}

/* Two that send to each other are no coincidence. */
static void test_site_to_site(void **state)
{
    (void)state;
    send(site(1), site(2), PREFIX | site(1), PREFIX | site(2));
    ipip_inventory_find_6rd(inventory);
    expect_domain(site(1), site(2), true);
}

static void test_one_that_sends_to_another_than_it_names(void **state)
{
    (void)state;
    send(site(1), site(2), PREFIX | site(1), PREFIX | site(3));
    send(site(2), site(1), PREFIX | site(2), NATIVE | site(1));
    ipip_inventory_find_6rd(inventory);
    expect_none(site(1), site(2));
    expect_none(site(2), site(1));
}

/* An inner source of the prefix in a packet of another host refutes it. */
static void test_refuted(void **state)
{
    (void)state;
    send_from_sites(SITES);
    send(RELAY, site(1), PREFIX | site(7), NATIVE);
    ipip_inventory_find_6rd(inventory);
    expect_none(site(1), RELAY);
}

/* Behind 2002::/16 it is 6to4. */
static void test_6to4_is_none(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= SITES; i++)
        send(site(i), RELAY, UINT64_C(0x2002) << 48 | (uint64_t)site(i) << 16, NATIVE);
    ipip_inventory_find_6rd(inventory);
    expect_none(site(1), RELAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_four_sites_and_a_relay, setup, teardown),
        cmocka_unit_test_setup_teardown(test_three_sites_are_too_few, setup, teardown),
        cmocka_unit_test_setup_teardown(test_site_to_site, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_that_sends_to_another_than_it_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refuted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_6to4_is_none, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
