/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judged_chunks.h"

#include "out_of_memory.h"

enum {
    PACKETS_MAX = 1024,
    BUFFER_BYTES = 1 << 16, /* with what is made of the packets small enough to stay in a cache until they are judged */
};

/* A packet that was judged, and is still to be observed. */
struct judged_packet {
    const struct ipip_packet *packet;
    const struct ipip_stack *stack;
    uint32_t copied;
};

struct judged_part {
    struct judged_use *use;
    struct chunk *chunk;
    struct ipip_parser *parser;
    struct ipip_batch *parsed;
    struct input_buffer buffer; /* with the octets of the chunk */
    unsigned count;
    struct ipip_packet packets[PACKETS_MAX];
    unsigned judged_count;
    struct judged_packet judged[PACKETS_MAX];
};

static void wait_for_turn(void *context)
{
    chunk_wait_for_turn(((struct judged_part *)context)->chunk);
}

static void take_carrier(void *context, struct ipip_packet *packet, const struct ipip_carriers *carriers,
                         bool is_tunnel)
{
    struct judged_part *part = context;

    origins_take_carrier(part->use->origins, packet, carriers, is_tunnel, wait_for_turn, part);
}

static void *part_new(void *context, struct chunk *chunk)
{
    struct judged_part *part = g_new0(struct judged_part, 1);

    part->use = context;
    part->chunk = chunk;
    part->parser = ipip_parser_new(part->use->judge);
    part->parsed = ipip_batch_new(PACKETS_MAX);
    if (part->parser == NULL || part->parsed == NULL)
        out_of_memory();
    if (part->use->origins != NULL)
        ipip_parser_set_carrier_sink(part->parser, take_carrier, part);
    return part;
}

static void part_free(void *data)
{
    struct judged_part *part = data;

    ipip_parser_free(part->parser);
    ipip_batch_free(part->parsed);
    g_free(part->buffer.octets);
    g_free(part);
}

static void leave_out_others(struct inner_filter *inner, struct judged_part *part, struct frame_counts *counts)
{
    for (unsigned i = 0; i < part->count; i++) {
        if (inner_filter_passes(inner, &part->packets[i]))
            continue;
        part->packets[i].is_context = true;
        counts->filtered++;
    }
}

static enum capture_item take(void *data, struct frames *frames)
{
    struct judged_part *part = data;
    enum capture_item item;

    capture_move(frames->capture, &part->buffer, BUFFER_BYTES);
    item = frames_take(frames, part->packets, PACKETS_MAX, &part->count);
    if (part->use->inner != NULL)
        leave_out_others(part->use->inner, part, frames->counts);
    return item;
}

static void parse(void *data)
{
    struct judged_part *part = data;

    for (unsigned i = 0; i < part->count; i++)
        ipip_parser_parse(part->parser, part->parsed, &part->packets[i]);
}

static void observe(void *data)
{
    struct judged_part *part = data;

    for (unsigned i = 0; i < part->judged_count; i++)
        part->use->observe(part->use->context, part->judged[i].packet, part->judged[i].stack, part->judged[i].copied);
    part->judged_count = 0;
}

/* What does not stay must be observed at once, after those before it. */
static void note(void *context, const struct ipip_packet *packet, const struct ipip_stack *stack)
{
    struct judged_part *part = ((struct judged_use *)context)->judging;

    part->judged[part->judged_count++] = (struct judged_packet){packet, stack, ipip_judge_copied(part->use->judge)};
    if (ipip_judge_stack_stays(part->use->judge))
        return;
    chunk_wait_to_follow(part->chunk);
    observe(part);
}

static gboolean judge(void *data)
{
    struct judged_part *part = data;

    part->use->judging = part;
    part->use->judge_packets(part->use->context, part->parsed);
    return TRUE;
}

struct chunk_threads *judged_chunks_new(struct judged_use *use, int jobs)
{
    if (use->observe != NULL)
        ipip_judge_set_observer(use->judge, note, use);
    return chunk_threads_new(
        &(struct chunk_use){use, part_new, part_free, take, parse, judge, use->observe != NULL ? observe : NULL}, jobs);
}
