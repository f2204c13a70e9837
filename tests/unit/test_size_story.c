/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows for a tunnel's MTU from the sizes that got through it, those that did not, and ICMP. */
#include "unit.h"

#include "ipip/inventory.h"
#include "ipip/path.h"
#include "ipip/size_story.h"

static struct ipip_direction_stats seen, back;
static struct ipip_path path;

/* IPIP: 20 octets more; TCP announced `mss` in both directions. */
static void start(uint16_t mss)
{
    seen = (struct ipip_direction_stats){.kind = IPIP_KIND_IPIP, .stats = {.overhead_max = 20, .largest = 1500}};
    back = (struct ipip_direction_stats){.kind = IPIP_KIND_IPIP};
    path = (struct ipip_path){0};
    if (mss != 0) {
        ipip_sizes_add_mss(&seen.sizes, mss);
        ipip_sizes_add_mss(&back.sizes, (uint16_t)(mss + 100));
    }
}

static struct ipip_size_story tell(void)
{
    return ipip_size_story(&seen, NULL, &back, &path);
}

static void expect_advice(const struct ipip_size_story *story, const char *arithmetic, const char *advice)
{
    char text[IPIP_SIZES_TEXT];
    const char *words = ipip_size_arithmetic_words(text, story);

    assert_int_equal(words == NULL, arithmetic == NULL);
    if (arithmetic != NULL)
        assert_string_equal(words, arithmetic);
    words = ipip_size_advice_words(text, story);
    assert_int_equal(words == NULL, advice == NULL);
    if (advice != NULL)
        assert_string_equal(words, advice);
}

static void test_nothing_known(void **state)
{
    struct ipip_size_story story;

    (void)state;
    start(0);
    story = tell();
    assert_int_equal(story.basis, IPIP_SIZE_BASIS_NONE);
    expect_advice(&story, NULL, NULL);
}

/* The smaller one of what both announced; 1460 + 40 + 20 are 20 too many, 1440 are none. */
static void test_by_mss(void **state)
{
    struct ipip_size_story story;

    (void)state;
    start(1440);
    story = tell();
    assert_int_equal(story.mss, 1440);
    assert_int_equal(story.basis, IPIP_SIZE_BASIS_NONE);
    start(1441);
    story = tell();
    assert_int_equal(story.basis, IPIP_SIZE_BASIS_MSS);
    assert_int_equal(story.inner_mtu, 1480);
    expect_advice(&story, "MSS 1441 + 40 + 20 = 1501: more than the usual 1500",
                  "ip link set tun0 mtu 1480, or clamp TCP MSS to 1440 (for a path MTU of 1500)");
}

static void test_by_icmp(void **state)
{
    struct ipip_size_story story;

    (void)state;
    start(1460);
    path.mtu = 1400;
    story = tell();
    assert_int_equal(story.basis, IPIP_SIZE_BASIS_ICMP);
    expect_advice(&story, "path MTU 1400 - 20 = inner MTU 1380; MSS 1460 makes 1500",
                  "ip link set tun0 mtu 1380, or clamp TCP MSS to 1340 (path MTU 1400 by ICMP)");
    start(1340); /* all that is or will be sent fits */
    seen.stats.largest = 1400;
    path.mtu = 1400;
    assert_int_equal(tell().basis, IPIP_SIZE_BASIS_NONE);
    seen.stats.largest = 1401;
    assert_int_equal(tell().basis, IPIP_SIZE_BASIS_ICMP);
    start(0);
    path.mtu = 20; /* leaves nothing for what is inside: it is no path MTU */
    assert_int_equal(tell().path_mtu, 0);
}

/* The smallest that is lost counts, wherever it stands, and not those up to what got through. */
static void test_by_answers(void **state)
{
    static const uint16_t orders[][3] = {{1400, 1450, 1480}, {1450, 1400, 1480}, {1480, 1450, 1400}};

    (void)state;
    for (size_t k = 0; k < sizeof orders / sizeof orders[0]; k++) {
        struct ipip_size_story story;

        start(0);
        for (unsigned i = 0; i < 3; i++)
            ipip_sizes_add_lost(&seen.sizes, orders[k][i], orders[k][i] - 1390U);
        seen.sizes.acknowledged = 1400;
        path.loses_large = true;
        story = tell();
        assert_int_equal(story.unanswered, 1450);
        assert_int_equal(story.unanswered_flows, 60);
        assert_int_equal(story.basis, IPIP_SIZE_BASIS_ANSWERS);
        expect_advice(
            &story, "1400 + 20 got through, 1450 + 20 did not: path MTU 1420 to 1469",
            "ip link set tun0 mtu 1400, or clamp TCP MSS to 1360 (the largest size answered); find the router that "
            "drops without ICMP 3/4");
        path.loses_large = false;
        assert_int_equal(tell().basis, IPIP_SIZE_BASIS_NONE);
        seen.sizes.acknowledged = 1480;
        assert_int_equal(tell().unanswered, 0);
    }
}

static void test_words_of_sizes(void **state)
{
    char text[IPIP_SIZES_TEXT];
    struct ipip_sizes sizes = {0};
    struct ipip_size_story story = {0};

    (void)state;
    assert_null(ipip_sizes_mss_words(text, &sizes));
    ipip_sizes_add_mss(&sizes, 1460);
    assert_string_equal(ipip_sizes_mss_words(text, &sizes), "1460 in 1 handshake");
    ipip_sizes_add_mss(&sizes, 1460);
    assert_string_equal(ipip_sizes_mss_words(text, &sizes), "1460 in 2 handshakes");
    ipip_sizes_add_mss(&sizes, 1360);
    assert_string_equal(ipip_sizes_mss_words(text, &sizes), "1360 to 1460 in 3 handshakes");
    assert_null(ipip_size_unanswered_words(text, &story));
    story.unanswered = 1480;
    story.unanswered_flows = 1;
    assert_string_equal(ipip_size_unanswered_words(text, &story), "inner packets of 1480 octets, in 1 flow");
    story.unanswered_flows = 2;
    assert_string_equal(ipip_size_unanswered_words(text, &story), "inner packets of 1480 octets, in 2 flows");
    assert_null(ipip_size_basis_name(IPIP_SIZE_BASIS_NONE));
    assert_string_equal(ipip_size_basis_name(IPIP_SIZE_BASIS_ANSWERS), "answers");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_known), cmocka_unit_test(test_by_mss),         cmocka_unit_test(test_by_icmp),
        cmocka_unit_test(test_by_answers),    cmocka_unit_test(test_words_of_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
