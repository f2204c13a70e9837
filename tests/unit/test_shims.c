/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of the headers between two IP headers, and each of them cut off. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/erspan.h"
#include "ipip/gre.h"
#include "ipip/ipv4.h"
#include "ipip/minimal.h"
#include "ipip/udp.h"

static uint8_t octets[128];

static struct ipip_bytes at(const char *hex)
{
    return whole(octets, from_hex(octets, sizeof octets, hex));
}

static void test_gre(void **state)
{
    struct ipip_gre gre;

    (void)state;
    assert_int_equal(ipip_gre_read(&gre, at("0000 0800")), IPIP_OK);
    assert_int_equal(gre.header_bytes, 4);
    assert_int_equal(gre.type, IPIP_GRE_TYPE_IPV4);
    assert_true(gre.key == 0 && gre.sequence == 0 && gre.checksum == 0);
    /* checksum, key, sequence number */
    assert_int_equal(ipip_gre_read(&gre, at("b000 86dd 1234 5678 0000002a 80000007")), IPIP_OK);
    assert_int_equal(gre.header_bytes, 16);
    assert_int_equal(gre.flags, IPIP_GRE_CHECKSUM | IPIP_GRE_KEY | IPIP_GRE_SEQUENCE);
    assert_int_equal(gre.checksum, 0x1234);
    assert_int_equal(gre.reserved, 0x5678);
    assert_int_equal(gre.key, 42);
    assert_int_equal(gre.sequence, 0x80000007);
    /* sequence number only */
    assert_int_equal(ipip_gre_read(&gre, at("1000 88be 00000009")), IPIP_OK);
    assert_true(gre.key == 0 && gre.sequence == 9);
    /* PPTP: version 1, key of payload length and call, sequence number, acknowledgment */
    assert_int_equal(ipip_gre_read(&gre, at("3081 880b 00040001 00000001 00000002")), IPIP_OK);
    assert_int_equal(gre.header_bytes, 16);
    /* routing: offset 4, two entries and the end of the list */
    assert_int_equal(ipip_gre_read(&gre, at("4000 0800 0000 0004 0800 0004 0a000001 fffe 0002 0005 0000 0000")),
                     IPIP_OK);
    assert_int_equal(gre.header_bytes, 26);
    assert_int_equal(gre.reserved, 4);
}

static void test_erspan(void **state)
{
    struct ipip_gre type_2 = {.flags = IPIP_GRE_SEQUENCE, .type = IPIP_GRE_TYPE_ERSPAN};
    struct ipip_gre type_1 = {.type = IPIP_GRE_TYPE_ERSPAN};
    struct ipip_gre type_3 = {.flags = IPIP_GRE_SEQUENCE, .type = IPIP_GRE_TYPE_ERSPAN_3};
    struct ipip_erspan erspan;

    (void)state;
    assert_int_equal(ipip_erspan_read(&erspan, &type_1, at("")), IPIP_OK);
    assert_true(erspan.type == 1 && erspan.header_bytes == 0);
    /* version 1, VLAN 0x123, class 5, encapsulation 0, T, session 0x2a5, index 0xabcde */
    assert_int_equal(ipip_erspan_read(&erspan, &type_2, at("1123 a6a5 000abcde")), IPIP_OK);
    assert_true(erspan.type == 2 && erspan.header_bytes == 8 && erspan.is_cut);
    assert_int_equal(erspan.vlan, 0x123);
    assert_int_equal(erspan.cos, 5);
    assert_int_equal(erspan.session, 0x2a5);
    assert_int_equal(erspan.index, 0xabcde);
    assert_int_equal(ipip_erspan_read(&erspan, &type_2, at("2123 a6a5 000abcde")), IPIP_MALFORMED);
    /* version 2 ..., time, group 0x1234, P 1, frame type 0, hardware 0x2a, direction 1, granularity 0, no subheader */
    assert_int_equal(ipip_erspan_read(&erspan, &type_3, at("2064 0005 01020304 1234 82a8")), IPIP_OK);
    assert_true(erspan.type == 3 && erspan.header_bytes == 12 && !erspan.is_cut && !erspan.is_ip);
    assert_int_equal(erspan.timestamp, 0x01020304);
    assert_int_equal(erspan.group, 0x1234);
    assert_int_equal(erspan.hardware, 0x2a);
    assert_int_equal(erspan.direction, 1);
    assert_int_equal(ipip_erspan_read(&erspan, &type_3, at("2064 0005 01020304 1234 0801 0000000000000000")), IPIP_OK);
    assert_true(erspan.header_bytes == 20 && erspan.is_ip);
    assert_int_equal(ipip_erspan_read(&erspan, &type_3, at("2064 0005 01020304 1234 0400")), IPIP_MALFORMED);
}

static void test_udp_and_gue(void **state)
{
    struct ipip_udp udp;
    struct ipip_gue gue;

    (void)state;
    assert_int_equal(ipip_udp_read(&udp, at("c000 17c0 001c abcd")), IPIP_OK);
    assert_true(udp.source == 0xc000 && udp.destination == IPIP_UDP_PORT_GUE && udp.length == 28 &&
                udp.checksum == 0xabcd);
    assert_int_equal(ipip_gue_read(&gue, at("0029 0000")), IPIP_OK);
    assert_true(gue.variant == 0 && gue.header_bytes == 4 && gue.protocol == 41 && !gue.is_control && !gue.has_remcsum);
    assert_int_equal(ipip_gue_read(&gue, at("2401 0000 00000000 00000000 00000000 00000000")), IPIP_OK);
    assert_true(gue.is_control && gue.header_bytes == 20);
    assert_int_equal(ipip_gue_read(&gue, at("0204 0001 80000000 0014 001a")), IPIP_OK);
    assert_true(gue.has_private_flags && gue.has_remcsum && gue.checksum_start == 20 && gue.checksum_offset == 26);
    assert_int_equal(ipip_gue_read(&gue, at("0104 0001 00000000")), IPIP_OK);
    assert_true(gue.has_private_flags && !gue.has_remcsum);
    assert_int_equal(ipip_gue_read(&gue, at("0104 0001 80000000")), IPIP_MALFORMED);
    assert_int_equal(ipip_gue_read(&gue, at("0004 0001")), IPIP_MALFORMED);
    assert_int_equal(ipip_gue_read(&gue, at("45")), IPIP_OK);
    assert_true(gue.variant == 1 && gue.header_bytes == 0);
    assert_int_equal(ipip_gue_read(&gue, at("8004 0000")), IPIP_MALFORMED);
    assert_int_equal(ipip_gue_read(&gue, at("c004 0000")), IPIP_MALFORMED);
}

/* 10.0.0.1 > 10.0.0.2 with record route (an option of 4 octets, all read), 172.16.0.1 > 172.16.0.2 folded in. */
#define FOLDED "46000028 abcd4000 40370000 0a000001 0a000002 01010100 0680 1234 ac100002 ac100001 01020304"

static void test_minimal(void **state)
{
    struct ipip_minimal minimal;
    struct ipip_ip outer, ip;
    struct ipip_bytes inner, datagram = at(FOLDED);
    uint8_t room[64];

    (void)state;
    ipip_ipv4_read(&outer, datagram.data, datagram.captured);
    assert_int_equal(ipip_minimal_read(&minimal, ipip_bytes_after(datagram, 24)), IPIP_OK);
    assert_true(minimal.protocol == 6 && minimal.has_source && minimal.reserved == 0 && minimal.header_bytes == 12);
    assert_int_equal(minimal.checksum, 0x1234);
    assert_ipv4(minimal.destination, 0xac100002);
    assert_ipv4(minimal.source, 0xac100001);
    assert_int_equal(ipip_minimal_unfold(&inner, room, sizeof room, &outer, datagram, 0), IPIP_OK);
    assert_ptr_equal(inner.data, room);
    assert_true(inner.captured == 28 && inner.wire == 28);
    ipip_ipv4_read(&ip, inner.data, inner.captured);
    assert_int_equal(ip.total_bytes, 28);
    assert_int_equal(ip.protocol, 6);
    assert_int_equal(ip.id, 0xabcd);
    assert_int_equal(ip.ttl, 64);
    assert_true(ipip_ip_df(&ip));
    assert_ipv4(ip.src, 0xac100001);
    assert_ipv4(ip.dst, 0xac100002);
    assert_true(ipip_ipv4_checksum_ok(inner.data, 24));
    assert_memory_equal(room + 20, octets + 20, 4);
    assert_memory_equal(room + 24, octets + 36, 4);
    for (uint32_t capacity = 0; capacity < 28; capacity++)
        assert_int_equal(ipip_minimal_unfold(&inner, room, capacity, &outer, datagram, 0), IPIP_NO_SPACE);
    for (uint32_t captured = 20; captured < 36; captured++)
        assert_int_equal(ipip_minimal_unfold(&inner, room, sizeof room, &outer,
                                             (struct ipip_bytes){octets, captured, datagram.wire}, 0),
                         IPIP_TRUNCATED);
    /* What is cut off of the payload is not there. */
    assert_int_equal(ipip_minimal_unfold(&inner, room, sizeof room, &outer, (struct ipip_bytes){octets, 37, 40}, 0),
                     IPIP_OK);
    assert_true(inner.captured == 25 && inner.wire == 28);

    /* Without source it is the outer one. */
    datagram = at("4500001c abcd4000 40370000 0a000001 0a000002 1100 1234 ac100002");
    ipip_ipv4_read(&outer, datagram.data, datagram.captured);
    assert_int_equal(ipip_minimal_unfold(&inner, room, sizeof room, &outer, datagram, 0), IPIP_OK);
    ipip_ipv4_read(&ip, inner.data, inner.captured);
    assert_int_equal(ip.total_bytes, 20);
    assert_ipv4(ip.src, 0x0a000001);
    assert_ipv4(ip.dst, 0xac100002);
    /* Padding of a link is not part of it; with the Total Length that offload leaves, 0, all is. */
    datagram = at("4500001c abcd4000 40370000 0a000001 0a000002 1100 1234 ac100002 0000 0000 0000");
    assert_int_equal(ipip_minimal_unfold(&inner, room, sizeof room, &outer, datagram, 0), IPIP_OK);
    assert_true(inner.captured == 20 && inner.wire == 20);
    outer.total_bytes = 0;
    assert_int_equal(ipip_minimal_unfold(&inner, room, sizeof room, &outer, datagram, 0), IPIP_OK);
    assert_true(inner.captured == 26 && inner.wire == 26);
    for (uint16_t total = 20; total < 28; total++) { /* no room for the minimal header */
        outer.total_bytes = total;
        assert_int_equal(ipip_minimal_unfold(&inner, room, sizeof room, &outer, datagram, 0), IPIP_MALFORMED);
    }
}

static enum ipip_status read_one(unsigned which, struct ipip_bytes bytes)
{
    struct ipip_gre gre = {.flags = IPIP_GRE_SEQUENCE,
                           .type = which == 1 ? IPIP_GRE_TYPE_ERSPAN : IPIP_GRE_TYPE_ERSPAN_3};
    struct ipip_erspan erspan;
    struct ipip_udp udp;
    struct ipip_gue gue;
    struct ipip_minimal minimal;

    switch (which) {
    case 0:
        return ipip_gre_read(&gre, bytes);
    case 1:
    case 2:
        return ipip_erspan_read(&erspan, &gre, bytes);
    case 3:
        return ipip_udp_read(&udp, bytes);
    case 4:
        return ipip_gue_read(&gue, bytes);
    default:
        return ipip_minimal_read(&minimal, bytes);
    }
}

static void test_every_truncation(void **state)
{
    static const char *const headers[] = {
        "f000 0800 1234 0000 0000002a 00000007 0800 0004 0a090909 0000 0000",
        "1000 0005 00000000",
        "2000 0005 00000000 0000 0001 0000000000000000",
        "c000 17c0 001c 0000",
        "0204 0001 80000000 0014 001a",
        "0680 0000 0a010202 0a010101",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct ipip_bytes header = at(headers[i]);

        assert_int_equal(read_one(i, header), IPIP_OK);
        for (uint32_t captured = 0; captured < header.wire; captured++) {
            uint8_t *exact = malloc(captured > 0 ? captured : 1); /* AddressSanitizer sees a read beyond */

            memcpy(exact, header.data, captured);
            assert_int_equal(read_one(i, (struct ipip_bytes){exact, captured, header.wire}), IPIP_TRUNCATED);
            assert_int_equal(read_one(i, (struct ipip_bytes){exact, captured, captured}), IPIP_MALFORMED);
            free(exact);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gre),     cmocka_unit_test(test_erspan),           cmocka_unit_test(test_udp_and_gue),
        cmocka_unit_test(test_minimal), cmocka_unit_test(test_every_truncation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
