/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "ipip/ipv4.h"

enum { HEADER = 20 };

/* The options that a walk over `text` returns, as "type/claimed/bytes@offset ". */
static void expect_walk(const char *text, const char *expected)
{
    uint8_t header[60] = {0};
    uint32_t bytes = HEADER + from_hex(header + HEADER, 40, text);
    struct ipip_option_walk walk = ipip_options(header, bytes);
    struct ipip_option option;
    char seen[512] = "";

    while (ipip_option_next(&walk, &option)) {
        size_t used = strlen(seen);

        assert_ptr_equal(option.data, header + HEADER + option.offset);
        assert_true(option.bytes >= 1 && option.offset + option.bytes <= bytes - HEADER);
        snprintf(seen + used, sizeof seen - used, "%u/%u/%u@%u ", option.type, option.claimed, option.bytes,
                 option.offset);
    }
    assert_string_equal(seen, expected);
}

static void test_walks(void **state)
{
    (void)state;
    expect_walk("", "");
    expect_walk("94 04 00 00", "148/4/4@0 ");
    expect_walk("01 01 01 00", "1/1/1@0 1/1/1@1 1/1/1@2 0/1/1@3 ");
    expect_walk("00 94 04 00", "0/1/1@0 "); /* what follows the end is padding */
    expect_walk("07 07 04 0a 00 00 01 01", "7/7/7@0 1/1/1@7 ");
    expect_walk("44 08 05 00 00 00 00 00 94 04 00 00", "68/8/8@0 148/4/4@8 ");
}

static void test_impossible_lengths_end_the_walk(void **state)
{
    (void)state;
    expect_walk("07 00 01 01", "7/0/1@0 ");
    expect_walk("07 01 01 01", "7/1/1@0 ");
    expect_walk("07 05 04 00", "7/5/4@0 "); /* one octet beyond the header */
    expect_walk("07 ff 04 00", "7/255/4@0 ");
    expect_walk("01 01 01 07", "1/1/1@0 1/1/1@1 1/1/1@2 7/0/1@3 "); /* no room for a length */
}

static void test_every_two_octets_end(void **state)
{
    uint8_t header[60];

    (void)state;
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            for (size_t bytes = HEADER; bytes <= sizeof header; bytes++) {
                struct ipip_option_walk walk;
                struct ipip_option option;
                int count = 0;

                for (size_t i = 0; i < sizeof header; i++)
                    header[i] = (uint8_t)(i % 2 == 0 ? a : b);
                walk = ipip_options(header, bytes);
                while (ipip_option_next(&walk, &option))
                    assert_true(++count <= 40);
            }
        }
    }
}

static void test_headers_without_options(void **state)
{
    static const uint8_t header[20] = {0};
    struct ipip_option option;

    (void)state;
    for (size_t bytes = 0; bytes <= sizeof header; bytes++) {
        struct ipip_option_walk walk = ipip_options(header, bytes);

        assert_false(ipip_option_next(&walk, &option));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walks),
        cmocka_unit_test(test_impossible_lengths_end_the_walk),
        cmocka_unit_test(test_every_two_octets_end),
        cmocka_unit_test(test_headers_without_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
