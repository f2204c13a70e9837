/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/clock.h"

#include <stdlib.h>

#include "ipip/age.h"

enum { SPANS = 16, SPAN_SAMPLES_MIN = 3 };

/* Of one tunnel, both directions of it: how far the second clock is ahead by its packets. */
struct bounds {
    int64_t least[2], most[2], median[2];
    size_t count[2];
    int way[2]; /* by the inner TTLs of most: as in struct clock_sample */
};

static int sign_of(int64_t number)
{
    return (number > 0) - (number < 0);
}

static int by_direction_and_ahead(const void *left, const void *right)
{
    const struct clock_sample *a = left, *b = right;

    if (a->direction != b->direction)
        return a->direction < b->direction ? -1 : 1;
    return (a->ahead > b->ahead) - (a->ahead < b->ahead);
}

static int by_direction_and_time(const void *left, const void *right)
{
    const struct clock_sample *a = left, *b = right;

    if (a->direction != b->direction)
        return a->direction < b->direction ? -1 : 1;
    return (a->second > b->second) - (a->second < b->second);
}

static int by_value(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static int by_ahead(const void *left, const void *right)
{
    const struct clock_sample *a = left, *b = right;

    return (a->ahead > b->ahead) - (a->ahead < b->ahead);
}

/* The next tunnel of samples in order of direction; how many samples it has. */
static size_t take_tunnel(const struct clock_sample *samples, size_t count, struct bounds *bounds)
{
    size_t taken = 0;

    *bounds = (struct bounds){.count = {0, 0}};
    for (size_t end; taken < count && samples[taken].direction >> 1 == samples->direction >> 1; taken = end) {
        unsigned way = samples[taken].direction & 1;
        int64_t ways = 0;

        for (end = taken; end < count && samples[end].direction == samples[taken].direction; end++)
            ways += samples[end].way;
        bounds->way[way] = sign_of(ways);
        bounds->count[way] = end - taken;
        bounds->least[way] = samples[taken].ahead;
        bounds->most[way] = samples[end - 1].ahead;
        bounds->median[way] = samples[(taken + end) / 2].ahead;
    }
    return taken;
}

/*
 * One clock has the packets of one direction later on one side, and those of the other direction later on the other side, and none of
 * them by more than a second; a router has taken from the TTL of the later ones.
 */
static bool may_be_one(const struct bounds *bounds)
{
    int sign[2] = {0, 0};

    for (int way = 0; way < 2; way++) {
        if (bounds->count[way] == 0)
            continue;
        if (ipip_age_distance(bounds->median[way], 0) > IPIP_AGE_SECOND)
            return false;
        if (bounds->least[way] < 0 && bounds->most[way] > 0)
            return false;
        sign[way] = sign_of(bounds->median[way]);
        if (sign[way] * bounds->way[way] < 0)
            return false;
    }
    return sign[0] * sign[1] <= 0;
}

/* The median of how fast the lead grows within each direction, by the medians of its spans of time. */
static double drift_of(struct clock_sample *samples, size_t count)
{
    double slopes[256];
    size_t slope_count = 0;

    qsort(samples, count, sizeof *samples, by_direction_and_time);
    for (size_t from = 0, end; from < count; from = end) {
        struct clock_sample spans[SPANS];
        size_t span_count = 0;
        size_t size;

        for (end = from; end < count && samples[end].direction == samples[from].direction;)
            end++;
        size = (end - from) / SPANS > SPAN_SAMPLES_MIN ? (end - from + SPANS - 1) / SPANS : (size_t)SPAN_SAMPLES_MIN;
        for (size_t i = from; i + size <= end && span_count < SPANS; i += size) {
            int64_t middle = samples[i + size / 2].second;

            qsort(samples + i, size, sizeof *samples, by_ahead);
            spans[span_count] = samples[i + size / 2];
            spans[span_count++].second = middle;
        }
        for (size_t i = 0; i < span_count / 2 && slope_count < 256; i++) {
            const struct clock_sample *a = &spans[i], *b = &spans[i + span_count - span_count / 2];

            if (ipip_age(b->second, a->second) >= IPIP_AGE_SECOND)
                slopes[slope_count++] = ((double)b->ahead - (double)a->ahead) / (double)ipip_age(b->second, a->second);
        }
    }
    qsort(slopes, slope_count, sizeof *slopes, by_value);
    return slope_count == 0 ? 0 : slopes[slope_count / 2];
}

/* Of the tunnel with the most packets in its rarer direction, or of any. */
static struct bounds best_bounds(struct clock_sample *samples, size_t count)
{
    struct bounds best = {.count = {0, 0}};

    qsort(samples, count, sizeof *samples, by_direction_and_ahead);
    for (size_t i = 0; i < count;) {
        struct bounds bounds;
        size_t least, best_least;

        i += take_tunnel(samples + i, count - i, &bounds);
        least = bounds.count[0] < bounds.count[1] ? bounds.count[0] : bounds.count[1];
        best_least = best.count[0] < best.count[1] ? best.count[0] : best.count[1];
        if (least > best_least ||
            (least == best_least && bounds.count[0] + bounds.count[1] > best.count[0] + best.count[1]))
            best = bounds;
    }
    return best;
}

/* Every tunnel agrees with one clock, but for a few packets. */
static bool are_of_one_clock(struct clock_sample *samples, size_t count)
{
    size_t against = 0;

    qsort(samples, count, sizeof *samples, by_direction_and_ahead);
    for (size_t i = 0, taken; i < count; i += taken) {
        struct bounds bounds;

        taken = take_tunnel(samples + i, count - i, &bounds);
        against += may_be_one(&bounds) ? 0 : taken;
    }
    return against * 20 <= count;
}

static int64_t half_way(int64_t a, int64_t b)
{
    return a / 2 + b / 2;
}

static int64_t scaled(int64_t span, double drift)
{
    double moved = (double)span * drift;

    return moved > -9e18 && moved < 9e18 ? (int64_t)moved : 0;
}

static int64_t difference(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

int64_t ipip_pair_clock_correct(const struct ipip_pair_clock *clock, int64_t time)
{
    int64_t drifted = clock->drift == 0 ? 0 : scaled(difference(time, clock->reference), clock->drift);

    return difference(difference(time, clock->offset), drifted);
}

struct ipip_pair_clock clock_estimate(struct clock_sample *samples, size_t count, bool is_one)
{
    struct ipip_pair_clock clock = {.basis = IPIP_PAIR_ONE_CLOCK};
    struct bounds bounds;
    unsigned late, only;

    if (is_one || are_of_one_clock(samples, count))
        return clock;
    clock.drift = drift_of(samples, count);
    clock.reference = samples[0].second;
    for (size_t i = 0; i < count; i++)
        samples[i].ahead =
            difference(samples[i].ahead, scaled(difference(samples[i].second, clock.reference), clock.drift));
    bounds = best_bounds(samples, count);
    if (bounds.count[0] > 0 && bounds.count[1] > 0) {
        late = bounds.median[1] > bounds.median[0];
        clock.basis = IPIP_PAIR_BOTH_WAYS;
        clock.offset = half_way(bounds.least[late], bounds.most[1 - late]);
    } else {
        clock.basis = IPIP_PAIR_ONE_WAY;
        only = bounds.count[0] > 0 ? 0 : 1;
        clock.offset = bounds.way[only] < 0 ? bounds.most[only] : bounds.least[only];
    }
    return clock;
}
