/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnel packets in fragments of either version, and folded headers: what a decapsulator makes whole. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/minimal.h"
#include "ipip/unwrap.h"

enum { PACKET_MAX = 256, SEED = 1 };

#define IPV6(length, next) \
    "60000000" length next "40 20010db8000000000000000000000001 20010db8000000000000000000000002 "
/* 10.1.1.1 > 10.1.2.2, protocol 253, 12 octets of payload. */
#define INNER "45000020 00020000 3ffd0000 0a010101 0a010202 000102030405060708090a0b"

static struct ipip_reassembly *reassembly;
static struct ipip_stack stack;
static struct ipip_unwrapped counts;
static uint8_t octets[PACKET_MAX]; /* of the packet at hand */
static uint64_t frame;

static int begin(void **state)
{
    (void)state;
    counts = (struct ipip_unwrapped){0};
    reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, SEED);
    return reassembly == NULL;
}

static int finish(void **state)
{
    (void)state;
    ipip_reassembly_free(reassembly);
    return 0;
}

static bool unwrap_as(const struct ipip_kinds *kinds, const char *hex, unsigned depth)
{
    struct ipip_packet packet = {.ip = whole(octets, from_hex(octets, sizeof octets, hex)), .frame = ++frame};

    assert_int_equal(ipip_stack_read(&stack, kinds, packet.ip), IPIP_OK);
    return ipip_unwrap(&stack, kinds, reassembly, &packet, depth, &counts);
}

static bool unwrap(const char *hex, unsigned depth)
{
    return unwrap_as(ipip_kinds_all(), hex, depth);
}

static void expect_inner(unsigned layer, enum ipip_kind kind)
{
    uint8_t inner[32];

    from_hex(inner, sizeof inner, INNER);
    assert_int_equal(stack.count, layer + 1);
    assert_int_equal(stack.end, IPIP_END_PAYLOAD);
    assert_int_equal(stack.layers[layer - 1].kind, kind);
    assert_int_equal(stack.layers[layer].bytes.captured, 32);
    assert_int_equal(stack.layers[layer].bytes.wire, 32);
    assert_memory_equal(stack.layers[layer].bytes.data, inner, 32);
}

/* 4in6: 24 and 8 octets. Fragment header: next header, reserved, offset and M, Identification. */
static void test_ipv6_fragments(void **state)
{
    (void)state;
    assert_false(unwrap(IPV6("0010", "2c") "0400 0018 00000009 0405060708090a0b", 1));
    assert_true(
        unwrap(IPV6("0020", "2c") "0400 0001 00000009 45000020 00020000 3ffd0000 0a010101 0a010202 00010203", 1));
    expect_inner(1, IPIP_KIND_4IN6);
    assert_int_equal(counts.datagrams, 1);
    assert_int_equal(counts.fragments, 2);
    assert_true(stack.layers[0].is_reassembled);
    assert_int_equal(stack.layers[0].ip.header_bytes, 40);
    assert_int_equal(stack.layers[0].ip.total_bytes, 72);
    assert_int_equal(stack.layers[0].ip.protocol, 4);
    assert_false(ipip_ip_is_fragment(&stack.layers[0].ip));
}

/* The limit's header is behind the Fragment header; destination options before it stay, those of the first fragment. */
static void test_extension_headers_around(void **state)
{
    static const uint8_t header[] = {0x60, 0, 0, 0, 0, 0x30, 60, 0x40};

    (void)state;
    assert_false(unwrap(IPV6("0030", "3c") "2c00 010400000000 3c00 0001 0000000a 0400 0401 04 010100 "
                                           "45000020 00020000 3ffd0000 0a010101 0a010202 00010203",
                        1));
    assert_int_equal(stack.layers[0].kind, IPIP_KIND_4IN6);
    /* The Next Header of a later one does not count. */
    assert_true(unwrap(IPV6("0018", "3c") "2c00 010400000000 1100 0020 0000000a 0405060708090a0b", 1));
    expect_inner(1, IPIP_KIND_4IN6);
    assert_int_equal(stack.layers[0].ip.header_bytes, 56);
    assert_memory_equal(stack.layers[0].bytes.data, header, sizeof header);
    assert_int_equal(stack.layers[0].bytes.data[40], 60); /* destination options, as the Fragment header said */
    assert_int_equal(stack.layers[0].bytes.data[48], 4);
}

/* Of two that belong to others by their Identification, of which 32 bits count, none is complete. */
static void test_identification(void **state)
{
    (void)state;
    assert_false(
        unwrap(IPV6("0020", "2c") "0400 0001 00010009 45000020 00020000 3ffd0000 0a010101 0a010202 00010203", 1));
    assert_false(unwrap(IPV6("0010", "2c") "0400 0018 00020009 0405060708090a0b", 1));
    assert_int_equal(counts.datagrams, 0);
}

static void test_ipv6_rules(void **state)
{
    (void)state;
    /* others follow, and the length is no multiple of 8: never placed */
    assert_true(unwrap(IPV6("001c", "2c") "0400 0001 0000000b 45000020 00020000 3ffd0000 0a010101 0a010202", 1));
    assert_int_equal(stack.end, IPIP_END_FRAGMENT);
    /* beyond 65,535 octets */
    assert_true(unwrap(IPV6("0018", "2c") "0400 fff8 0000000c 00000000000000000000000000000000", 1));
    /* overlapping octets, though equal */
    assert_false(unwrap(IPV6("0018", "2c") "0400 0001 0000000d 00000000000000000000000000000000", 1));
    assert_false(unwrap(IPV6("0018", "2c") "0400 0009 0000000d 00000000000000000000000000000000", 1));
    assert_int_equal(ipip_reassembly_counts(reassembly)->overlapping, 1);
    /* an atomic fragment is complete by itself, whatever else has its Identification */
    assert_false(unwrap(IPV6("0018", "2c") "0400 0001 0000000e 00000000000000000000000000000000", 1));
    assert_true(unwrap(IPV6("0028", "2c") "0400 0000 0000000e " INNER, 1));
    expect_inner(1, IPIP_KIND_4IN6);
}

/* GUE over IPv4: only the first fragment shows the port. */

static void test_udp(void **state)
{
    (void)state;
    /* 24 octets: UDP, GUE and 12 of the inner packet; then the 20 others */
    assert_false(unwrap(
        "4500002c 00112000 40110000 0a000001 0a000002 c000 17c0 002c 0000 0004 0000 45000020 00020000 3ffd0000", 1));
    assert_int_equal(stack.layers[0].kind, IPIP_KIND_GUE);
    assert_true(unwrap("45000028 00110003 40110000 0a000001 0a000002 0a010101 0a010202 000102030405060708090a0b", 1));
    expect_inner(1, IPIP_KIND_GUE);
    /* Before the first one, and of a port that is none: as they are. */
    assert_true(unwrap("45000028 00120003 40110000 0a000001 0a000002 0a010101 0a010202 000102030405060708090a0b", 1));
    assert_int_equal(stack.layers[0].kind, IPIP_KIND_NONE);
    assert_true(unwrap(
        "4500002c 00132000 40110000 0a000001 0a000002 c000 0035 002c 0000 0004 0000 45000020 00020000 3ffd0000", 1));
    assert_int_equal(stack.end, IPIP_END_PAYLOAD);
    assert_true(unwrap("45000028 00130003 40110000 0a000001 0a000002 0a010101 0a010202 000102030405060708090a0b", 1));
    assert_int_equal(ipip_reassembly_counts(reassembly)->complete, 1);
}

/* 10.0.0.1 > 10.0.0.2 around 10.1.1.1 > 10.1.2.2; the header of INNER but for its checksum, and what is common to both. */
static void test_folded(void **state)
{
    const struct ipip_layer *inner = &stack.layers[1];

    (void)state;
    assert_true(
        unwrap("4500002c 00020000 3f370000 0a000001 0a000002 fd80 0000 0a010202 0a010101 000102030405060708090a0b", 1));
    assert_int_equal(stack.count, 2);
    assert_int_equal(stack.end, IPIP_END_PAYLOAD);
    assert_int_equal(stack.layers[0].kind, IPIP_KIND_MINIMAL);
    assert_int_equal(stack.layers[0].shim_bytes, 12);
    assert_int_equal(inner->bytes.wire, 32);
    assert_int_equal(inner->ip.total_bytes, 32);
    assert_int_equal(inner->ip.protocol, 253);
    assert_ipv4(inner->ip.src, 0x0a010101);
    assert_ipv4(inner->ip.dst, 0x0a010202);
    assert_true(ipip_ipv4_checksum_ok(inner->bytes.data, 20));
    assert_memory_equal(inner->bytes.data + 20, octets + 32, 12);
    /* Nothing is to be stripped: it stays. */
    assert_true(
        unwrap("4500002c 00020000 3f370000 0a000001 0a000002 fd80 0000 0a010202 0a010101 000102030405060708090a0b", 0));
    assert_int_equal(stack.end, IPIP_END_FOLDED);
}

/* RFC 4303 section 2 with the NULL cipher: 24 octets, then the rest with padding 1 2, its length, 4, and a check value of 12. */
static void test_esp(void **state)
{
    static const char first[] =
        "4500002c 00312000 40320000 0a000001 0a000002 00001000 00000001 45000020 00020000 3ffd0000 0a010101";
    static const char rest[] =
        "45000034 00310003 40320000 0a000001 0a000002 0a010202 000102030405060708090a0b 0102 0204 5a5a5a5a5a5a5a5a5a5a5a5a";
    struct ipip_kinds kinds = *ipip_kinds_all();

    (void)state;
    /* Encrypted or not, nobody knows: they stay what they are. */
    assert_true(unwrap(first, 1));
    assert_int_equal(stack.end, IPIP_END_OPAQUE);
    assert_true(unwrap(rest, 1));
    assert_int_equal(stack.end, IPIP_END_OPAQUE);
    assert_int_equal(stack.layers[0].kind, IPIP_KIND_ESP);
    assert_true(ipip_esp_null_declare(&kinds, "12"));
    assert_false(unwrap_as(&kinds, rest, 1));
    assert_true(unwrap_as(&kinds, first, 1));
    expect_inner(1, IPIP_KIND_ESP);
    assert_int_equal(counts.fragments, 2);
    /* IPComp (RFC 3173 section 2.2) */
    assert_true(unwrap_as(&kinds, "45000020 00322000 406c0000 0a000001 0a000002 04000001 0102030405060708", 1));
    assert_int_equal(stack.end, IPIP_END_OPAQUE);
}

/* Minimal encapsulation behind an authentication header of 24 octets (RFC 4302 section 2), which the inner datagram never had. */
static void test_folded_behind_ah(void **state)
{
    const struct ipip_layer *inner = &stack.layers[1];

    (void)state;
    assert_true(
        unwrap("45000044 00020000 3f330000 0a000001 0a000002 37040000 00000100 00000001 aaaaaaaa aaaaaaaa aaaaaaaa "
               "fd80 0000 0a010202 0a010101 000102030405060708090a0b",
               1));
    assert_int_equal(stack.count, 2);
    assert_int_equal(stack.layers[0].shim_bytes, 36);
    assert_int_equal(inner->bytes.wire, 32);
    assert_int_equal(inner->ip.total_bytes, 32);
    assert_int_equal(inner->ip.protocol, 253);
    assert_ipv4(inner->ip.src, 0x0a010101);
    assert_ipv4(inner->ip.dst, 0x0a010202);
    assert_memory_equal(inner->bytes.data + 20, octets + 56, 12);
}

/* Minimal encapsulation in itself, in fragments: 16 octets and 16. */
static void test_folded_fragments_in_each_other(void **state)
{
    (void)state;
    assert_false(unwrap("45000024 00212000 3f370000 0a000001 0a000002 3780 0000 0a000004 0a000003 0480 0000", 3));
    assert_true(unwrap("4500003c 00210002 3f370000 0a000001 0a000002 0a000006 0a000005 " INNER, 3));
    assert_int_equal(stack.count, 4);
    assert_int_equal(stack.layers[0].kind, IPIP_KIND_MINIMAL);
    assert_int_equal(stack.layers[1].kind, IPIP_KIND_MINIMAL);
    expect_inner(3, IPIP_KIND_IPIP);
    assert_ipv4(stack.layers[1].ip.src, 0x0a000003);
    assert_ipv4(stack.layers[1].ip.dst, 0x0a000004);
    assert_ipv4(stack.layers[2].ip.src, 0x0a000005);
    assert_ipv4(stack.layers[2].ip.dst, 0x0a000006);
    for (unsigned k = 0; k < 3; k++) /* the octets of each are there */
        assert_int_equal(stack.layers[k].bytes.data[9], stack.layers[k].ip.protocol);
}

static void test_partial(void **state)
{
    (void)state;
    assert_false(unwrap(IPV6("0030", "2c") "3c00 0001 0000000a 0400 0401 04 010100 " INNER, 1));
    ipip_stack_resume_partial(&stack, ipip_kinds_all(), stack.layers[0].bytes);
    assert_int_equal(stack.count, 2);
    assert_int_equal(stack.layers[0].kind, IPIP_KIND_4IN6);
    assert_int_equal(stack.layers[1].ip.total_bytes, 32);
    assert_int_equal(stack.layers[1].bytes.captured, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ipv6_fragments, begin, finish),
        cmocka_unit_test_setup_teardown(test_extension_headers_around, begin, finish),
        cmocka_unit_test_setup_teardown(test_identification, begin, finish),
        cmocka_unit_test_setup_teardown(test_ipv6_rules, begin, finish),
        cmocka_unit_test_setup_teardown(test_udp, begin, finish),
        cmocka_unit_test_setup_teardown(test_esp, begin, finish),
        cmocka_unit_test_setup_teardown(test_folded, begin, finish),
        cmocka_unit_test_setup_teardown(test_folded_behind_ah, begin, finish),
        cmocka_unit_test_setup_teardown(test_folded_fragments_in_each_other, begin, finish),
        cmocka_unit_test_setup_teardown(test_partial, begin, finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
