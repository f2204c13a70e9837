/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two captures of what may be one tunnel, or two places of one: an octet of how they are paired, then records, of which those captured
 * elsewhere are the second capture's. They are surveyed and paired; what is counted agrees with what was reported.
 */
#include "fuzz.h"
#include "ipip/pair.h"
#include "records.h"

enum { HEAD = 1, SEED = 1 };

static const uint64_t second = 1000000000;

/* Bits of the first octet. */
enum { IS_ONE_FILE = 1, IS_DEVICE = 2, IS_LONG = 4, IS_ALL_KINDS = 8, IS_SUPPOSED = 16 };

struct reported {
    uint64_t matched, ambiguous, reordered;
    uint64_t only[IPIP_PAIR_SIDES][IPIP_PAIR_REASONS];
};

static void take_event(void *context, const struct ipip_pair_event *event)
{
    struct reported *reported = context;

    if (!event->is_match) {
        must(event->side < IPIP_PAIR_SIDES && event->reason < IPIP_PAIR_REASONS);
        must(ipip_pair_reason_name(event->reason)[0] != '\0' && event->frame[event->side] != 0);
        reported->only[event->side][event->reason]++;
        return;
    }
    must(event->frame[IPIP_PAIR_FIRST] != 0 && event->frame[IPIP_PAIR_SECOND] != 0);
    reported->matched++;
    reported->ambiguous += event->is_ambiguous;
    reported->reordered += event->is_reordered;
}

static unsigned file_of(const struct records *records, uint8_t how)
{
    return (how & IS_ONE_FILE) == 0 && records->is_elsewhere ? 1 : 0;
}

static struct ipip_pair_layout survey(const struct ipip_kinds *kinds, uint8_t how, struct records records)
{
    struct ipip_pair_survey *survey = ipip_pair_survey_new(kinds, (how & IS_ONE_FILE) != 0 ? 1 : 2, SEED);
    struct ipip_pair_layout layout;

    must(survey != NULL);
    while (records_next(&records)) {
        ipip_pair_survey_take(survey, file_of(&records, how), &records.packet);
        free(records.octets);
    }
    layout = ipip_pair_survey_end(survey);
    ipip_pair_survey_free(survey);
    return layout;
}

/* What a few packets do not show. */
static void suppose(struct ipip_pair_layout *layout)
{
    *layout = (struct ipip_pair_layout){
        .relation = IPIP_PAIR_INNER_OUTER,
        .sides = {{.file = 0, .is_any_place = true, .is_any_kind = true},
                  {.file = 1, .is_any_place = true, .is_any_kind = true}},
        .depth_max = 1,
        .payload_max = UINT32_MAX,
    };
}

static void pair_all(struct ipip_pair *pair, const struct ipip_pair_layout *layout, uint8_t how, struct records records)
{
    while (records_next(&records)) {
        unsigned file = file_of(&records, how);

        if ((how & IS_ONE_FILE) == 0 && file == layout->sides[IPIP_PAIR_SECOND].file)
            records.packet.time = ipip_pair_clock_correct(&layout->clock, records.packet.time);
        ipip_pair_take(pair, file, &records.packet);
        free(records.octets);
    }
    ipip_pair_end(pair);
}

static void check_latency(const struct ipip_pair_latency *latency)
{
    for (unsigned share = 0; share <= 4 && latency->count > 0; share++) {
        uint64_t value = ipip_pair_latency_quantile(latency, share / 4.0);

        must(value >= latency->least && value <= latency->most);
    }
}

/* Each event is counted once in all, and once in a direction. */
static void check_counts(const struct ipip_pair *pair, const struct reported *reported)
{
    const struct ipip_pair_totals *totals = ipip_pair_totals(pair);
    const struct ipip_pair_direction *direction;
    struct reported sums = {0};

    for (unsigned i = 0; (direction = ipip_pair_direction_at(pair, i)) != NULL; i++) {
        for (unsigned way = 0; way < IPIP_PAIR_WAYS; way++) {
            sums.matched += direction->matched[way];
            check_latency(&direction->latency[way]);
        }
        for (unsigned side = 0; side < IPIP_PAIR_SIDES; side++) {
            for (unsigned why = 0; why < IPIP_PAIR_REASONS; why++)
                sums.only[side][why] += direction->only[side][why];
        }
    }
    must(reported->matched == totals->matched && reported->matched == sums.matched);
    must(reported->ambiguous == totals->ambiguous && reported->reordered == totals->reordered);
    must(memcmp(reported->only, totals->only, sizeof totals->only) == 0);
    must(memcmp(sums.only, totals->only, sizeof totals->only) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reported reported = {0};
    struct ipip_pair_layout layout;
    const struct ipip_kinds *kinds;
    struct records records;
    struct ipip_pair *pair;

    if (size < HEAD)
        return 0;
    records = (struct records){.next = data + HEAD, .left = size - HEAD};
    kinds = (data[0] & IS_ALL_KINDS) != 0 ? ipip_kinds_all() : ipip_kinds_ipip();
    layout = survey(kinds, data[0], records);
    if ((data[0] & IS_SUPPOSED) != 0)
        suppose(&layout);
    if (layout.relation != IPIP_PAIR_INNER_OUTER && layout.relation != IPIP_PAIR_OUTER_OUTER)
        return 0;
    pair = ipip_pair_new(kinds, &layout, (data[0] & IS_DEVICE) != 0, (data[0] & IS_LONG) != 0 ? 100 * second : second,
                         take_event, &reported, SEED);
    must(pair != NULL);
    pair_all(pair, &layout, data[0], records);
    check_counts(pair, &reported);
    ipip_pair_free(pair);
    return 0;
}
