/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sample of the datagrams of both sides: those whose hash is least, whichever side they come from, so that both sides have the same
 * ones. Each is known by where it was seen; those seen twice in one place are left out.
 */
#include <stdlib.h>
#include <string.h>

#include "ipip/age.h"
#include "packet/fingerprint.h"
#include "pair/clock.h"
#include "pair/datagram.h"
#include "pair/reader.h"

enum {
    ROWS_MAX = 1 << 14,
    SLOTS = 2 * ROWS_MAX,
    SIGHTINGS_MAX = 4,
    PLACES_MAX = 64,
    CUT_STEP = 8,
    CUTS = 64,
    CLASSES = 2 * PLACES_MAX, /* each place with tunnel packets, and without */
};

struct seen {
    int64_t time;
    uint8_t class;
    uint8_t depth; /* IP headers */
    uint8_t ttl;   /* of the innermost one */
    bool is_repeated;
};

struct row {
    uint64_t key; /* 0: a free slot */
    uint64_t direction;
    unsigned count;
    struct seen seen[SIGHTINGS_MAX];
};

struct ipip_pair_survey {
    struct hash_keys keys;
    struct pair_reader readers[IPIP_PAIR_SIDES];
    unsigned files;
    struct place {
        unsigned file;
        uint64_t place; /* as packets have it */
    } places[PLACES_MAX];
    unsigned place_count;
    uint64_t tunnel_packets[IPIP_PAIR_SIDES];
    uint64_t packets[IPIP_PAIR_SIDES];
    uint64_t cut[IPIP_PAIR_SIDES][CUTS]; /* by what the snapshot length leaves of the payload, in steps */
    bool has_copies[IPIP_PAIR_SIDES];    /* of a file: datagrams of one kind in several places */
    uint64_t limit;                      /* keys below it are in the sample */
    unsigned row_count;
    struct row *rows;
    struct ipip_stack stack;
};

struct ipip_pair_survey *ipip_pair_survey_new(const struct ipip_kinds *kinds, unsigned files, uint64_t seed)
{
    struct ipip_pair_survey *survey = calloc(1, sizeof *survey);

    if (survey == NULL)
        return NULL;
    hash_init(&survey->keys, seed);
    survey->files = files;
    survey->limit = UINT64_MAX;
    survey->rows = calloc(SLOTS, sizeof *survey->rows);
    if (survey->rows != NULL && pair_reader_init(&survey->readers[0], kinds, seed) &&
        pair_reader_init(&survey->readers[1], kinds, seed))
        return survey;
    ipip_pair_survey_free(survey);
    return NULL;
}

void ipip_pair_survey_free(struct ipip_pair_survey *survey)
{
    if (survey == NULL)
        return;
    pair_reader_free(&survey->readers[0]);
    pair_reader_free(&survey->readers[1]);
    free(survey->rows);
    free(survey);
}

/* Its row, or the free slot for it. */
static struct row *row_of(struct row *rows, uint64_t key)
{
    size_t slot = key % SLOTS;

    while (rows[slot].key != 0 && rows[slot].key != key)
        slot = (slot + 1) % SLOTS;
    return &rows[slot];
}

/* Leaves out the half with the larger keys. */
static void thin_out(struct ipip_pair_survey *survey)
{
    struct row *kept = calloc(SLOTS, sizeof *kept);

    survey->limit /= 2;
    if (kept == NULL) {
        survey->limit = 0; /* it stays as it is */
        return;
    }
    survey->row_count = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        if (survey->rows[i].key == 0 || survey->rows[i].key >= survey->limit)
            continue;
        *row_of(kept, survey->rows[i].key) = survey->rows[i];
        survey->row_count++;
    }
    free(survey->rows);
    survey->rows = kept;
}

/* CLASSES where there are too many places. */
static unsigned class_of(struct ipip_pair_survey *survey, unsigned file, uint64_t place, bool is_tunnel)
{
    unsigned i = 0;

    while (i < survey->place_count && (survey->places[i].place != place || survey->places[i].file != file))
        i++;
    if (i == PLACES_MAX)
        return CLASSES;
    if (i == survey->place_count)
        survey->places[survey->place_count++] = (struct place){file, place};
    return 2 * i + is_tunnel;
}

static void see(struct row *row, struct seen seen)
{
    for (unsigned i = 0; i < row->count; i++) {
        if (row->seen[i].class == seen.class) {
            row->seen[i].is_repeated = true;
            return;
        }
    }
    if (row->count < SIGHTINGS_MAX)
        row->seen[row->count++] = seen;
}

static void take_payload(struct ipip_pair_survey *survey, unsigned file, struct ipip_bytes payload)
{
    uint32_t step = payload.captured / CUT_STEP;

    survey->packets[file]++;
    if (payload.captured < payload.wire)
        survey->cut[file][step < CUTS ? step : CUTS - 1]++;
}

/* Octets of payload of which no more than one packet in a hundred has less. */
static uint32_t common_payload(const struct ipip_pair_survey *survey, unsigned file)
{
    uint64_t cut = 0;

    for (uint32_t step = 0; step < CUTS; step++) {
        cut += survey->cut[file][step];
        if (cut * 100 > survey->packets[file])
            return step * CUT_STEP > PAIR_PAYLOAD_MIN ? step * CUT_STEP : (uint32_t)PAIR_PAYLOAD_MIN;
    }
    return PAIR_PAYLOAD_ALL;
}

void ipip_pair_survey_take(struct ipip_pair_survey *survey, unsigned file, const struct ipip_packet *packet)
{
    struct ipip_stack *stack = &survey->stack;
    struct ipip_bytes payload;
    unsigned class;
    uint64_t key;
    struct row *row;

    if (!pair_reader_read(&survey->readers[file], stack, packet))
        return;
    survey->tunnel_packets[file] += stack->layers[0].kind != IPIP_KIND_NONE;
    payload = ipip_layer_payload(&stack->layers[stack->count - 1]);
    take_payload(survey, file, payload);
    key = fingerprint_of_content(&survey->keys, &stack->layers[stack->count - 1], payload);
    if (key >= survey->limit)
        return;
    class = class_of(survey, file, packet->place, stack->count > 1);
    if (class == CLASSES)
        return;
    row = row_of(survey->rows, key);
    if (row->key == 0) {
        if (survey->row_count == ROWS_MAX) {
            thin_out(survey);
            if (key >= survey->limit)
                return;
            row = row_of(survey->rows, key);
        }
        row->key = key;
        survey->row_count++;
    }
    if (stack->count > 1)
        row->direction = fingerprint_of_addresses(&survey->keys, stack->layers[0].ip.src, stack->layers[0].ip.dst);
    see(row, (struct seen){packet->time, (uint8_t) class, (uint8_t)stack->count, stack->layers[stack->count - 1].ip.ttl,
                           false});
}

/* What two classes have in common. */
struct common {
    uint32_t count;        /* datagrams that both have seen */
    uint32_t deeper[2];    /* of them, with more headers in the one */
    uint32_t tunnels;      /* of them, in a tunnel on at least one side */
    uint64_t distance_sum; /* in microseconds */
};

static void compare(struct ipip_pair_survey *survey, struct common (*all)[CLASSES], const struct seen *a,
                    const struct seen *b)
{
    unsigned file = survey->places[a->class / 2].file;
    struct common *common = &all[a->class][b->class];
    uint64_t distance = ipip_age_distance(a->time, b->time) / 1000;

    if (a->class >= b->class || a->is_repeated || b->is_repeated)
        return;
    if (survey->files > 1 && file == survey->places[b->class / 2].file) {
        survey->has_copies[file] |= a->depth == b->depth;
        return;
    }
    common->count++;
    common->deeper[0] += a->depth > b->depth;
    common->deeper[1] += b->depth > a->depth;
    common->tunnels += a->depth > 1 || b->depth > 1;
    common->distance_sum += distance < UINT32_MAX ? distance : UINT32_MAX;
}

static uint32_t deeper(const struct common *common)
{
    return common->deeper[0] + common->deeper[1];
}

/* Two places that have nearly as much in common as any are better where the one is inside and the other outside, and then the nearer ones. */
static bool is_better(const struct common *a, const struct common *b)
{
    bool is_deeper_a = 2 * (uint64_t)deeper(a) > a->count, is_deeper_b = 2 * (uint64_t)deeper(b) > b->count;

    if (10 * (uint64_t)a->tunnels < 9 * (uint64_t)b->tunnels || a->tunnels == 0)
        return false;
    if (10 * (uint64_t)b->tunnels < 9 * (uint64_t)a->tunnels)
        return true;
    if (is_deeper_a != is_deeper_b)
        return is_deeper_a;
    return a->distance_sum / a->count < b->distance_sum / b->count;
}

static struct ipip_pair_selection select_class(const struct ipip_pair_survey *survey, unsigned class)
{
    const struct place *place = &survey->places[class / 2];

    return (struct ipip_pair_selection){.file = place->file,
                                        .is_any_place = survey->files > 1 && !survey->has_copies[place->file],
                                        .place = place->place,
                                        .is_any_kind = survey->files > 1,
                                        .is_tunnel = class % 2 == 1};
}

/* Of several the deepest, or the shallowest. */
static const struct seen *seen_in(const struct ipip_pair_survey *survey, const struct row *row,
                                  const struct ipip_pair_selection *selection, bool is_deepest)
{
    const struct seen *found = NULL;

    for (unsigned i = 0; i < row->count; i++) {
        const struct seen *seen = &row->seen[i];
        const struct place *place = &survey->places[seen->class / 2];

        if (seen->is_repeated || place->file != selection->file ||
            (!selection->is_any_place && place->place != selection->place) ||
            (!selection->is_any_kind && seen->class % 2 != selection->is_tunnel))
            continue;
        if (found == NULL || (is_deepest ? seen->depth > found->depth : seen->depth < found->depth))
            found = seen;
    }
    return found;
}

/* What both sides have seen, and how deep the first one is. NULL where there is no memory. */
static struct clock_sample *samples_of(const struct ipip_pair_survey *survey, bool is_deeper,
                                       struct ipip_pair_layout *layout)
{
    struct clock_sample *samples = malloc(ROWS_MAX * sizeof *samples);

    for (size_t i = 0; samples != NULL && i < SLOTS; i++) {
        const struct row *row = &survey->rows[i];
        const struct seen *a = seen_in(survey, row, &layout->sides[0], !is_deeper);
        const struct seen *b = seen_in(survey, row, &layout->sides[1], true);

        if (a == NULL || b == NULL || (is_deeper ? a->depth >= b->depth : a->depth != b->depth || a->depth < 2))
            continue;
        if (a->depth > layout->depth_max)
            layout->depth_max = a->depth;
        samples[layout->samples++] = (struct clock_sample){b->time, (int64_t)((uint64_t)b->time - (uint64_t)a->time),
                                                           row->direction, (a->ttl > b->ttl) - (a->ttl < b->ttl)};
    }
    return samples;
}

/* Two files with nothing in common: the one with tunnel packets is the wire. */
static void suppose(const struct ipip_pair_survey *survey, struct ipip_pair_layout *layout)
{
    bool is_swapped = survey->tunnel_packets[0] > 0 && survey->tunnel_packets[1] == 0;

    if (survey->files < 2)
        return;
    layout->depth_max = 1;
    layout->relation = survey->tunnel_packets[0] > 0 && survey->tunnel_packets[1] > 0 ? IPIP_PAIR_OUTER_OUTER
                       : survey->tunnel_packets[0] + survey->tunnel_packets[1] > 0    ? IPIP_PAIR_INNER_OUTER
                                                                                      : IPIP_PAIR_NO_TUNNEL;
    for (unsigned side = 0; side < IPIP_PAIR_SIDES; side++)
        layout->sides[side] =
            (struct ipip_pair_selection){.file = side ^ is_swapped, .is_any_place = true, .is_any_kind = true};
}

struct ipip_pair_layout ipip_pair_survey_end(struct ipip_pair_survey *survey)
{
    struct ipip_pair_layout layout = {.relation = IPIP_PAIR_UNRELATED};
    struct common(*all)[CLASSES] = calloc(CLASSES, sizeof *all);
    struct clock_sample *samples;
    unsigned first = 0, second = 0;
    uint32_t payload = common_payload(survey, 1);
    bool is_deeper;

    layout.payload_max = common_payload(survey, 0);
    layout.payload_max = payload < layout.payload_max ? payload : layout.payload_max;
    for (size_t i = 0; all != NULL && i < SLOTS; i++) {
        const struct row *row = &survey->rows[i];

        for (unsigned a = 0; a < row->count; a++) {
            for (unsigned b = 0; b < row->count; b++)
                compare(survey, all, &row->seen[a], &row->seen[b]);
        }
    }
    for (unsigned a = 0; all != NULL && a < CLASSES; a++) {
        for (unsigned b = a + 1; b < CLASSES; b++) {
            if (all[a][b].count > 0 && layout.relation == IPIP_PAIR_UNRELATED)
                layout.relation = IPIP_PAIR_NO_TUNNEL;
            if (all[a][b].tunnels == 0 || (second != 0 && !is_better(&all[a][b], &all[first][second])))
                continue;
            first = a;
            second = b;
        }
    }
    if (second == 0) {
        if (layout.relation == IPIP_PAIR_UNRELATED)
            suppose(survey, &layout);
        free(all);
        return layout;
    }
    is_deeper = 2 * (uint64_t)deeper(&all[first][second]) > all[first][second].count;
    if (is_deeper && all[first][second].deeper[0] > all[first][second].deeper[1]) {
        unsigned inner = second;

        second = first;
        first = inner;
    }
    free(all);
    layout.sides[IPIP_PAIR_FIRST] = select_class(survey, first);
    layout.sides[IPIP_PAIR_SECOND] = select_class(survey, second);
    samples = samples_of(survey, is_deeper, &layout);
    if (samples != NULL && layout.samples > 0) {
        layout.relation = is_deeper ? IPIP_PAIR_INNER_OUTER : IPIP_PAIR_OUTER_OUTER;
        layout.clock = clock_estimate(samples, layout.samples, survey->files == 1);
    }
    free(samples);
    return layout;
}
