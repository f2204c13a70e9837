/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "ipip/inference.h"
#include "ipip/inventory.h"
#include "ipip/path_length.h"

enum { DIRECTIONS = 5000 };

static struct ipip_layer tunnel(uint32_t src, uint32_t dst)
{
    return (struct ipip_layer){.kind = IPIP_KIND_IPIP,
                               .ip = {.version = 4,
                                      .header_bytes = 20,
                                      .total_bytes = 100,
                                      .src = IPV4_CONSTANT(src),
                                      .dst = IPV4_CONSTANT(dst)}};
}

static const struct ipip_direction_stats *find(const struct ipip_inventory *inventory, uint32_t src, uint32_t dst)
{
    struct ipip_tunnel_direction direction = {ipip_address_ipv4(src), ipip_address_ipv4(dst), IPIP_KIND_IPIP, 0};

    return ipip_inventory_find(inventory, &direction);
}

static void test_order_of_appearance(void **state)
{
    struct ipip_inventory *inventory = ipip_inventory_new(ipip_kinds_judged(), IPIP_INVENTORY_DIRECTIONS, 7);

    (void)state;
    assert_non_null(inventory);
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < DIRECTIONS; i++) {
            struct ipip_stack stack = {.count = 2, .layers = {tunnel(DIRECTIONS - i, 1), {.ip = {.version = 4}}}};

            ipip_inventory_add(inventory, &stack, 0, (int64_t)(round == 0 ? 1000 + i : i));
        }
    }
    assert_int_equal(ipip_inventory_count(inventory), DIRECTIONS);
    for (uint32_t i = 0; i < DIRECTIONS; i++) {
        const struct ipip_direction_stats *seen = ipip_inventory_at(inventory, i);

        assert_ipv4(seen->src, DIRECTIONS - i);
        assert_int_equal(seen->index, i);
        assert_int_equal(seen->stats.habits.ttl.packets, 2);
        assert_int_equal(seen->bytes, 200);
        assert_int_equal(seen->first, i);
        assert_int_equal(seen->last, 1000 + i);
        assert_ptr_equal(find(inventory, DIRECTIONS - i, 1), seen);
    }
    assert_null(find(inventory, 1, 2));
    ipip_inventory_free(inventory);
}

/* Those that appeared first stay, whole; of the others the headers are counted. */
static void test_limit(void **state)
{
    enum { MAX = 10 };
    struct ipip_inventory *inventory = ipip_inventory_new(ipip_kinds_judged(), MAX, 7);
    struct ipip_tunnel_direction further = {IPV4_CONSTANT(2 * MAX - 1), IPV4_CONSTANT(1), IPIP_KIND_IPIP, 0};

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 2 * MAX; i++) {
            struct ipip_stack stack = {.count = 3,
                                       .layers = {tunnel(i, 1), tunnel(i, 2 + i / MAX), {.ip = {.version = 4}}}};

            ipip_inventory_add(inventory, &stack, 0, 1);
        }
    }
    assert_int_equal(ipip_inventory_count(inventory), MAX);
    for (uint32_t i = 0; i < MAX; i++)
        assert_int_equal(ipip_inventory_at(inventory, i)->stats.habits.ttl.packets, 3);
    assert_int_equal(ipip_inventory_left_out(inventory), 3 * (2 * 2 * MAX - MAX));
    assert_false(ipip_inventory_is_out_of_memory(inventory));
    assert_null(find(inventory, 2 * MAX - 1, 1));
    assert_null(ipip_inventory_get(inventory, &further));
    ipip_inventory_free(inventory);
}

static void test_layers_and_fragments(void **state)
{
    struct ipip_inventory *inventory = ipip_inventory_new(ipip_kinds_judged(), IPIP_INVENTORY_DIRECTIONS, 7);
    struct ipip_stack nested = {.count = 3, .layers = {tunnel(1, 2), tunnel(3, 4), {.ip = {.version = 4}}}};
    struct ipip_stack fragment = {.count = 1, .end = IPIP_END_FRAGMENT, .layers = {tunnel(5, 6)}};
    struct ipip_stack cut = {.count = 1, .end = IPIP_END_CUT, .layers = {tunnel(7, 8)}};

    (void)state;
    ipip_inventory_add(inventory, &nested, 0, 1);
    ipip_inventory_add(inventory, &fragment, 0, 2);
    ipip_inventory_add(inventory, &cut, 0, 3);
    assert_int_equal(ipip_inventory_count(inventory), 3);
    assert_int_equal(find(inventory, 3, 4)->stats.habits.ttl.packets, 1);
    assert_int_equal(find(inventory, 5, 6)->stats.habits.ttl.packets, 0);
    assert_int_equal(find(inventory, 5, 6)->outer_fragments, 1);
    assert_null(find(inventory, 7, 8));
    ipip_inventory_free(inventory);
}

/* Of headers whose octets were reassembled twice, those outside are gone: only what lies in the last reassembly can be read again. */
static void test_what_was_reassembled_twice(void **state)
{
    static const struct {
        bool is_first, is_second; /* reassembled */
        unsigned counted;
    } cases[] = {{false, false, 2}, {true, false, 2}, {false, true, 2}, {true, true, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ipip_inventory *inventory = ipip_inventory_new(ipip_kinds_all(), IPIP_INVENTORY_DIRECTIONS, 7);
        struct ipip_stack stack = {.count = 3, .layers = {tunnel(1, 2), tunnel(3, 4), {.ip = {.version = 4}}}};

        stack.layers[0].kind = stack.layers[1].kind = IPIP_KIND_6IN4;
        stack.layers[0].is_reassembled = cases[i].is_first;
        stack.layers[1].is_reassembled = cases[i].is_second;
        ipip_inventory_add(inventory, &stack, 0, 1);
        assert_int_equal(ipip_inventory_count(inventory), cases[i].counted);
        assert_ipv4(ipip_inventory_at(inventory, cases[i].counted - 1)->src, 3);
        assert_int_equal(ipip_inventory_of(inventory, &stack, 0) != NULL, cases[i].counted == 2);
        assert_non_null(ipip_inventory_of(inventory, &stack, 1));
        ipip_inventory_free(inventory);
    }
}

/* The longest words there are have room. */
static void test_words_fit(void **state)
{
    struct ipip_inferences inferences = {.profiles = ~0U};
    struct ipip_entry_ttl entry = {IPIP_ENTRY_TTL_VANTAGE, 255, 255, 255};
    char words[IPIP_INFERENCE_TEXT];
    char profiles[IPIP_PROFILES_TEXT];
    char command[IPIP_COMMAND_TEXT];

    (void)state;
    inferences.ttl = inferences.dscp = inferences.ecn = inferences.df = inferences.id =
        (struct ipip_inference){.candidates = ~0U, .value = 255};
    assert_string_equal(ipip_inference_words(words, &inferences, IPIP_INFERRED_ECN),
                        "normal or compatibility or rfc3168-full or rfc3168-limited or copy");
    assert_string_equal(ipip_inference_words(words, &inferences, IPIP_INFERRED_ID),
                        "counter or copy or zero or zero-with-df");
    assert_true(strlen(ipip_inferences_profiles(profiles, &inferences)) + 1 < sizeof profiles);
    inferences.ttl.candidates = 1U << IPIP_CANDIDATE_FIXED;
    inferences.dscp.candidates = 1U << IPIP_CANDIDATE_FIXED;
    inferences.dscp.value = 63;
    assert_string_equal(ipip_inferences_command(command, &inferences, &entry, ipip_address_ipv4(0xfffffffe),
                                                ipip_address_ipv4(0xfffffffd)),
                        "ip tunnel add tun0 mode ipip local 255.255.255.254 remote 255.255.255.253 ttl 255 tos 0xfc");
    inferences.df.candidates = 1U << IPIP_DF_CLEAR;
    assert_null(ipip_inferences_command(command, &inferences, &entry, ipip_address_ipv4(1), ipip_address_ipv4(2)));
}

static void test_path_words(void **state)
{
    char text[IPIP_PATH_TEXT];
    struct ipip_path none = {0};
    struct ipip_path at_least = {.hops_min = 255};
    struct ipip_path known = {.has_hops = true, .hops = 1};

    (void)state;
    assert_null(ipip_path_length_words(text, ipip_path_length(&none, NULL)));
    assert_string_equal(ipip_path_length_words(text, ipip_path_length(&at_least, NULL)),
                        "at least 255 routers to the exit");
    assert_string_equal(ipip_path_length_words(text, ipip_path_length(&known, NULL)), "1 router to the exit");
}

/* Each client of an exit comes from another outer source the second time: all are counted, whatever the seed of the hash. */
static void test_clients(void **state)
{
    enum { CLIENTS = 3000, SEEDS = 5 };

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct ipip_inventory *inventory = ipip_inventory_new(ipip_kinds_judged(), IPIP_INVENTORY_DIRECTIONS, seed);

        assert_non_null(inventory);
        for (uint32_t i = 0; i < 2 * CLIENTS; i++) {
            uint8_t octets[28] = {[20] = 0x80};
            struct ipip_stack stack = {.count = 2,
                                       .layers = {tunnel(1 + i / CLIENTS, 9),
                                                  {.bytes = whole(octets, sizeof octets),
                                                   .ip = {.version = 4,
                                                          .header_bytes = 20,
                                                          .total_bytes = sizeof octets,
                                                          .protocol = IPIP_PROTOCOL_UDP,
                                                          .src = IPV4_CONSTANT(0x0a000000 + i % CLIENTS)}}}};

            ipip_inventory_add(inventory, &stack, 0, i);
        }
        assert_int_equal(find(inventory, 1, 9)->moved, 0);
        assert_int_equal(find(inventory, 2, 9)->moved, CLIENTS);
        ipip_inventory_free(inventory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_appearance),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_layers_and_fragments),
        cmocka_unit_test(test_what_was_reassembled_twice),
        cmocka_unit_test(test_words_fit),
        cmocka_unit_test(test_path_words),
        cmocka_unit_test(test_clients),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
