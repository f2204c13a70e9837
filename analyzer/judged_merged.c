/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judged_merged.h"

#include "inner_filter.h"
#include "out_of_memory.h"
#include "rotated.h"

enum { BATCH_PACKETS = 512 };

struct judging {
    const struct judged_merged *use;
    struct frames *captures;
    const unsigned *files;
    struct ipip_parser *parser;
    struct ipip_batch *batch;
    struct inner_filter *inner;
    struct rotated *rotated; /* with use->open */
};

static void flush(void *context)
{
    struct judging *judging = context;

    judge_run_judge(judging->use->run, judging->batch);
}

static void number(const struct judging *judging, unsigned capture)
{
    judging->captures[capture].number_base =
        origins_open_file(judging->use->run->origins, (int)judging->files[capture]);
}

static gboolean open_capture(void *context, unsigned capture)
{
    const struct judging *judging = context;

    if (!judging->use->open(judging->use->context, capture))
        return FALSE;
    number(judging, capture);
    rotated_begin(judging->rotated, judging->files[capture]);
    return TRUE;
}

static void close_capture(void *context, unsigned capture)
{
    const struct judging *judging = context;

    rotated_end(judging->rotated, judging->files[capture]);
}

static int64_t time_of(void *context, unsigned capture, int64_t time)
{
    const struct judged_merged *use = ((const struct judging *)context)->use;

    return use->time(use->context, capture, time);
}

/* Packets come one by one: there is none before that has no number yet. */
static void no_wait(void *context)
{
    (void)context;
}

static void take_carrier(void *context, struct ipip_packet *packet, const struct ipip_carriers *carriers,
                         bool is_tunnel)
{
    struct judging *judging = context;

    origins_take_carrier(judging->use->run->origins, packet, carriers, is_tunnel, no_wait, NULL);
}

/* Places of capture are different ones in different files, but for rotated ones; they look like a device that has no number (ipip_packet_place()). */
static uint64_t place_in(unsigned file, uint64_t place)
{
    enum { NUMBERS = 20 };

    return place ^ (uint64_t)(file + 1) << NUMBERS;
}

static void take_packet(struct judging *judging, unsigned file, struct ipip_packet *packet)
{
    const struct judged_merged *use = judging->use;

    if (judging->inner != NULL && !inner_filter_passes(judging->inner, packet)) {
        packet->is_context = true;
        use->run->counts.filtered++;
    } else if (use->packet != NULL) {
        use->packet(use->context, file, packet);
    }
    if (use->run->options.path_count > 1)
        packet->place =
            place_in(judging->rotated != NULL ? rotated_first(judging->rotated, file) : file, packet->place);
    if (ipip_parser_parse(judging->parser, judging->batch, packet))
        return;
    flush(judging);
    ipip_parser_parse(judging->parser, judging->batch, packet);
}

void judged_merged_read(const struct judged_merged *use, struct frames *captures, const unsigned *files, unsigned count)
{
    struct judging judging = {
        use,
        captures,
        files,
        ipip_parser_new(use->run->judge),
        ipip_batch_new(BATCH_PACKETS),
        inner_filter_new(&use->run->options),
        use->open != NULL ? rotated_new(use->run->options.paths, (unsigned)use->run->options.path_count) : NULL};
    struct merged_use merging = {
        &judging,
        flush,
        use->time != NULL ? time_of : NULL,
        use->limits,
        use->open != NULL ? open_capture : NULL,
        use->open != NULL ? close_capture : NULL,
        use->begins,
    };
    struct ipip_packet *packet;
    struct merged *merged;
    unsigned capture;

    if (judging.parser == NULL || judging.batch == NULL)
        out_of_memory();
    ipip_parser_set_carrier_sink(judging.parser, take_carrier, &judging);
    for (unsigned i = 0; i < count && use->open == NULL; i++)
        number(&judging, i);
    merged = merged_new(&merging, captures, count);
    while ((packet = merged_next(merged, &capture)) != NULL)
        take_packet(&judging, files[capture], packet);
    flush(&judging);
    merged_free(merged);
    rotated_free(judging.rotated);
    inner_filter_free(judging.inner);
    ipip_parser_free(judging.parser);
    ipip_batch_free(judging.batch);
}
