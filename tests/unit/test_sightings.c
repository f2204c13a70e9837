/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of datagrams beside the tunnels, against a list that is searched from its end; and without memory. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "flow/sightings.h"

/* The linker puts it in the place of the allocation (--wrap); its names are reserved for it. */
void *real_calloc(size_t count, size_t size) __asm__("__real_calloc");
void *wrap_calloc(size_t count, size_t size) __asm__("__wrap_calloc");

enum { RING = 64, DATAGRAMS = 4000 };

static unsigned allocations, fails_at;

void *wrap_calloc(size_t count, size_t size)
{
    return ++allocations == fails_at ? NULL : real_calloc(count, size);
}

static uint8_t octets[IPIP_IPV4_HEADER_MAX + 8];
static uint64_t contents[DATAGRAMS];

/* An IPv4 datagram from 10.0.0.1 to 10.0.0.2 with this Identification. */
static struct ipip_layer datagram(uint16_t id)
{
    from_hex(octets, sizeof octets, "4500001c 00000000 40110000 0a000001 0a000002 1388003500080000");
    octets[4] = (uint8_t)(id >> 8);
    octets[5] = (uint8_t)id;
    return (struct ipip_layer){.bytes = {octets, 28, 28}, .ip = {.version = 4, .header_bytes = 20, .total_bytes = 28}};
}

static struct sighting *see(struct sightings *s, uint64_t content, uint64_t frame, uint16_t id)
{
    struct ipip_packet packet = {.frame = frame, .time = (int64_t)frame * 10, .place = 3};
    struct ipip_layer layer = datagram(id);

    return sightings_add(s, &packet, &layer, content);
}

/* The place in `contents` behind the last one before `end` that is like it, within the ring; 0: none. */
static unsigned last(unsigned newest, unsigned end, uint64_t content)
{
    for (unsigned i = end; i > 0 && newest - i < RING; i--) {
        if (contents[i - 1] == content)
            return i;
    }
    return 0;
}

static void assert_is(const struct sighting *found, unsigned expected)
{
    assert_int_equal(found != NULL, expected != 0);
    if (found != NULL)
        assert_int_equal(found->frame, expected);
}

/* Slots and tags collide; the numbers wrap on the way. One number is skipped then, and with it one of the ring. */
static void test_finds_the_last(void **state)
{
    struct sightings s;
    uint32_t chance = 1;

    (void)state;
    sightings_init(&s, RING);
    s.added = UINT32_MAX - RING * 4;
    for (unsigned n = 1; n <= RING * 3; n++) {
        chance = chance * 1664525 + 1013904223;
        contents[n - 1] =
            1 + (chance >> 8) % 5 + (uint64_t)((chance >> 12) % 3) * RING + ((uint64_t)((chance >> 16) % 3) << 32);
        assert_is(sightings_find(&s, contents[n - 1]), last(n - 1, n - 1, contents[n - 1]));
        assert_non_null(see(&s, contents[n - 1], n, 1));
        assert_is(sightings_find(&s, contents[n - 1]), n);
        assert_is(sightings_before(&s, sightings_find(&s, contents[n - 1])), last(n, n - 1, contents[n - 1]));
    }
    sightings_free(&s);
}

static void test_numbers_wrap(void **state)
{
    struct sightings s;

    (void)state;
    sightings_init(&s, RING);
    s.added = UINT32_MAX - 2;
    for (unsigned n = 1; n <= 6; n++)
        assert_non_null(see(&s, n, n, 1));
    assert_int_equal(s.added, 4); /* not 3: 0 is no number */
    for (unsigned n = 1; n <= 6; n++)
        assert_is(sightings_find(&s, n), n);
    assert_non_null(see(&s, 2, 7, 1));
    assert_is(sightings_before(&s, sightings_find(&s, 2)), 2);
    sightings_free(&s);
}

/* What shares a slot is looked through up to 32 of them, which bounds the work that a sender can cause. */
static void test_chains_are_bounded(void **state)
{
    enum { LONG = 32 };
    struct sightings s;

    (void)state;
    sightings_init(&s, RING);
    for (uint64_t n = 1; n <= LONG; n++)
        assert_non_null(see(&s, 5 + (n << 32), n, 1));
    assert_is(sightings_find(&s, 5 + (UINT64_C(1) << 32)), 1);
    assert_non_null(see(&s, 5, LONG + 1, 1));
    assert_is(sightings_find(&s, 5 + (UINT64_C(1) << 32)), 0);
    assert_is(sightings_find(&s, 5 + (UINT64_C(2) << 32)), 2);
    assert_is(sightings_find(&s, 5), LONG + 1);
    assert_non_null(see(&s, 5 + (UINT64_C(1) << 32), LONG + 2, 1));
    assert_is(sightings_find(&s, 5 + (UINT64_C(1) << 32)), LONG + 2);
    assert_is(sightings_before(&s, sightings_find(&s, 5 + (UINT64_C(1) << 32))), 0);
    sightings_free(&s);
}

/* Each of its three tables can be the one there is no memory for; then nothing is remembered, and it is not tried again. */
static void test_without_memory(void **state)
{
    (void)state;
    for (unsigned at = 1; at <= 3; at++) {
        struct sightings s;

        sightings_init(&s, RING);
        allocations = 0;
        fails_at = at;
        assert_null(see(&s, 5, 1, 1));
        assert_true(s.is_starved);
        fails_at = allocations = 0;
        assert_null(see(&s, 5, 2, 1));
        assert_int_equal(allocations, 0);
        assert_null(sightings_find(&s, 5));
        sightings_free(&s);
    }
}

/* By an ICMP error: addresses, Identification, length and protocol are those of the header, among the 64 seen last beside tunnels. */
static void test_quoted(void **state)
{
    struct sightings s;
    struct ipip_ip quoted;
    struct ipip_layer layer = datagram(7);

    (void)state;
    assert_int_equal(ipip_ipv4_read(&quoted, layer.bytes.data, 28), IPIP_OK);
    sightings_init(&s, 2 * RING);
    assert_null(sightings_find_quoted(&s, &quoted));
    see(&s, 1, 1, 7);
    assert_is(sightings_find_quoted(&s, &quoted), 1);
    see(&s, 2, 2, 7)->is_inside = true;
    assert_is(sightings_find_quoted(&s, &quoted), 1);
    for (unsigned n = 3; n <= 64; n++)
        see(&s, n, n, 8);
    assert_is(sightings_find_quoted(&s, &quoted), 1);
    see(&s, 65, 65, 8);
    assert_is(sightings_find_quoted(&s, &quoted), 0);
    see(&s, 66, 66, 7);
    assert_is(sightings_find_quoted(&s, &quoted), 66);
    quoted.total_bytes++;
    assert_is(sightings_find_quoted(&s, &quoted), 0);
    quoted.total_bytes--;
    quoted.protocol = 6;
    assert_is(sightings_find_quoted(&s, &quoted), 0);
    quoted.protocol = 17;
    quoted.dst = ipip_address_ipv4(0x0a000003);
    assert_is(sightings_find_quoted(&s, &quoted), 0);
    sightings_free(&s);

    sightings_init(&s, 2); /* a ring of fewer */
    for (unsigned n = 1; n <= 3; n++)
        see(&s, n, n, 8);
    assert_int_equal(ipip_ipv4_read(&quoted, datagram(7).bytes.data, 28), IPIP_OK);
    assert_is(sightings_find_quoted(&s, &quoted), 0);
    sightings_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_last),
        cmocka_unit_test(test_numbers_wrap),
        cmocka_unit_test(test_chains_are_bounded),
        cmocka_unit_test(test_without_memory),
        cmocka_unit_test(test_quoted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
