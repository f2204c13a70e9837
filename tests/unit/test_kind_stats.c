/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directions of all kinds in an inventory, and what is counted of them: from packets written by hand after the RFCs. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "ipip/infer.h"
#include "ipip/inventory.h"
#include "ipip/policy.h"

#define OUTER_IPV4(bytes, protocol) "4500 00" bytes " 1234 4000 40 " protocol " 0000  0a000001 0a000002"
#define INNER_IPV4 "4500 001c 0000 4000 3f 11 0000  c0a80101 c0a80201  1000 2000 0008 0000"
#define OUTER_IPV6(bytes, next) \
    "60012345 00" bytes " " next " 40  fd000010000000000000000000000002 fd000020000000000000000000000002"
#define LIMIT(next, limit) next " 00 04 01 " limit " 01 01 00"
#define INNER_IPV6(src, dst) "60000000 0000 3b 3f " src dst

enum { OCTETS = 256 };

struct run {
    struct ipip_kinds kinds;
    struct ipip_inventory *inventory;
};

static int start(void **state)
{
    static struct run run;

    run.kinds = *ipip_kinds_all();
    run.kinds.udp_count = 1;
    run.kinds.udp[0] = (struct ipip_udp_tunnel){5555, IPIP_KIND_FOU, 4};
    run.inventory = ipip_inventory_new(&run.kinds, IPIP_INVENTORY_DIRECTIONS, 7);
    assert_non_null(run.inventory);
    *state = &run;
    return 0;
}

static int finish(void **state)
{
    ipip_inventory_free(((struct run *)*state)->inventory);
    return 0;
}

static void add(struct run *run, const char *hex)
{
    uint8_t octets[OCTETS];
    uint32_t count = from_hex(octets, sizeof octets, hex);
    struct ipip_stack stack;

    assert_int_equal(ipip_stack_read(&stack, &run->kinds, whole(octets, count)), IPIP_OK);
    ipip_inventory_add(run->inventory, &stack, 0, 1);
}

/* The `index`-th direction, which is of this kind and has so many packets. */
static const struct ipip_kind_stats *at(const struct run *run, uint32_t index, enum ipip_kind kind, uint32_t packets)
{
    const struct ipip_direction_stats *seen;
    const struct ipip_kind_stats *more;

    assert_true(index < ipip_inventory_count(run->inventory));
    seen = ipip_inventory_at(run->inventory, index);
    assert_int_equal(seen->kind, kind);
    more = ipip_inventory_kind_stats(run->inventory, seen);
    assert_int_equal(ipip_inventory_packets(run->inventory, seen), packets);
    return more;
}

/* Two keys, and none, are three tunnels; what has no IP inside is of the same tunnel. */
static void test_gre_keys(void **state)
{
    struct run *run = *state;
    const struct ipip_kind_stats *more;
    uint32_t key;

    add(run, OUTER_IPV4("34", "2f") "0000 0800" INNER_IPV4);
    add(run, OUTER_IPV4("3c", "2f") "3000 0800 0000002a 00000007" INNER_IPV4);
    add(run, OUTER_IPV4("38", "2f") "2000 0800 0000002b" INNER_IPV4);
    add(run, OUTER_IPV4("3c", "2f") "3000 0800 0000002a 00000008" INNER_IPV4);
    add(run, "45bb 0024 0000 4000 40 2f 0000 0a000001 0a000002 3000 0806 0000002a 0000000b 00000000");
    assert_int_equal(ipip_inventory_count(run->inventory), 3);
    more = at(run, 0, IPIP_KIND_GRE, 1);
    assert_false(ipip_discriminator_key(more->discriminator, &key));
    more = at(run, 1, IPIP_KIND_GRE, 3);
    assert_true(ipip_discriminator_key(more->discriminator, &key));
    assert_int_equal(key, 42);
    assert_int_equal(more->opaque, 1);
    assert_int_equal(more->opaque_tos, 0xb8); /* without ECN */
    assert_int_equal(more->sequence.packets, 3);
    assert_int_equal(more->sequence.first, 7);
    assert_int_equal(more->sequence.last, 11);
    assert_int_equal(more->sequence.gaps, 1);
    assert_int_equal(more->sequence.missing, 2);
    assert_int_equal(ipip_inventory_at(run->inventory, 1)->stats.habits.ttl.packets, 2);
    more = at(run, 2, IPIP_KIND_GRE, 1);
    assert_true(ipip_discriminator_key(more->discriminator, &key));
    assert_int_equal(key, 43);
}

/* The same addresses and no discriminator: the kinds tell them apart. */
static void test_kinds(void **state)
{
    struct run *run = *state;
    struct ipip_tunnel_direction direction = {IPV4_CONSTANT(0x0a000001), IPV4_CONSTANT(0x0a000002), IPIP_KIND_6IN4, 0};

    add(run, OUTER_IPV4("30", "04") INNER_IPV4);
    add(run, OUTER_IPV4("3c", "29") INNER_IPV6("20020a00000100000000000000000001", "20020a00000200000000000000000001"));
    add(run,
        OUTER_IPV4("3c", "29") INNER_IPV6("20010db8000000000000000000000001", "20010db8000000000200 5efe0a000002"));
    add(run, OUTER_IPV4("1c", "32") "00001000 00000005");
    add(run, OUTER_IPV4("1c", "32") "00001000 00000006");
    assert_int_equal(ipip_inventory_count(run->inventory), 3);
    assert_null(at(run, 0, IPIP_KIND_IPIP, 1));
    assert_int_equal(at(run, 1, IPIP_KIND_6IN4, 2)->embedded, 2);
    assert_int_equal(at(run, 1, IPIP_KIND_6IN4, 2)->sub_kinds[IPIP_SUB_KIND_6TO4], 1);
    assert_int_equal(at(run, 1, IPIP_KIND_6IN4, 2)->sub_kinds[IPIP_SUB_KIND_ISATAP], 1);
    assert_int_equal(ipip_inventory_at(run->inventory, 1)->stats.df[0][1], 2);
    assert_int_equal(at(run, 2, IPIP_KIND_ESP, 2)->spis.value[0], 0x1000);
    assert_int_equal(at(run, 2, IPIP_KIND_ESP, 2)->sequence.last, 6);
    assert_ptr_equal(ipip_inventory_find(run->inventory, &direction), ipip_inventory_at(run->inventory, 1));
    direction.kind = IPIP_KIND_MINIMAL;
    assert_null(ipip_inventory_find(run->inventory, &direction));
    assert_null(ipip_inventory_back(run->inventory, ipip_inventory_at(run->inventory, 1)));
}

static void test_udp(void **state)
{
    struct run *run = *state;
    const struct ipip_kind_stats *more;

    add(run, OUTER_IPV4("38", "11") "8000 15b3 0024 0000" INNER_IPV4);
    add(run, OUTER_IPV4("38", "11") "8001 15b3 0024 beef" INNER_IPV4);
    add(run, OUTER_IPV4("3c", "11") "8001 17c0 0028 0000 00040000" INNER_IPV4);
    assert_int_equal(ipip_inventory_count(run->inventory), 2);
    more = at(run, 0, IPIP_KIND_FOU, 2);
    assert_int_equal(ipip_discriminator_port(more->discriminator), 5555);
    assert_int_equal(more->as_kinds, IPIP_KIND_BIT(IPIP_KIND_IPIP));
    assert_int_equal(more->udp_summed, 1);
    assert_int_equal(more->port_min, 0x8000);
    assert_int_equal(more->port_max, 0x8001);
    assert_int_equal(more->port_flows.moved, 1); /* of one inner flow */
    more = at(run, 1, IPIP_KIND_GUE, 1);
    assert_int_equal(more->overheads.value[0], 20 + 8 + 4);
    assert_int_equal(more->remcsum, 0);
    /* private flags with a remote checksum */
    add(run, OUTER_IPV4("44", "11") "8001 17c0 0030 0000 02040001 80000000 00140000" INNER_IPV4);
    assert_int_equal(at(run, 1, IPIP_KIND_GUE, 2)->remcsum, 1);
}

static void test_outer_ipv6(void **state)
{
    struct run *run = *state;
    const struct ipip_kind_stats *more;

    add(run, OUTER_IPV6("24", "3c") LIMIT("04", "04") INNER_IPV4);
    add(run, OUTER_IPV6("1c", "04") INNER_IPV4);
    assert_int_equal(ipip_inventory_count(run->inventory), 1);
    more = at(run, 0, IPIP_KIND_4IN6, 2);
    assert_int_equal(more->limited, 1);
    assert_int_equal(more->limits.value[0], 4);
    assert_int_equal(more->labels.value[0], 0x12345);
    assert_int_equal(more->overheads.value[0], 48);
    assert_int_equal(more->overheads.value[1], 40);
    assert_int_equal(more->extended, 0);
    /* A segment routing header of 24 octets (RFC 8754 section 2), and padding beside the limit. */
    add(run, OUTER_IPV6("34", "2b") "0402 0400 00000000 fd000020000000000000000000000002" INNER_IPV4);
    assert_int_equal(at(run, 0, IPIP_KIND_4IN6, 3)->extended, 1);
    add(run, OUTER_IPV6("2c", "3c") "0401 040104 01 09 000000000000000000" INNER_IPV4);
    assert_int_equal(at(run, 0, IPIP_KIND_4IN6, 4)->extended, 2);
}

/* RFC 2473 section 4.1.1: what had a limit gets one that is less by one, or none is to be seen. */
static void test_nested_limits(void **state)
{
    static const struct {
        const char *outer, *inner;
        uint32_t nested; /* so far */
    } packets[] = {
        {"04", "05", 1}, {"03", "05", 1}, {"05", "05", 1}, {"00", "01", 2}, {"00", "00", 2},
    };
    struct run *run = *state;

    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        char hex[512];
        const struct ipip_kind_stats *more;

        snprintf(hex, sizeof hex,
                 OUTER_IPV6("38", "3c") LIMIT("29", "%s") "60000000 0008 3c 3f fd000030000000000000000000000002"
                                                          "fd000040000000000000000000000002" LIMIT("3b", "%s"),
                 packets[i].outer, packets[i].inner);
        add(run, hex);
        more = at(run, 0, IPIP_KIND_6IN6, (uint32_t)i + 1);
        assert_int_equal(more->limited, i + 1);
        assert_int_equal(more->nested, packets[i].nested);
    }
}

/* A capture that ends in any place within the headers: nothing is counted that is not there. */
static void test_every_length(void **state)
{
    static const char *const packets[] = {
        OUTER_IPV4("3c", "2f") "3000 0800 0000002a 00000007" INNER_IPV4,
        OUTER_IPV4("3c", "11") "8001 17c0 0028 0000 00040000" INNER_IPV4,
        OUTER_IPV4("1c", "32") "00001000 00000005",
        OUTER_IPV6("24", "3c") LIMIT("04", "04") INNER_IPV4,
        OUTER_IPV6("54", "3c") LIMIT("29", "03")
            INNER_IPV6("20010db8000000000000000000000001", "20010db8000000000000000000000002"),
    };
    struct run *run = *state;

    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        uint8_t octets[OCTETS];
        uint32_t count = from_hex(octets, sizeof octets, packets[i]);

        for (uint32_t captured = 0; captured <= count; captured++) {
            uint8_t exact[OCTETS];
            struct ipip_stack stack;

            memcpy(&exact[OCTETS - captured], octets, captured); /* so that the sanitizers see what lies behind */
            ipip_stack_read(&stack, &run->kinds, (struct ipip_bytes){&exact[OCTETS - captured], captured, count});
            ipip_inventory_add(run->inventory, &stack, 0, 1);
        }
        assert_int_equal(ipip_inventory_count(run->inventory), i + 1);
    }
}

/* Linux' GRE over IPv6 copies the Traffic Class whole with tos inherit, and writes one of its own without: ECN is a habit of either. */
static void test_linux_gre6(void **state)
{
    enum { PACKETS = 60, KINDS_OF_CLASS = 3 };
    static const struct {
        unsigned outer[KINDS_OF_CLASS];
        bool is_linux;
    } rows[] = {{{0x02, 0xb9, 0x03}, true}, {{0, 0, 0}, true}, {{0x02, 0xb9, 0x02}, false}}; /* CE is hidden */
    static const unsigned inner[KINDS_OF_CLASS] = {0x02, 0xb9, 0x03};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct run *run;
        struct ipip_inferences inferences;
        bool is_linux = false;

        start(state);
        run = *state;
        for (unsigned n = 0; n < PACKETS; n++) {
            char hex[2 * OCTETS];

            snprintf(
                hex, sizeof hex,
                "6%02x00000 0020 2f 40  fd000010000000000000000000000002 fd000020000000000000000000000002 0000 0800 "
                "45%02x 001c %04x 4000 %02x 11 0000  c0a80101 c0a80201  1000 2000 0008 0000",
                rows[i].outer[n % KINDS_OF_CLASS], inner[n % KINDS_OF_CLASS], n, 0x20 + n % 19);
            add(run, hex);
        }
        assert_int_equal(ipip_inventory_count(run->inventory), 1);
        inferences = ipip_infer_direction(run->inventory, ipip_inventory_at(run->inventory, 0));
        for (unsigned k = 0; ipip_profile_at(k) != NULL; k++)
            is_linux |= strcmp(ipip_profile_at(k)->name, "linux") == 0 && (inferences.profiles >> k & 1) != 0;
        assert_int_equal(is_linux, rows[i].is_linux);
        finish(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_gre_keys, start, finish),
        cmocka_unit_test_setup_teardown(test_kinds, start, finish),
        cmocka_unit_test_setup_teardown(test_udp, start, finish),
        cmocka_unit_test_setup_teardown(test_outer_ipv6, start, finish),
        cmocka_unit_test_setup_teardown(test_nested_limits, start, finish),
        cmocka_unit_test(test_linux_gre6),
        cmocka_unit_test_setup_teardown(test_every_length, start, finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
