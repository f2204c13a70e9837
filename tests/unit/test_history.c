/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of recent datagrams, against a list that is searched from its end: whenever Identifications are asked for. */
#include "unit.h"

#include "flow/history.h"

enum { RING = 64, DATAGRAMS = 4000, ASK_ALWAYS = 1 };

/* A datagram to be added. */
struct datagram {
    struct history_entry entry;
    uint64_t frame;
    uint64_t content;
    struct history_inner inner; /* with HISTORY_INNER_ID */
};

/* What was added, oldest first. */
static struct datagram all[DATAGRAMS];
static uint32_t numbers[DATAGRAMS];

static struct history_entry *add_datagram(struct history *r, uint64_t content, uint64_t frame, int64_t time)
{
    return history_add(r, content, frame, time, content != 0 && history_find_content(r, content) != NULL);
}

static void add(struct history *r, const struct datagram *d)
{
    struct history_entry *entry = add_datagram(r, d->content, d->frame, d->entry.time);

    assert_non_null(entry);
    assert_int_equal(entry->time, d->entry.time);
    assert_int_equal(entry->content_low, (uint32_t)d->content);
    *entry = d->entry;
    if (history_is(entry, HISTORY_INNER_ID))
        history_link_inner_id(r, d->inner, history_is(entry, HISTORY_FRAGMENT));
}

static uint32_t random_next(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* Few values of each kind, so that they come again; slots and tags of contents collide. */
static struct datagram random_datagram(uint32_t *state, unsigned number)
{
    struct datagram d = {.frame = (uint64_t)number + 1 + (UINT64_C(1) << 40)};

    d.entry = (struct history_entry){.addresses = random_next(state) % 3 * UINT64_C(0x100000001),
                                     .time = number,
                                     .id = (uint16_t)(random_next(state) % 16),
                                     .protocol = 4,
                                     .flags = HISTORY_THERE};
    d.entry.flags |= random_next(state) % 2 ? HISTORY_ATOMIC : 0;
    d.entry.flags |= random_next(state) % 8 != 0 ? HISTORY_CONTENT : HISTORY_FRAGMENT;
    if (!history_is(&d.entry, HISTORY_CONTENT))
        return d;
    d.content =
        1 + random_next(state) % 4 + random_next(state) % 2 * 2 * RING + ((uint64_t)(random_next(state) % 4) << 32);
    d.entry.content_low = (uint32_t)d.content;
    d.entry.flags |= random_next(state) % 2 ? HISTORY_INNER_ID : 0;
    d.entry.inner_id = d.inner.id = (uint16_t)(random_next(state) % 16);
    d.inner.protocol = 17;
    d.inner.addresses = random_next(state) % 3 * UINT64_C(0x300000001);
    d.inner.has_mf = random_next(state) % 4 == 0;
    return d;
}

static bool is_remembered(const struct history *r, unsigned place)
{
    return place > 0 && r->added - numbers[place - 1] < RING;
}

/* The place in `all` behind the last one before `end` that is still remembered and is like it; 0: there is none. */
static unsigned last_content(const struct history *r, unsigned end, uint64_t content)
{
    for (unsigned i = end; is_remembered(r, i); i--) {
        if (history_is(&all[i - 1].entry, HISTORY_CONTENT) && all[i - 1].content == content)
            return i;
    }
    return 0;
}

static unsigned last_id(const struct history *r, unsigned end, const struct history_entry *like)
{
    for (unsigned i = end; is_remembered(r, i); i--) {
        if (all[i - 1].entry.addresses == like->addresses && all[i - 1].entry.id == like->id)
            return i;
    }
    return 0;
}

static unsigned last_inner_id(const struct history *r, unsigned end, const struct history_inner *like)
{
    for (unsigned i = end; is_remembered(r, i); i--) {
        const struct datagram *d = &all[i - 1];

        if (history_is(&d->entry, HISTORY_INNER_ID) && d->inner.id == like->id &&
            d->inner.addresses == like->addresses && d->inner.has_mf == like->has_mf)
            return i;
    }
    return 0;
}

static void assert_is(const struct history *r, const struct history_entry *found, unsigned expected)
{
    assert_int_equal(found != NULL, expected != 0);
    if (found == NULL)
        return;
    assert_int_equal(history_frame(r, found), all[expected - 1].frame);
    assert_int_equal(found->time, all[expected - 1].entry.time);
    if (history_is(found, HISTORY_CONTENT))
        assert_true(history_content(r, found) == all[expected - 1].content);
}

/* Identifications are asked for with every `often`th datagram; those of the contents with each. */
static void run(uint32_t first, unsigned often)
{
    uint32_t state = first;
    struct history r;

    history_init(&r, RING);
    /* The numbers wrap on the way. */
    r.added = r.added_before = r.indexed = UINT32_MAX - DATAGRAMS / 2;
    for (unsigned n = 0; n < DATAGRAMS; n++) {
        struct datagram d = random_datagram(&state, n);

        assert_is(&r, history_find_content(&r, d.content), last_content(&r, n, d.content));
        if (n % often == 0) {
            assert_is(&r, history_find_id(&r, d.entry.addresses, d.entry.id, 4), last_id(&r, n, &d.entry));
            assert_null(history_find_id(&r, d.entry.addresses, d.entry.id, 41));
        }
        if (history_is(&d.entry, HISTORY_INNER_ID))
            assert_is(&r, history_find_inner_id(&r, &d.inner), last_inner_id(&r, n, &d.inner));
        all[n] = d;
        add(&r, &d);
        numbers[n] = r.added;
    }
    history_free(&r);
}

static void test_finds_the_last(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 20; seed++)
        run(seed, ASK_ALWAYS);
}

static void test_finds_the_last_when_asked_late(void **state)
{
    static const unsigned often[] = {2, 7, RING - 1, RING, RING + 1, 10 * RING};

    (void)state;
    for (size_t i = 0; i < sizeof often / sizeof often[0]; i++)
        run(100 + (uint32_t)i, often[i]);
}

static void test_the_one_before(void **state)
{
    struct history r;
    struct datagram fragment = {.frame = 1, .entry = {.id = 5, .flags = HISTORY_THERE | HISTORY_FRAGMENT}};
    struct datagram whole = {
        .frame = 2,
        .content = 9,
        .entry = {.id = 5, .content_low = 9, .flags = HISTORY_THERE | HISTORY_FRAGMENT | HISTORY_CONTENT}};
    const struct history_entry *found;

    (void)state;
    history_init(&r, RING);
    add(&r, &whole);
    add(&r, &fragment);
    found = history_find_id(&r, 0, 5, 0);
    assert_false(history_is(found, HISTORY_CONTENT));
    assert_int_equal(history_since(&r, found), 0);
    found = history_before_id(&r, found);
    assert_int_equal(history_frame(&r, found), 2);
    assert_null(history_before_id(&r, found));
    assert_null(history_before_content(&r, found));
    history_free(&r);
}

/* Entries of one kind are no chain: else each one more would look at all of them. */
static void test_no_long_chains(void **state)
{
    struct history r;
    struct datagram like = {.frame = 1, .entry = {.id = 5, .protocol = 4, .flags = HISTORY_THERE}};
    struct datagram other = {.frame = 2, .entry = {.id = 5, .protocol = 41, .flags = HISTORY_THERE}};

    (void)state;
    history_init(&r, RING);
    add(&r, &other);
    for (unsigned i = 1; i < RING; i++)
        add(&r, &like);
    assert_int_equal(history_frame(&r, history_find_id(&r, 0, 5, 41)), 2);
    history_free(&r);
}

/* Contents of one chain: datagrams that are alike hide no other, in whichever order they come; and each leads to the one before. */
static void test_like_contents_hide_no_other(void **state)
{
    enum { MANY = 256, APART = HISTORY_HEADS * MANY, KINDS = 3 };
    struct history r;
    const struct history_entry *found;

    (void)state;
    history_init(&r, MANY);
    assert_non_null(add_datagram(&r, 5, 1, 0));
    for (uint32_t i = 1; i < MANY; i++)
        assert_non_null(
            add_datagram(&r, 5 + APART * (uint64_t)(1 + i * i % KINDS) + ((uint64_t)i % KINDS << 32), i + 1, 0));
    found = history_find_content(&r, 5);
    assert_non_null(found);
    assert_int_equal(history_frame(&r, found), 1);
    assert_null(history_before_content(&r, found));
    history_free(&r);

    history_init(&r, MANY);
    assert_non_null(add_datagram(&r, 5, 1, 0));
    for (uint32_t i = 1; i < MANY; i++)
        assert_non_null(add_datagram(&r, 5 + APART, i + 1, 0));
    assert_int_equal(history_frame(&r, history_find_content(&r, 5)), 1);
    found = history_find_content(&r, 5 + APART);
    for (uint32_t i = MANY; i > 1; i--, found = history_before_content(&r, found)) {
        assert_non_null(found);
        assert_int_equal(history_frame(&r, found), i);
    }
    assert_null(found);
    history_free(&r);
}

/* Up to 32 of a chain are looked through, which bounds the work that a sender can cause; what came before them is not found. */
static void test_chains_are_bounded(void **state)
{
    enum { LONG = 32, APART = HISTORY_HEADS * RING };
    struct datagram fragment = {.frame = 2,
                                .entry = {.id = 5, .protocol = 4, .flags = HISTORY_THERE | HISTORY_FRAGMENT}};
    struct datagram other = {.frame = 1, .entry = {.id = 5, .protocol = 41, .flags = HISTORY_THERE}};
    struct history_inner inside = {.id = 5, .protocol = 17};
    struct history r;

    (void)state;
    history_init(&r, RING);
    assert_null(history_find_inner_id(&r, &inside));
    assert_null(history_find_id(&r, 0, 5, 41));
    add(&r, &other);
    for (unsigned i = 1; i < LONG; i++)
        add(&r, &fragment);
    assert_int_equal(history_frame(&r, history_find_id(&r, 0, 5, 41)), 1);
    add(&r, &fragment);
    assert_null(history_find_id(&r, 0, 5, 41));
    history_free(&r);

    history_init(&r, RING);
    for (uint32_t i = 0; i < LONG; i++)
        assert_non_null(add_datagram(&r, 5 + APART * (uint64_t)i, i + 1, 0));
    assert_int_equal(history_frame(&r, history_find_content(&r, 5)), 1);
    assert_non_null(add_datagram(&r, 5 + APART * (uint64_t)LONG, LONG + 1, 0));
    assert_null(history_find_content(&r, 5));
    assert_non_null(add_datagram(&r, 5, LONG + 2, 0));
    assert_int_equal(history_frame(&r, history_find_content(&r, 5)), LONG + 2);
    history_free(&r);

    history_init(&r, RING);
    for (unsigned i = 0; i <= LONG; i++) {
        add_datagram(&r, 0, i + 1, 0)->flags = HISTORY_THERE | HISTORY_INNER_ID;
        inside.has_mf = i == 0;
        history_link_inner_id(&r, inside, true);
    }
    inside.has_mf = true;
    assert_null(history_find_inner_id(&r, &inside));
    history_free(&r);
}

/* The oldest is known once something has been forgotten: before, nothing is missing. */
static void test_the_oldest(void **state)
{
    struct datagram d = {.entry = {.flags = HISTORY_THERE}};
    struct history r;
    int64_t time = 0;

    (void)state;
    history_init(&r, RING);
    assert_false(history_oldest(&r, &time));
    for (unsigned i = 1; i < RING; i++) {
        d.entry.time = i;
        add(&r, &d);
        assert_false(history_oldest(&r, &time));
    }
    for (unsigned i = RING; i < 3 * RING; i++) {
        d.entry.time = i;
        add(&r, &d);
        assert_true(history_oldest(&r, &time));
        assert_int_equal(time, i - RING + 1);
    }
    history_free(&r);
}

/* Others with the same tag in the same slot, by their addresses or by their Identification, are others. */
static void test_tags_that_collide(void **state)
{
    static const struct {
        uint64_t addresses;
        uint16_t id;
    } likes[] = {
        {0, 5}, {0, 5}, {UINT64_C(0xffffffff) << 32 | (5 ^ 6) << 16, 6}, {(uint64_t)(HISTORY_HEADS * RING) << 32, 5}};
    enum { LIKES = sizeof likes / sizeof likes[0] };
    struct history r;

    (void)state;
    history_init(&r, RING);
    for (unsigned i = 0; i < LIKES; i++) {
        struct datagram d = {
            .frame = i,
            .entry = {.addresses = likes[i].addresses, .id = likes[i].id, .protocol = 4, .flags = HISTORY_THERE}};

        add(&r, &d);
        assert_ptr_equal(history_id_head(&r, r.id_heads, likes[i].addresses, likes[i].id),
                         history_id_head(&r, r.id_heads, 0, 5));
        assert_int_equal(history_frame(&r, history_find_id(&r, likes[i].addresses, likes[i].id, 4)), i);
    }
    for (unsigned i = 1; i < LIKES; i++)
        assert_int_equal(history_frame(&r, history_find_id(&r, likes[i].addresses, likes[i].id, 4)), i);
    assert_null(history_find_id(&r, (uint64_t)(HISTORY_HEADS * RING) << 33, 5, 4));
    assert_null(history_find_id(&r, 0, 5, 41));
    history_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_last),
        cmocka_unit_test(test_finds_the_last_when_asked_late),
        cmocka_unit_test(test_the_one_before),
        cmocka_unit_test(test_no_long_chains),
        cmocka_unit_test(test_like_contents_hide_no_other),
        cmocka_unit_test(test_chains_are_bounded),
        cmocka_unit_test(test_the_oldest),
        cmocka_unit_test(test_tags_that_collide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
