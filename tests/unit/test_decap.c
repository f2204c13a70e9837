/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decapsulation of each kind, in octets by hand: what comes out, and what must not. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/drop.h"
#include "ipip/encap.h"
#include "ipip/unwrap.h"

enum { PACKET_MAX = 256, SEED = 1 };

/*       version, IHL  TOS  length  id   flags, offset  TTL  protocol  checksum  source   destination */
#define IPV4(tos, length, protocol) "45" tos length "00010000 40" protocol "0000 0a000001 0a000002 "
#define INNER4 "45020014 00020000 3ffd63e5 0a010101 0a010202 " /* ECT(0) */
#define INNER4_PLAIN "45000014 00020000 3ffd63e7 0a010101 0a010202 "
/*       version, class, label  payload length  next header  hop limit  source  destination */
#define IPV6(class, length, next) \
    "6" class "00000" length next "40 20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define INNER6 "60200000 0000 3b 3f 20010db8000100000000000000000001 20010db8000200000000000000000002 " /* ECT(0) */
#define LIMIT(next) next "00 04 01 04 01 01 00 "
#define MACS "020000000001 020000000002 " /* destination, source */
#define LABEL "00064140 "                 /* 100, bottom of the stack, TTL 64 */

static uint8_t octets[PACKET_MAX];
static uint8_t head[IPIP_DECAP_HEAD_MAX];
static struct ipip_stack stack;
static struct ipip_rewrite rewrite;
static enum ipip_payload type;

static enum ipip_status decap_bytes(struct ipip_bytes packet)
{
    ipip_stack_read(&stack, ipip_kinds_all(), packet);
    return ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_all(), 1, IPIP_ECN_DECAP_RFC6040);
}

static enum ipip_status decap(const char *hex)
{
    return decap_bytes(whole(octets, from_hex(octets, sizeof octets, hex)));
}

static const struct {
    const char *hex;
    enum ipip_payload type;
    unsigned offset; /* of what comes out */
    unsigned needed; /* octets that must be captured */
} tunnels[] = {
    {IPV4("00", "003c", "29") INNER6, IPIP_PAYLOAD_IPV6, 20, 60},
    {IPV6("00", "0014", "04") INNER4, IPIP_PAYLOAD_IPV4, 40, 60},
    {IPV6("00", "0030", "3c") LIMIT("29") INNER6, IPIP_PAYLOAD_IPV6, 48, 88},
    {IPV4("00", "002c", "2f") "00000800" INNER4, IPIP_PAYLOAD_IPV4, 24, 44},
    {IPV4("00", "0040", "2f") "000086dd" INNER6, IPIP_PAYLOAD_IPV6, 24, 64},
    /* checksum (not looked at here), key 42, sequence number 7 */
    {IPV6("00", "0024", "2f") "b0000800 12340000 0000002a 00000007" INNER4, IPIP_PAYLOAD_IPV4, 56, 76},
    {IPV4("00", "003a", "2f") "00006558" MACS "0800" INNER4, IPIP_PAYLOAD_ETHERNET, 24, 58},
    {IPV6("00", "002e", "3c") LIMIT("2f") "00006558" MACS "0800" INNER4, IPIP_PAYLOAD_ETHERNET, 52, 86},
    /* VLAN 100 */
    {IPV4("00", "003e", "2f") "00006558" MACS "81000064 0800" INNER4, IPIP_PAYLOAD_ETHERNET, 24, 62},
    /* ARP: no IP packet, and a frame all the same */
    {IPV4("00", "0042", "2f") "00006558" MACS "0806 00010800 06040001 020000000002 0a010101 000000000000 0a010102",
     IPIP_PAYLOAD_ETHERNET, 24, 38},
    /* IPv4 announced, and another version there: the bridge does not care */
    {IPV4("00", "003a", "2f") "00006558" MACS "0800"
                              "95020014 00020000 3ffd63e5 0a010101 0a010202",
     IPIP_PAYLOAD_ETHERNET, 24, 39},
    /* ERSPAN type I; II of session 5; III with index of hardware; the same with the platform's subheader; III of an IP packet */
    {IPV4("00", "003a", "2f") "000088be" MACS "0800" INNER4, IPIP_PAYLOAD_ETHERNET, 24, 58},
    {IPV4("00", "0046", "2f") "100088be 00000001 10000005 00000000" MACS "0800" INNER4, IPIP_PAYLOAD_ETHERNET, 36, 70},
    {IPV4("00", "004a", "2f") "100022eb 00000001 20640005 01020304 123482a8" MACS "0800" INNER4, IPIP_PAYLOAD_ETHERNET,
     40, 74},
    {IPV4("00", "0052", "2f") "100022eb 00000001 20640005 01020304 12340001 0000000000000000" MACS "0800" INNER4,
     IPIP_PAYLOAD_ETHERNET, 48, 82},
    {IPV4("00", "0044", "2f") "100022eb 00000001 20640005 01020304 12340801 0000000000000000" INNER4, IPIP_PAYLOAD_IPV4,
     48, 68},
    /* GUE: variant 0; with remote checksum offload; variant 1, IPv6 itself. UDP ports 49152 and 6080 */
    {IPV4("00", "0034", "11") "c00017c0 00200000 00040000" INNER4, IPIP_PAYLOAD_IPV4, 32, 52},
    {IPV4("00", "003c", "11") "c00017c0 00280000 02040001 80000000 00140010" INNER4, IPIP_PAYLOAD_IPV4, 40, 60},
    {IPV4("00", "0044", "11") "c00017c0 00300000" INNER6, IPIP_PAYLOAD_IPV6, 28, 68},
    /* GRE in UDP, port 4754, with a frame */
    {IPV4("00", "0042", "11") "c0001292 002e0000 00006558" MACS "0800" INNER4, IPIP_PAYLOAD_ETHERNET, 32, 66},
    /* labels, in IP and in GRE, and a pseudowire behind them */
    {IPV4("00", "002c", "89") LABEL INNER4, IPIP_PAYLOAD_MPLS, 20, 44},
    {IPV4("00", "0030", "2f") "00008847" LABEL INNER4, IPIP_PAYLOAD_MPLS, 24, 48},
    {IPV4("00", "001e", "89") LABEL "00000000 aabb", IPIP_PAYLOAD_MPLS, 20, 25},
    /* an authentication header in between */
    {IPV4("00", "0034", "33") "04010000 00000001 00000002" INNER4, IPIP_PAYLOAD_IPV4, 32, 52},
};

static void test_what_comes_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++) {
        enum ipip_status status = decap(tunnels[i].hex);
        uint32_t bytes = from_hex(octets, sizeof octets, tunnels[i].hex);

        assert_int_equal(status, IPIP_OK);
        assert_int_equal(type, tunnels[i].type);
        assert_int_equal(rewrite.head_bytes, 0);
        assert_ptr_equal(rewrite.rest.data, octets + tunnels[i].offset);
        assert_int_equal(rewrite.rest.captured, bytes - tunnels[i].offset);
        assert_int_equal(rewrite.rest.wire, bytes - tunnels[i].offset);
        assert_int_equal(ipip_decap_depth(&stack, ipip_kinds_all()), 1);
    }
}

/* Cut off by the snapshot length anywhere. Nothing behind the cut is read: the octets are at the end of their memory. */
static void test_truncation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++) {
        uint32_t bytes = from_hex(octets, sizeof octets, tunnels[i].hex);

        for (uint32_t captured = 0; captured < bytes; captured++) {
            uint8_t *copy = malloc(captured + !captured);
            enum ipip_status status;

            memcpy(copy, octets, captured);
            status = decap_bytes((struct ipip_bytes){copy, captured, bytes});
            if (captured < tunnels[i].needed) {
                assert_int_not_equal(status, IPIP_OK);
            } else {
                assert_int_equal(status, IPIP_OK);
                assert_int_equal(rewrite.rest.wire, bytes - tunnels[i].offset);
                assert_int_equal(rewrite.rest.captured, captured - tunnels[i].offset);
            }
            free(copy);
        }
    }
}

/* Too short on the wire: what comes out is never more than there was. */
static void test_short_packets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++) {
        uint32_t bytes = from_hex(octets, sizeof octets, tunnels[i].hex);

        for (uint32_t wire = 0; wire < bytes; wire++) {
            struct ipip_bytes packet = {octets, wire, wire};

            if (decap_bytes(packet) == IPIP_OK)
                assert_ptr_equal(rewrite.rest.data + rewrite.rest.captured, octets + wire);
        }
    }
}

static void test_what_does_not(void **state)
{
    static const struct {
        const char *hex;
        enum ipip_status status;
    } cases[] = {
        {IPV4("00", "0024", "32") "00000100 00000001 0000000000000000", IPIP_OPAQUE},
        {IPV4("00", "001c", "6c") "04000002 00000000", IPIP_OPAQUE},
        {IPV4("00", "0018", "2f") "00000000", IPIP_NOT_IP}, /* a keepalive */
        {IPV4("00", "002c", "2f") "000086dd" INNER4, IPIP_NOT_IPV6},
        {IPV4("00", "0040", "2f") "00000800" INNER6, IPIP_NOT_IPV4},
        {IPV4("00", "0028", "29") INNER4, IPIP_NOT_IPV6},
        {IPV4("00", "002c", "2f") "00010800" INNER4, IPIP_MALFORMED}, /* version 1, and no PPP */
        {IPV4("00", "0019", "2f") "00006558 02", IPIP_MALFORMED},
        {IPV4("00", "0020", "11") "c00017c0 000c0000 80040000", IPIP_MALFORMED}, /* variant 2 */
        {IPV4("00", "0020", "11") "c00017c0 000c0000 20010000", IPIP_NOT_IP},    /* a control message */
        {IPV4("00", "001c", "11") "c0000035 00080000", IPIP_NOT_A_TUNNEL},
        {IPV4("00", "0028", "11") "c00017c0 00140000 00040000 45020014 00020000", IPIP_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum ipip_status status = decap(cases[i].hex);

        assert_int_equal(status, cases[i].status);
    }
}

static void expect_head(uint32_t bytes, const char *hex)
{
    uint8_t right[IPIP_DECAP_HEAD_MAX];

    assert_int_equal(rewrite.head_bytes, bytes);
    assert_int_equal(from_hex(right, sizeof right, hex), bytes);
    assert_memory_equal(head, right, bytes);
}

/* Congestion outside is marked inside (RFC 6040 section 4.2), in any header. */
static void test_congestion(void **state)
{
    (void)state;
    assert_int_equal(decap(IPV4("03", "003c", "29") INNER6), IPIP_OK);
    expect_head(40, "60300000 0000 3b 3f 20010db8000100000000000000000001 20010db8000200000000000000000002");
    assert_int_equal(decap(IPV6("03", "0014", "04") INNER4), IPIP_OK);
    expect_head(20, "45030014 00020000 3ffd63e4 0a010101 0a010202");
    assert_int_equal(decap(IPV4("03", "003a", "2f") "00006558" MACS "0800" INNER4), IPIP_OK);
    assert_int_equal(type, IPIP_PAYLOAD_ETHERNET);
    expect_head(34, MACS "0800 45030014 00020000 3ffd63e4 0a010101 0a010202");
    assert_int_equal(ipip_decap(&rewrite, &type, head, 33, &stack, ipip_kinds_all(), 1, IPIP_ECN_DECAP_RFC6040),
                     IPIP_NO_SPACE);
    assert_int_equal(decap(IPV4("03", "002c", "2f") "00000800" INNER4_PLAIN), IPIP_ECN_DROP);
    /* Labels are not read: they come out as they are. */
    assert_int_equal(decap(IPV4("03", "002c", "89") LABEL INNER4_PLAIN), IPIP_OK);
    assert_int_equal(rewrite.head_bytes, 0);
}

/* GRE in IPv4 in IPv4: both, and with the frame that is inside also a third header. */
static void test_nests(void **state)
{
    (void)state;
    assert_int_equal(decap(IPV4("03", "0040", "04") IPV4("02", "002c", "2f") "00000800" INNER4), IPIP_OK);
    assert_int_equal(ipip_decap_depth(&stack, ipip_kinds_all()), 2);
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_all(), 2, IPIP_ECN_DECAP_RFC6040), IPIP_OK);
    expect_head(20, "45030014 00020000 3ffd63e4 0a010101 0a010202");
    decap(IPV4("00", "0056", "04") IPV4(
        "00", "0042", "2f") "00006558" MACS "0806 00010800 06040001 020000000002 0a010101 000000000000 0a010102");
    assert_int_equal(ipip_decap_depth(&stack, ipip_kinds_all()), 2);
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_all(), 2, IPIP_ECN_DECAP_RFC6040), IPIP_OK);
    assert_int_equal(type, IPIP_PAYLOAD_ETHERNET);
    assert_ptr_equal(rewrite.rest.data, octets + 44);
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_all(), 3, IPIP_ECN_DECAP_RFC6040),
        IPIP_NOT_IP);
}

#define MINIMAL(checksum) \
    "45000029 12344000 4037a466 c0000201 c0000202 1180" checksum "0a000002 0a000001 00350035 00090000 78"

/* RFC 2004 section 3: the header is that before encapsulation. */
static void test_minimal(void **state)
{
    struct ipip_reassembly *reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, SEED);
    struct ipip_unwrapped counts = {0};
    struct ipip_packet packet = {.frame = 1};
    uint8_t right[29];

    (void)state;
    assert_non_null(reassembly);
    assert_int_equal(decap(MINIMAL("da7c")), IPIP_MALFORMED); /* still folded */
    packet.ip = whole(octets, 41);
    assert_true(ipip_unwrap(&stack, ipip_kinds_all(), reassembly, &packet, 1, &counts));
    assert_int_equal(
        ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_all(), 1, IPIP_ECN_DECAP_RFC6040), IPIP_OK);
    assert_int_equal(type, IPIP_PAYLOAD_IPV4);
    from_hex(right, sizeof right, "4500001d 12344000 4011149a 0a000001 0a000002 00350035 00090000 78");
    assert_int_equal(rewrite.head_bytes, 0);
    assert_int_equal(rewrite.rest.captured, 29);
    assert_memory_equal(rewrite.rest.data, right, 29);
    ipip_reassembly_free(reassembly);
}

static struct ipip_drop drop_of(const char *hex)
{
    decap(hex);
    return ipip_drop_find(&stack, ipip_kinds_all(), 1, false);
}

/* What a decapsulator of that kind, or the IP stack behind it, drops; and the neighbour that it takes. */
static void test_drops(void **state)
{
    static const struct {
        const char *hex;
        enum ipip_drop_why why;
        bool is_inner;
    } cases[] = {
        {IPV6("00", "0018", "2f") "00000800" INNER4, IPIP_DROP_NOTHING, true},
        {IPV6("00", "0018", "2f") "00010800" INNER4, IPIP_DROP_GRE_VERSION, false},
        {IPV6("00", "0018", "2f") "00f80800" INNER4, IPIP_DROP_NOTHING, true}, /* flags that are to be ignored */
        {IPV6("00", "0018", "2f") "04000800" INNER4, IPIP_DROP_GRE_RESERVED, false},
        {IPV6("00", "0018", "2f") "08000800" INNER4, IPIP_DROP_GRE_RESERVED, false},
        {IPV6("00", "0020", "2f") "40000800 00000000 00000000" INNER4, IPIP_DROP_GRE_ROUTING, false},
        {IPV6("00", "001c", "2f") "80000800 77ff0000" INNER4, IPIP_DROP_NOTHING, true},
        {IPV6("00", "001c", "2f") "80000800 77fe0000" INNER4, IPIP_DROP_GRE_CHECKSUM, false},
        {IPV6("00", "0006", "2f") "80000800 77ff", IPIP_DROP_SHIM, false},
        {IPV6("00", "0020", "11") "c00017c0 00200000 00040000" INNER4, IPIP_DROP_NOTHING, true},
        {IPV6("00", "0020", "11") "c00017c0 0020cc74 00040000" INNER4, IPIP_DROP_NOTHING, true},
        {IPV6("00", "0020", "11") "c00017c0 00200001 00040000" INNER4, IPIP_DROP_UDP_CHECKSUM, false},
        {IPV6("00", "0020", "11") "c00017c0 00070000 00040000" INNER4, IPIP_DROP_UDP_LENGTH, false},
        {IPV6("00", "0020", "11") "c00017c0 00210000 00040000" INNER4, IPIP_DROP_UDP_LENGTH, false},
        {IPV6("00", "0020", "11") "c00017c0 00200000 80040000" INNER4, IPIP_DROP_GUE, false}, /* variant 2 */
        {IPV6("00", "0020", "11") "c00017c0 00200000 20040000" INNER4, IPIP_DROP_GUE, false}, /* a control message */
        {IPV6("00", "0024", "11") "c00017c0 00240000 01044000 00000000" INNER4, IPIP_DROP_GUE, false}, /* a flag */
        {IPV6("00", "0014", "29") INNER4, IPIP_DROP_NOT_IPV6, true},
        {IPV6("00", "0018", "2f") "000086dd" INNER4, IPIP_DROP_NOT_IPV6, true},
        {IPV6("00", "0028", "04") INNER6, IPIP_DROP_VERSION, true},
        {IPV6("00", "0027", "29") "60200000 0000 3b 3f 20010db8000100000000000000000001 20010db80002000000000000000000",
         IPIP_DROP_NO_ROOM, true},
        {IPV6("00", "0028", "29") INNER6, IPIP_DROP_NOTHING, true},
        {IPV6("00", "0029", "29") INNER6, IPIP_DROP_PAYLOAD_LONG, false},
        {IPV6("00", "0028",
              "29") "60200000 0001 3b 3f 20010db8000100000000000000000001 20010db8000200000000000000000002",
         IPIP_DROP_PAYLOAD_LONG, true},
        {IPV6("00", "0028",
              "29") "60200000 0000 3b 00 20010db8000100000000000000000001 20010db8000200000000000000000002",
         IPIP_DROP_HOP_LIMIT, true},
        {IPV6("00", "0030",
              "29") "60200000 0008 00 3f 20010db8000100000000000000000001 20010db8000200000000000000000002"
                    "3b01 0104 00000000",
         IPIP_DROP_EXTENSION, true},
        {IPV6("00", "0028",
              "29") "60200000 0000 3b 3f 00000000000000000000ffff0a010101 20010db8000200000000000000000002",
         IPIP_DROP_SOURCE, true},
        {IPV6("00", "0028",
              "29") "60200000 0000 3b 3f 00000000000000000000000000000001 20010db8000200000000000000000002",
         IPIP_DROP_SOURCE, true},
        {IPV6("00", "0028",
              "29") "60200000 0000 3b 3f ff020000000000000000000000000001 20010db8000200000000000000000002",
         IPIP_DROP_SOURCE, true},
        {IPV6("00", "0028",
              "29") "60200000 0000 3b 3f 00000000000000000000000000000000 ff020000000000000000000000000001",
         IPIP_DROP_NOTHING, true}, /* as of a host that has no address yet */
        {IPV6("00", "0028",
              "29") "60200000 0000 3b 3f 20010db8000100000000000000000001 00000000000000000000000000000000",
         IPIP_DROP_DESTINATION, true},
        {IPV6("00", "0028",
              "29") "60200000 0000 3b 3f 20010db8000100000000000000000001 ff010000000000000000000000000001",
         IPIP_DROP_DESTINATION, true},
        {MINIMAL("da7c"), IPIP_DROP_NOTHING, true},
        {MINIMAL("da7d"), IPIP_DROP_MINIMAL_CHECKSUM, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_drop drop = drop_of(cases[i].hex);

        assert_int_equal(drop.why, cases[i].why);
        assert_int_equal(drop.is_inner, cases[i].is_inner);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_comes_out), cmocka_unit_test(test_truncation), cmocka_unit_test(test_short_packets),
        cmocka_unit_test(test_what_does_not),  cmocka_unit_test(test_congestion), cmocka_unit_test(test_nests),
        cmocka_unit_test(test_minimal),        cmocka_unit_test(test_drops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
