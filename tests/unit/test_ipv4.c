/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "ipip/ipv4.h"
#include "lab.h"

static void test_reads_every_field(void **state)
{
    /* version 4, IHL 6, TOS 0xbb, length 0x1234, id 0xabcd, RF DF MF offset 0x123, TTL 7, protocol 4, checksum 0x5678 */
    static const char text[] = "46 bb 12 34 ab cd e1 23 07 04 56 78 c0 a8 01 02 0a 0b 0c 0d 01 01 01 00";
    uint8_t data[24];
    struct ipip_ip ip;

    (void)state;
    from_hex(data, sizeof data, text);
    assert_int_equal(ipip_ipv4_read(&ip, data, sizeof data), IPIP_OK);
    assert_int_equal(ip.version, 4);
    assert_int_equal(ip.header_bytes, 24);
    assert_int_equal(ip.tclass, 0xbb);
    assert_int_equal(ipip_ip_dscp(&ip), 46);
    assert_int_equal(ipip_ip_ecn(&ip), 3);
    assert_int_equal(ip.total_bytes, 0x1234);
    assert_int_equal(ip.id, 0xabcd);
    assert_int_equal(ip.flags & IPIP_IP_RESERVED, IPIP_IP_RESERVED);
    assert_true(ipip_ip_df(&ip));
    assert_true(ipip_ip_mf(&ip));
    assert_int_equal(ip.fragment_offset, 8 * 0x123);
    assert_true(ipip_ip_is_fragment(&ip));
    assert_int_equal(ip.ttl, 7);
    assert_int_equal(ip.protocol, 4);
    assert_int_equal(ip.checksum, 0x5678);
    assert_ipv4(ip.src, 0xc0a80102);
    assert_ipv4(ip.dst, 0x0a0b0c0d);
}

static void test_every_truncation(void **state)
{
    struct ipip_ip ip;
    struct ipip_ip before;
    uint8_t data[20];

    (void)state;
    from_hex(data, sizeof data, LAB_OUTER_1);
    memset(&ip, 0xa5, sizeof ip);
    before = ip;
    for (size_t bytes = 0; bytes < sizeof data; bytes++) {
        uint8_t exact[20]; /* so that AddressSanitizer sees a read beyond */

        memcpy(exact + sizeof exact - bytes, data, bytes);
        assert_int_equal(ipip_ipv4_read(&ip, exact + sizeof exact - bytes, bytes), IPIP_TRUNCATED);
        assert_memory_equal(&ip, &before, sizeof ip);
    }
    assert_int_equal(ipip_ipv4_read(&ip, data, sizeof data), IPIP_OK);
}

static void test_lab_headers(void **state)
{
    static const struct {
        const char *octets;
        uint16_t total, id, checksum;
        bool df;
        uint8_t ttl, protocol;
        uint32_t src, dst;
    } lab[] = {
        {LAB_OUTER_1, 120, 0x0014, 0xa76b, false, 255, 4, 0x0a000001, 0x0a000002},
        {LAB_INNER_1, 100, 0x0014, 0xb57f, false, 255, 1, 0x01010101, 0x02020202},
        {LAB_OUTER_2, 104, 0xed09, 0xea6a, true, 64, 4, 0xac10057e, 0xac10057f},
        {LAB_INNER_2, 84, 0x0777, 0xf309, true, 64, 1, 0x0a0a640a, 0x0a0ac80a},
        {LAB_TUN1, 84, 0x0fc4, 0xeabc, true, 64, 1, 0x0a0a640a, 0x0a0ac80a},
    };

    (void)state;
    for (size_t i = 0; i < sizeof lab / sizeof lab[0]; i++) {
        uint8_t data[20];
        uint8_t written[20];
        struct ipip_ip ip;

        from_hex(data, sizeof data, lab[i].octets);
        assert_true(ipip_ipv4_checksum_ok(data, 20));
        assert_int_equal(ipip_checksum(data, 20), 0);
        assert_int_equal(ipip_ipv4_read(&ip, data, 20), IPIP_OK);
        assert_int_equal(ip.total_bytes, lab[i].total);
        assert_int_equal(ip.id, lab[i].id);
        assert_int_equal(ip.checksum, lab[i].checksum);
        assert_int_equal(ipip_ip_df(&ip), lab[i].df);
        assert_int_equal(ip.ttl, lab[i].ttl);
        assert_int_equal(ip.protocol, lab[i].protocol);
        assert_ipv4(ip.src, lab[i].src);
        assert_ipv4(ip.dst, lab[i].dst);
        /* Written from the values, the header is the same, its checksum too. */
        ip.checksum = 0;
        assert_int_equal(ipip_ipv4_write(written, sizeof written, &ip, NULL, 0), IPIP_OK);
        assert_memory_equal(written, data, 20);
    }
}

static void test_write_with_options(void **state)
{
    static const uint8_t alert[] = {0x94, 0x04, 0x00, 0x00};
    struct ipip_ip ip = {.version = 4,
                         .header_bytes = 24,
                         .total_bytes = 24,
                         .ttl = 64,
                         .protocol = 4,
                         .src = IPV4_CONSTANT(0x0a000001),
                         .dst = IPV4_CONSTANT(0x0a000002)};
    uint8_t out[24];

    (void)state;
    assert_int_equal(ipip_ipv4_write(out, sizeof out, &ip, alert, sizeof alert), IPIP_OK);
    /* 4600 + 0018 + 4004 + 0a00 + 0001 + 0a00 + 0002 + 9404 = 12e23; 2e23 + 1 = 2e24; complement d1db */
    assert_int_equal(out[10], 0xd1);
    assert_int_equal(out[11], 0xdb);
    assert_memory_equal(out + 20, alert, 4);
}

static void test_write_without_room(void **state)
{
    struct ipip_ip ip = {.version = 4, .header_bytes = 20};
    uint8_t out[80];
    uint8_t options[44] = {0};

    (void)state;
    memset(out, 0x5a, sizeof out);
    for (size_t capacity = 0; capacity < 24; capacity++)
        assert_int_equal(ipip_ipv4_write(out, capacity, &ip, options, 4), IPIP_NO_SPACE);
    assert_int_equal(ipip_ipv4_write(out, sizeof out, &ip, options, 44), IPIP_MALFORMED);
    for (size_t i = 0; i < sizeof out; i++)
        assert_int_equal(out[i], 0x5a);
}

static void test_checksum_of_rfc_1071(void **state)
{
    /* Section 3: the octets 00 01 f2 03 f4 f5 f6 f7 sum up to ddf2. */
    static const uint8_t example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

    (void)state;
    assert_int_equal(ipip_checksum(example, sizeof example), (uint16_t)~0xddf2);
}

/* The sum as RFC 1071 section 4.1 writes it. */
static uint16_t plain_checksum(const uint8_t *data, size_t bytes)
{
    uint32_t sum = 0;

    for (; bytes > 1; data += 2, bytes -= 2)
        sum += (uint32_t)(data[0] << 8 | data[1]);
    if (bytes > 0)
        sum += (uint32_t)data[0] << 8;
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void test_checksum_of_any_length(void **state)
{
    uint8_t data[1601];
    uint32_t random = 1;

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        random = random * 1664525 + 1013904223;
        data[i] = (uint8_t)(random >> 24);
    }
    for (size_t bytes = 0; bytes <= sizeof data; bytes++)
        assert_int_equal(ipip_checksum(data + sizeof data - bytes, bytes),
                         plain_checksum(data + sizeof data - bytes, bytes));
    memset(data, 0xff, sizeof data); /* carries at every word */
    assert_int_equal(ipip_checksum(data, sizeof data), plain_checksum(data, sizeof data));
}

static void test_checksum_update(void **state)
{
    uint8_t data[20];

    (void)state;
    /* RFC 1624 section 4: checksum dd2f, word 5555 to 3285 gives 0000. */
    assert_int_equal(ipip_checksum_update(0xdd2f, 0x5555, 0x3285), 0x0000);
    /* TTL 255 to 0, step by step, keeps a lab header valid. */
    from_hex(data, sizeof data, LAB_INNER_1);
    while (data[8] > 0) {
        uint16_t before = (uint16_t)(data[8] << 8 | data[9]);
        uint16_t checksum =
            ipip_checksum_update((uint16_t)(data[10] << 8 | data[11]), before, (uint16_t)(before - 0x100));

        data[8]--;
        data[10] = (uint8_t)(checksum >> 8);
        data[11] = (uint8_t)checksum;
        assert_true(ipip_ipv4_checksum_ok(data, 20));
    }
}

static void test_both_zeros_are_zero(void **state)
{
    uint8_t data[20];

    (void)state;
    /* A header whose other words sum up to ffff: 4500 + ... ; the field may hold 0000 or ffff. */
    from_hex(data, sizeof data, "45 00 00 14 00 00 00 00 40 04 00 00 0a 00 00 01 0a 00 00 02");
    /* 4500 + 0014 + 4004 + 0a00 + 0001 + 0a00 + 0002 = 991b; an id of 66e4 makes it ffff */
    data[4] = 0x66;
    data[5] = 0xe4;
    assert_true(ipip_ipv4_checksum_ok(data, 20));
    data[10] = data[11] = 0xff;
    assert_true(ipip_ipv4_checksum_ok(data, 20));
    data[11] = 0xfe;
    assert_false(ipip_ipv4_checksum_ok(data, 20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_field),
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_lab_headers),
        cmocka_unit_test(test_write_with_options),
        cmocka_unit_test(test_write_without_room),
        cmocka_unit_test(test_checksum_of_rfc_1071),
        cmocka_unit_test(test_checksum_of_any_length),
        cmocka_unit_test(test_checksum_update),
        cmocka_unit_test(test_both_zeros_are_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
