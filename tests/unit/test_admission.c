/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the exit of a tunnel takes: GRE in and out of order, other keys, other ends, and packets that are cut (RFC 2890). */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipip/admission.h"

enum { OUTER = 20, GRE = 12, BYTES = OUTER + GRE + 20 };

/* 10.10.10.1 > 10.10.10.2, GRE with key 7 and a sequence number, by hand. */
static const uint8_t *packet_of(uint32_t sequence)
{
    static uint8_t packet[BYTES];

    from_hex(packet, BYTES,
             "4500003400000000402f00000a0a0a010a0a0a02"
             "300008000000000700000000"
             "450000140000000040fd00000a0000010a000002");
    packet[OUTER + 8] = (uint8_t)(sequence >> 24);
    packet[OUTER + 9] = (uint8_t)(sequence >> 16);
    packet[OUTER + 10] = (uint8_t)(sequence >> 8);
    packet[OUTER + 11] = (uint8_t)sequence;
    return packet;
}

static struct ipip_admission exit_with(bool has_sequence)
{
    struct ipip_tunnel tunnel = ipip_tunnel_linux(IPIP_KIND_GRE);

    tunnel.local = ipip_address_ipv4(0x0a0a0a02);
    tunnel.remote = ipip_address_ipv4(0x0a0a0a01);
    tunnel.in.has_key = true;
    tunnel.in.key = 7;
    tunnel.in.has_sequence = has_sequence;
    return ipip_admission_of(&tunnel);
}

/* In a block of its own, so that a read behind it is found. */
static enum ipip_drop_why taken(struct ipip_admission *at, const uint8_t *octets, uint32_t captured)
{
    uint8_t *block = malloc(captured);
    enum ipip_drop_why why;
    struct ipip_stack stack;

    assert_non_null(block);
    memcpy(block, octets, captured);
    assert_int_equal(ipip_stack_read(&stack, ipip_kinds_all(), (struct ipip_bytes){block, captured, BYTES}), IPIP_OK);
    why = ipip_admission_claims(at, &stack, ipip_kinds_all()) ? ipip_admission_take(at, &stack, ipip_kinds_all())
                                                              : IPIP_DROP_OTHER_TUNNEL;
    free(block);
    return why;
}

static void test_sequence(void **state)
{
    static const struct {
        uint32_t sequence;
        enum ipip_drop_why why;
    } arrivals[] = {
        {5, IPIP_DROP_NOTHING},          {6, IPIP_DROP_NOTHING},
        {6, IPIP_DROP_GRE_SEQUENCE},     {9, IPIP_DROP_NOTHING},
        {7, IPIP_DROP_GRE_SEQUENCE},     {0x7fffffff, IPIP_DROP_NOTHING},
        {0xffffffff, IPIP_DROP_NOTHING}, {0xfffffffe, IPIP_DROP_GRE_SEQUENCE},
        {0, IPIP_DROP_NOTHING},          {0xffffffff, IPIP_DROP_GRE_SEQUENCE},
        {1, IPIP_DROP_NOTHING},
    };
    struct ipip_admission at = exit_with(true), any = exit_with(false);

    (void)state;
    for (size_t i = 0; i < sizeof arrivals / sizeof arrivals[0]; i++) {
        assert_int_equal(taken(&at, packet_of(arrivals[i].sequence), BYTES), arrivals[i].why);
        assert_int_equal(taken(&any, packet_of(arrivals[i].sequence), BYTES), IPIP_DROP_NOTHING);
    }
}

static void test_other_tunnels(void **state)
{
    struct ipip_admission at = exit_with(false);

    (void)state;
    at.tunnel.in.key = 8;
    assert_int_equal(taken(&at, packet_of(1), BYTES), IPIP_DROP_OTHER_TUNNEL);
    at.tunnel.in.has_key = false;
    assert_int_equal(taken(&at, packet_of(1), BYTES), IPIP_DROP_OTHER_TUNNEL);
    at = exit_with(false);
    at.tunnel.remote = ipip_address_ipv4(0x0a0a0a03);
    assert_int_equal(taken(&at, packet_of(1), BYTES), IPIP_DROP_OTHER_TUNNEL);
    at.tunnel.remote = (struct ipip_addr){0, 0};
    assert_int_equal(taken(&at, packet_of(1), BYTES), IPIP_DROP_NOTHING);
    at.tunnel.local = ipip_address_ipv4(0x0a0a0a01);
    assert_int_equal(taken(&at, packet_of(1), BYTES), IPIP_DROP_OTHER_TUNNEL);
    at = exit_with(false);
    at.tunnel.kinds = IPIP_KIND_BIT(IPIP_KIND_GRETAP);
    assert_int_equal(taken(&at, packet_of(1), BYTES), IPIP_DROP_OTHER_TUNNEL);
    at = exit_with(false);
    at.tunnel.in.has_checksum = true;
    assert_int_equal(taken(&at, packet_of(1), BYTES), IPIP_DROP_GRE_CHECKSUM_USE);
}

/* IPv6 in IPv4 without a remote address: whose inner source (RFC 5214 section 7.3, RFC 5969 section 9.2) names another host is dropped. */
static void test_embedded_addresses(void **state)
{
    static const struct {
        bool is_isatap, is_from_router;
        const char *src, *dst;
        enum ipip_drop_why why;
    } cases[] = {
        {true, false, "fe80000000000000 00005efe0a0a0a01", "fe80000000000000 00005efe0a0a0a02", IPIP_DROP_NOTHING},
        {true, false, "fe80000000000000 02005efe0a0a0a01", "fe80000000000000 00005efe0a0a0a02", IPIP_DROP_NOTHING},
        {true, false, "fe80000000000000 00005efe0a0a0a09", "fe80000000000000 00005efe0a0a0a02", IPIP_DROP_EMBEDDED},
        {true, false, "20010db800000000 000000000a0a0a01", "fe80000000000000 00005efe0a0a0a02", IPIP_DROP_EMBEDDED},
        {true, true, "fe80000000000000 00005efe0a0a0a09", "fe80000000000000 00005efe0a0a0a02", IPIP_DROP_NOTHING},
        {true, true, "20010db800000000 000000000a0a0a01", "fe80000000000000 00005efe0a0a0a02", IPIP_DROP_NOTHING},
        {false, false, "20010db80a0a0a01 0000000000000001", "20010db80a0a0a02 0000000000000001", IPIP_DROP_NOTHING},
        {false, false, "20010db80a0a0a09 0000000000000001", "20010db80a0a0a02 0000000000000001", IPIP_DROP_EMBEDDED},
        {false, false, "20010db80a0a0a01 0000000000000001", "20010db80a0a0a09 0000000000000001", IPIP_DROP_EMBEDDED},
        {false, false, "20014700000a0a09 0000000000000001", "20010db80a0a0a02 0000000000000001", IPIP_DROP_NOTHING},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_tunnel tunnel = ipip_tunnel_linux(IPIP_KIND_6IN4);
        struct ipip_admission at;
        struct ipip_stack stack;
        uint8_t packet[60];
        char hex[160];

        assert_true(snprintf(hex, sizeof hex, "4500003c00000000402900000a0a0a010a0a0a02 6000000000003b40 %s %s",
                             cases[i].src, cases[i].dst) < (int)sizeof hex);
        assert_int_equal(from_hex(packet, sizeof packet, hex), sizeof packet);
        tunnel.local = ipip_address_ipv4(0x0a0a0a02);
        tunnel.remote = (struct ipip_addr){0, 0};
        tunnel.is_isatap = cases[i].is_isatap;
        if (!tunnel.is_isatap)
            tunnel.prefix = (struct ipip_prefix){{UINT64_C(0x20010db800000000), 0}, 32};
        if (cases[i].is_from_router) {
            tunnel.routers[0] = ipip_address_ipv4(0x0a0a0a03);
            tunnel.routers[1] = ipip_address_ipv4(0x0a0a0a01);
            tunnel.router_count = 2;
        }
        at = ipip_admission_of(&tunnel);
        assert_int_equal(ipip_stack_read(&stack, ipip_kinds_all(), whole(packet, sizeof packet)), IPIP_OK);
        assert_true(ipip_admission_claims(&at, &stack, ipip_kinds_all()));
        assert_int_equal(ipip_admission_take(&at, &stack, ipip_kinds_all()), cases[i].why);
    }
}

/* What is not captured is no reason. */
static void test_cut(void **state)
{
    (void)state;
    for (uint32_t captured = OUTER; captured < BYTES; captured++) {
        struct ipip_admission at = exit_with(true);

        assert_int_equal(taken(&at, packet_of(1), captured), IPIP_DROP_NOTHING);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sequence),
        cmocka_unit_test(test_other_tunnels),
        cmocka_unit_test(test_embedded_addresses),
        cmocka_unit_test(test_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
