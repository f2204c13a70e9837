/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipip/carrier.h"
#include "ipip/ipv4.h"
#include "ipip/stack.h"

#define ETHERNET "020000000002 020000000001 0800 "
#define OVER_IPV4(protocol) "4500 0000 0001 0000 40 " protocol " 0000 0a090901 0a090902 "
#define OVER_IPV6(next) OF_IPV6("0000", next) /* with the Payload Length that make() finds */
#define OF_IPV6(length, next) \
    "60000000 " length " " next " 40 20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define UDP(port) "c000 " port " 0000 0000 "
#define TUNNEL_PACKET                                                                                                   \
    "4500 0034 1234 4000 40 04 1490 0a000001 0a000002 4500 0020 1234 4000 40 11 1495 0a010001 0a020001 9c40 2328 000c " \
    "0000 69706970"

/* Headers by hand; a tunnel packet of 52 octets follows. */
static const struct {
    const char *header;
    enum ipip_carrier_kind kind;
    int64_t id; /* -1: none */
    const char *text;
} carriers[] = {
    {OVER_IPV4("2f") "0000 0800", IPIP_CARRIER_GRE, -1, "GRE 10.9.9.1 > 10.9.9.2"},
    {OVER_IPV4("2f") "b000 0800 0000 0000 00000007 00000009", IPIP_CARRIER_GRE, 7, "GRE 10.9.9.1 > 10.9.9.2 key 7"},
    {OVER_IPV4("2f") "8000 0800 0000 0000", IPIP_CARRIER_GRE, -1, "GRE 10.9.9.1 > 10.9.9.2"},
    {OVER_IPV4("2f") "1000 0800 00000009", IPIP_CARRIER_GRE, -1, "GRE 10.9.9.1 > 10.9.9.2"},
    /* Bits 6 to 12 are to be ignored: RFC 2784 section 2.3. */
    {OVER_IPV4("2f") "03f8 0800", IPIP_CARRIER_GRE, -1, "GRE 10.9.9.1 > 10.9.9.2"},
    {OVER_IPV4("2f") "2000 6558 00000007 " ETHERNET, IPIP_CARRIER_GRE, 7, "GRE 10.9.9.1 > 10.9.9.2 key 7"},
    {OVER_IPV4("2f") "0000 8847 00064140", IPIP_CARRIER_GRE, -1, "GRE 10.9.9.1 > 10.9.9.2"},
    {OVER_IPV4("2f") "0000 8100 0064 0800", IPIP_CARRIER_GRE, -1, "GRE 10.9.9.1 > 10.9.9.2"},
    {OVER_IPV6("2f") "0000 0800", IPIP_CARRIER_GRE, -1, "GRE 2001:db8::1 > 2001:db8::2"},
    {OVER_IPV6("3c") "2f00 0401 0401 0100 0000 0800", IPIP_CARRIER_GRE, -1, "GRE 2001:db8::1 > 2001:db8::2"},
    /* Hop-by-hop options, routing, a fragment header before a whole packet. */
    {OVER_IPV6("00") "2b00 0104 00000000 2c00 0000 00000000 2f00 0000 00000001 0000 0800", IPIP_CARRIER_GRE, -1,
     "GRE 2001:db8::1 > 2001:db8::2"},
    {OVER_IPV4("2f") "0000 88be " ETHERNET, IPIP_CARRIER_ERSPAN, -1, "ERSPAN 10.9.9.1 > 10.9.9.2"},
    {OVER_IPV4("2f") "1000 88be 00000001 1064 0005 00012345 " ETHERNET, IPIP_CARRIER_ERSPAN, 5,
     "ERSPAN 10.9.9.1 > 10.9.9.2 session 5"},
    {OVER_IPV4("2f") "1000 88be 00000001 1064 ffff 00012345 " ETHERNET, IPIP_CARRIER_ERSPAN, 1023,
     "ERSPAN 10.9.9.1 > 10.9.9.2 session 1023"},
    {OVER_IPV4("2f") "1000 22eb 00000001 2064 0005 01020304 0000 0030 " ETHERNET, IPIP_CARRIER_ERSPAN, 5,
     "ERSPAN 10.9.9.1 > 10.9.9.2 session 5"},
    {OVER_IPV4("2f") "1000 22eb 00000001 2064 0005 01020304 0000 0031 0300000000000000 " ETHERNET, IPIP_CARRIER_ERSPAN,
     5, "ERSPAN 10.9.9.1 > 10.9.9.2 session 5"},
    {OVER_IPV4("2f") "1000 22eb 00000001 2064 0005 01020304 0000 0830", IPIP_CARRIER_ERSPAN, 5,
     "ERSPAN 10.9.9.1 > 10.9.9.2 session 5"},
    {OVER_IPV4("11") UDP("12b5") "08000000 00004d00 " ETHERNET, IPIP_CARRIER_VXLAN, 77,
     "VXLAN 10.9.9.1 > 10.9.9.2 VNI 77"},
    {OVER_IPV4("11") UDP("2118") "08000000 00004d00 " ETHERNET, IPIP_CARRIER_VXLAN, 77,
     "VXLAN 10.9.9.1 > 10.9.9.2 VNI 77"},
    {OVER_IPV6("11") UDP("12b5") "08000000 ffffff00 " ETHERNET, IPIP_CARRIER_VXLAN, 0xffffff,
     "VXLAN 2001:db8::1 > 2001:db8::2 VNI 16777215"},
    {OVER_IPV4("11") UDP("12b6") "0c000001 00004d00", IPIP_CARRIER_VXLAN_GPE, 77,
     "VXLAN-GPE 10.9.9.1 > 10.9.9.2 VNI 77"},
    {OVER_IPV4("11") UDP("12b6") "04000003 00004d00 " ETHERNET, IPIP_CARRIER_VXLAN_GPE, -1,
     "VXLAN-GPE 10.9.9.1 > 10.9.9.2"},
    {OVER_IPV4("11") UDP("12b6") "0c000005 00004d00 00064140", IPIP_CARRIER_VXLAN_GPE, 77,
     "VXLAN-GPE 10.9.9.1 > 10.9.9.2 VNI 77"},
    {OVER_IPV4("11") UDP("12b6") "08000000 00004d00 " ETHERNET, IPIP_CARRIER_VXLAN_GPE, 77,
     "VXLAN-GPE 10.9.9.1 > 10.9.9.2 VNI 77"},
    {OVER_IPV4("11") UDP("17c1") "0000 6558 00004d00 " ETHERNET, IPIP_CARRIER_GENEVE, 77,
     "Geneve 10.9.9.1 > 10.9.9.2 VNI 77"},
    {OVER_IPV4("11") UDP("17c1") "0240 0800 00004d00 0102800100000001", IPIP_CARRIER_GENEVE, 77,
     "Geneve 10.9.9.1 > 10.9.9.2 VNI 77"},
    /* VXLAN in ERSPAN. */
    {OVER_IPV4("2f") "0000 88be " ETHERNET OF_IPV6("0052", "11") UDP("12b5") "08000000 00004d00 " ETHERNET,
     IPIP_CARRIER_VXLAN, 77, NULL},
};

static uint8_t packet[512];
static struct ipip_carried carried;

static uint32_t make(const char *header)
{
    enum { FIXED = 40 };
    uint32_t bytes = from_hex(packet, sizeof packet, header);

    bytes += from_hex(packet + bytes, sizeof packet - bytes, TUNNEL_PACKET);
    if (packet[0] >> 4 == 6) { /* Payload Length */
        packet[4] = (uint8_t)((bytes - FIXED) >> 8);
        packet[5] = (uint8_t)(bytes - FIXED);
    }
    return bytes;
}

static bool find(const char *header)
{
    return ipip_carried_find(&carried, ipip_kinds_ipip(), whole(packet, make(header)));
}

static void test_every_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < sizeof carriers / sizeof carriers[0]; i++) {
        const struct ipip_carrier *carrier = carried.carriers.all;
        char text[IPIP_CARRIERS_TEXT];
        struct ipip_stack stack;
        uint32_t bytes;

        assert_true(find(carriers[i].header));
        bytes = make(carriers[i].header);
        assert_int_equal(carried.carriers.count, 1);
        assert_int_equal(carrier->kind, carriers[i].kind);
        assert_int_equal(carrier->has_id, carriers[i].id >= 0);
        if (carriers[i].id >= 0)
            assert_int_equal(carrier->id, carriers[i].id);
        assert_ptr_equal(carried.ip.data, packet + bytes - 52);
        assert_int_equal(carried.ip.captured, 52);
        assert_int_equal(carried.ip.wire, 52);
        assert_int_equal(carried.is_frame, strstr(carriers[i].header, ETHERNET) != NULL);
        assert_string_equal(ipip_carriers_text(text, &carried.carriers), carriers[i].text);
        assert_int_equal(ipip_stack_read(&stack, ipip_kinds_ipip(), whole(packet, bytes)), IPIP_OK);
        assert_int_equal(stack.carrier_bytes, bytes - 52);
        assert_int_equal(stack.count, 2);
        assert_int_equal(stack.layers[0].kind, IPIP_KIND_IPIP);
    }
}

/* Of a packet that is cut the IP header inside is there in whole, or it is no carrier; nothing behind the end is read. */
static void test_every_truncation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof carriers / sizeof carriers[0]; i++) {
        uint32_t bytes = make(carriers[i].header);

        for (uint32_t captured = 0; captured <= bytes; captured++) {
            uint8_t *exact = malloc(captured > 0 ? captured : 1);

            memcpy(exact, packet, captured);
            assert_int_equal(
                ipip_carried_find(&carried, ipip_kinds_ipip(), (struct ipip_bytes){exact, captured, bytes}),
                captured >= bytes - 52 + 20);
            if (captured >= bytes - 52 + 20) {
                assert_int_equal(carried.ip.captured, captured - (bytes - 52));
                assert_int_equal(carried.ip.wire, 52);
            }
            free(exact);
        }
    }
}

static void test_what_is_refused(void **state)
{
    static const char *const others[] = {
        TUNNEL_PACKET,
        OVER_IPV4("06") "0000 0800",
        OVER_IPV4("2f") "4000 0800 00000000",                              /* RFC 1701 routing */
        OVER_IPV4("2f") "0800 0800",                                       /* its strict source route */
        OVER_IPV4("2f") "0400 0800",                                       /* its recursion control */
        OVER_IPV4("2f") "0001 0800",                                       /* version 1: RFC 2637 */
        OVER_IPV4("2f") "0000 0000",                                       /* a keepalive */
        OVER_IPV4("2f") "0000 0034",                                       /* a length is no type */
        OVER_IPV4("2f") "0000 880b",                                       /* PPP */
        OVER_IPV4("2f") "1000 88be 00000001 0064 0005 00012345 " ETHERNET, /* version 0 */
        OVER_IPV4("2f") "1000 88be 00000001 2064 0005 00012345 " ETHERNET,
        OVER_IPV4("2f") "1000 22eb 00000001 1064 0005 01020304 0000 0030 " ETHERNET,
        OVER_IPV4("2f") "1000 22eb 00000001 2064 0005 01020304 0000 0430 " ETHERNET, /* frame type 1 */
        OVER_IPV4("2f") "0000 88be 020000000002 020000000001 0806 ",
        OVER_IPV4("11") UDP("12b7") "08000000 00004d00 " ETHERNET, /* another port */
        OVER_IPV4("11") UDP("12b5") "00000000 00004d00 " ETHERNET, /* no network */
        OVER_IPV4("11") UDP("12b6") "1c000003 00004d00 " ETHERNET, /* version 1 */
        OVER_IPV4("11") UDP("12b6") "0d000003 00004d00 " ETHERNET, /* operation and maintenance */
        OVER_IPV4("11") UDP("12b6") "0c000004 00004d00 " ETHERNET, /* network service header */
        OVER_IPV4("11") UDP("12b6") "0c0000ff 00004d00 " ETHERNET,
        OVER_IPV4("11") UDP("17c1") "4000 6558 00004d00 " ETHERNET, /* version 1 */
        OVER_IPV4("11") UDP("17c1") "0080 6558 00004d00 " ETHERNET, /* a control packet */
        OVER_IPV4("11") UDP("17c1") "3f00 6558 00004d00 " ETHERNET, /* options beyond the end */
        OVER_IPV4("11") UDP("17c1") "0000 0034 00004d00",
        OVER_IPV6("06") "0000 0800",
        OVER_IPV6("3b") "0000 0800",
        OVER_IPV6("2c") "2f00 0001 00000001 0000 0800", /* the first fragment */
        OVER_IPV6("2c") "2f00 0008 00000001 0000 0800", /* a later one */
        OVER_IPV6("3c") "2fff 0000 00000000 0000 0800", /* options beyond the end */
        "4f00 0000 0001 0000 40 2f 0000 0a090901 0a090902 0000 0800",
        "4400 0000 0001 0000 40 2f 0000 0a090901 0a090902 0000 0800",
        "4500 0000 0001 2000 40 2f 0000 0a090901 0a090902 0000 0800", /* the first fragment */
        "4500 0000 0001 0001 40 2f 0000 0a090901 0a090902 0000 0800",
        "4500 0018 0001 0000 40 2f 0000 0a090901 0a090902 0000 0800", /* nothing inside, by Total Length */
        "4500 0013 0001 0000 40 2f 0000 0a090901 0a090902 0000 0800",
        OVER_IPV4("11") "c000 12b5 0010 0000 08000000 00004d00 " ETHERNET, /* nothing inside, by the length of UDP */
        OVER_IPV4("11") "c000 12b5 0007 0000 08000000 00004d00 " ETHERNET,
        "50000000 0000 2f 40 20010db8000000000000000000000001 20010db8000000000000000000000002 0000 0800",
        "5500 0000 0001 0000 40 2f 0000 0a090901 0a090902 0000 0800",
    };

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(find(others[i]));
}

/* Seventeen extension headers, of which sixteen are read. */
static void test_extension_headers_are_bounded(void **state)
{
    static const char more[] = "3c00 0104 00000000 ";
    char header[512];

    (void)state;
    for (int count = 15; count <= 16; count++) {
        int length = snprintf(header, sizeof header, "%s", OVER_IPV6("3c"));

        for (int i = 0; i < count; i++)
            length += snprintf(header + length, sizeof header - (size_t)length, "%s", more);
        snprintf(header + length, sizeof header - (size_t)length, "2f00 0104 00000000 0000 0800");
        assert_int_equal(find(header), count == 15);
    }
}

static void test_in_each_other(void **state)
{
    static const char gre[] = OVER_IPV4("2f") "0000 0800 ";
    char header[512] = "";
    size_t length = 0;
    char text[IPIP_CARRIERS_TEXT];

    (void)state;
    assert_true(find(carriers[sizeof carriers / sizeof carriers[0] - 1].header));
    assert_string_equal(ipip_carriers_text(text, &carried.carriers),
                        "VXLAN 2001:db8::1 > 2001:db8::2 VNI 77 in ERSPAN 10.9.9.1 > 10.9.9.2");
    for (size_t depth = 1; depth <= IPIP_CARRIERS_MAX + 1; depth++) {
        length += (size_t)snprintf(header + length, sizeof header - length, "%s", gre);
        assert_int_equal(find(header), depth <= IPIP_CARRIERS_MAX);
        if (depth > IPIP_CARRIERS_MAX)
            break;
        assert_int_equal(carried.carriers.count, depth);
        assert_ptr_equal(carried.ip.data, packet + 24 * depth);
    }
}

/* In a frame anything is of interest; elsewhere tunnel packets, and ICMP errors about them. */
static void test_what_is_of_interest(void **state)
{
    static const char *const contents[] = {
        "4500 001c 0001 0000 40 11 0000 0a010001 0a020001 9c40 2328 0008 0000",
        "4500 0038 0001 0000 40 01 0000 0a010001 0a020001 0301 0000 00000000 "
        "4500 0034 1234 4000 40 11 1490 0a000001 0a000002 0000000000000000",
        "4500 0038 0001 0000 40 01 0000 0a010001 0a020001 0801 0000 00000000 "
        "4500 0034 1234 4000 40 04 1490 0a000001 0a000002 0000000000000000",
        "4500 0038 0001 0000 40 01 0000 0a010001 0a020001 0301 0000 00000000 "
        "4500 0034 1234 4000 40 04 1490 0a000001 0a000002 0000000000000000",
    };
    static const char gre[] = OVER_IPV4("2f") "0000 0800 ";
    static const char erspan[] = OVER_IPV4("2f") "0000 88be " ETHERNET;

    (void)state;
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        bool is_of_tunnel = i == 3;
        char text[1024];

        snprintf(text, sizeof text, "%s%s", gre, contents[i]);
        assert_int_equal(
            ipip_carried_find(&carried, ipip_kinds_ipip(), whole(packet, from_hex(packet, sizeof packet, text))),
            is_of_tunnel);
        snprintf(text, sizeof text, "%s%s", erspan, contents[i]);
        assert_true(
            ipip_carried_find(&carried, ipip_kinds_ipip(), whole(packet, from_hex(packet, sizeof packet, text))));
        /* A GRE packet that was mirrored: what is of interest of it is the packet in the frame, or in the tunnel. */
        snprintf(text, sizeof text, "%s%s%s", erspan, gre, contents[i]);
        assert_true(
            ipip_carried_find(&carried, ipip_kinds_ipip(), whole(packet, from_hex(packet, sizeof packet, text))));
        assert_int_equal(carried.carriers.count, is_of_tunnel ? 2 : 1);
    }
}

/* IPv6 in a carrier: by what follows its header, of the kinds that are asked for; in a mirrored frame all of it. */
static void test_ipv6_of_interest(void **state)
{
    static const struct {
        const char *next;
        enum ipip_kind kind; /* IPIP_KIND_NONE: no tunnel */
    } rows[] = {{"04", IPIP_KIND_4IN6}, {"29", IPIP_KIND_6IN6}, {"11", IPIP_KIND_NONE}, {"3b", IPIP_KIND_NONE}};
    static const enum ipip_kind asked[] = {IPIP_KIND_4IN6, IPIP_KIND_6IN6};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t k = 0; k < 2; k++) {
            struct ipip_kinds kinds = *ipip_kinds_ipip();
            char text[512];

            kinds.set = IPIP_KIND_BIT(asked[k]);
            snprintf(text, sizeof text, OVER_IPV4("2f") "0000 86dd " OF_IPV6("0008", "%s") "0000000000000000",
                     rows[i].next);
            assert_int_equal(ipip_carried_find(&carried, &kinds, whole(packet, from_hex(packet, sizeof packet, text))),
                             rows[i].kind == asked[k]);
            snprintf(
                text, sizeof text,
                OVER_IPV4("2f") "0000 88be 020000000002 020000000001 86dd " OF_IPV6("0008", "%s") "0000000000000000",
                rows[i].next);
            assert_true(ipip_carried_find(&carried, &kinds, whole(packet, from_hex(packet, sizeof packet, text))));
        }
    }
}

/* What the link put behind the carrier is none of what it carries. */
static void test_padding_behind(void **state)
{
    static const char *const headers[] = {"4500 004c 0001 0000 40 2f 0000 0a090901 0a090902 0000 0800",
                                          OVER_IPV6("2f") "0000 0800"};

    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        uint32_t bytes = make(headers[i]);

        assert_true(ipip_carried_find(&carried, ipip_kinds_ipip(), whole(packet, bytes + 6)));
        assert_int_equal(carried.ip.captured, 52);
        assert_int_equal(carried.ip.wire, 52);
    }
}

/* A GRE tunnel of a kind that is to be read is no carrier; of another kind it is. */
static void test_kinds_of_gre(void **state)
{
    static const struct {
        const char *header;
        enum ipip_kind kind;
    } tunnels[] = {
        {OVER_IPV4("2f") "0000 0800", IPIP_KIND_GRE},
        {OVER_IPV4("2f") "0000 6558 " ETHERNET, IPIP_KIND_GRETAP},
        {OVER_IPV4("2f") "0000 88be " ETHERNET, IPIP_KIND_ERSPAN},
        {OVER_IPV6("2f") "0000 0800", IPIP_KIND_GRE6},
        {OVER_IPV6("2f") "0000 6558 " ETHERNET, IPIP_KIND_GRETAP6},
        {OVER_IPV6("2f") "0000 88be " ETHERNET, IPIP_KIND_ERSPAN6},
    };
    enum { COUNT = sizeof tunnels / sizeof tunnels[0] };

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        uint32_t bytes = make(tunnels[i].header);

        for (size_t k = 0; k < COUNT; k++) {
            struct ipip_kinds kinds = {.set = IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(tunnels[k].kind)};

            assert_int_equal(ipip_carried_find(&carried, &kinds, whole(packet, bytes)), i != k);
        }
    }
}

/* A mirror that cuts packets: what is not there was on the wire, as with a snapshot length. */
static void test_cut_by_the_mirror(void **state)
{
    uint32_t bytes = make(OVER_IPV4("2f") "0000 88be " ETHERNET);

    (void)state;
    assert_true(ipip_carried_find(&carried, ipip_kinds_ipip(), whole(packet, bytes - 20)));
    assert_int_equal(carried.ip.captured, 32);
    assert_int_equal(carried.ip.wire, 52);
}

/* Every octet of every header at every value: nothing is read behind the end, whatever lengths say. */
static void test_hostile_octets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof carriers / sizeof carriers[0]; i++) {
        uint32_t bytes = make(carriers[i].header);
        uint8_t *exact = malloc(bytes);

        for (uint32_t at = 0; at < bytes - 32; at++) {
            memcpy(exact, packet, bytes);
            for (unsigned value = 0; value < 256; value++) {
                exact[at] = (uint8_t)value;
                if (!ipip_carried_find(&carried, ipip_kinds_ipip(), whole(exact, bytes)))
                    continue;
                assert_true(carried.ip.data >= exact && carried.ip.captured >= 20);
                assert_true(carried.ip.data + carried.ip.captured <= exact + bytes);
                assert_true(carried.ip.wire >= carried.ip.captured);
            }
        }
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),       cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_what_is_refused),  cmocka_unit_test(test_extension_headers_are_bounded),
        cmocka_unit_test(test_in_each_other),    cmocka_unit_test(test_what_is_of_interest),
        cmocka_unit_test(test_ipv6_of_interest), cmocka_unit_test(test_padding_behind),
        cmocka_unit_test(test_kinds_of_gre),     cmocka_unit_test(test_cut_by_the_mirror),
        cmocka_unit_test(test_hostile_octets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
