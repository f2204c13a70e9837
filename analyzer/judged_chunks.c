/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judged_chunks.h"

#include "out_of_memory.h"

enum {
    PACKETS_MAX = 1024,
    BUFFER_BYTES = 1 << 16, /* with what is made of the packets small enough to stay in a cache until they are judged */
};

struct part {
    const struct judged_use *use;
    struct chunk *chunk;
    struct ipip_parser *parser;
    struct ipip_batch *parsed;
    struct input_buffer buffer; /* with the octets of the chunk */
    unsigned count;
    struct ipip_packet packets[PACKETS_MAX];
};

static void wait_for_turn(void *context)
{
    chunk_wait_for_turn(((struct part *)context)->chunk);
}

static void take_carrier(void *context, struct ipip_packet *packet, const struct ipip_carriers *carriers,
                         bool is_tunnel)
{
    struct part *part = context;

    origins_take_carrier(part->use->origins, packet, carriers, is_tunnel, wait_for_turn, part);
}

static void *part_new(void *context, struct chunk *chunk)
{
    struct part *part = g_new0(struct part, 1);

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
    struct part *part = data;

    ipip_parser_free(part->parser);
    ipip_batch_free(part->parsed);
    g_free(part->buffer.octets);
    g_free(part);
}

static void leave_out_others(struct inner_filter *inner, struct part *part, struct frame_counts *counts)
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
    struct part *part = data;
    enum capture_item item;

    capture_move(frames->capture, &part->buffer, BUFFER_BYTES);
    item = frames_take(frames, part->packets, PACKETS_MAX, &part->count);
    if (part->use->inner != NULL)
        leave_out_others(part->use->inner, part, frames->counts);
    return item;
}

static void parse(void *data)
{
    struct part *part = data;

    for (unsigned i = 0; i < part->count; i++)
        ipip_parser_parse(part->parser, part->parsed, &part->packets[i]);
}

static gboolean judge(void *data)
{
    struct part *part = data;

    part->use->judge_packets(part->use->context, part->parsed);
    return TRUE;
}

struct chunk_threads *judged_chunks_new(struct judged_use *use, int jobs)
{
    return chunk_threads_new(&(struct chunk_use){use, part_new, part_free, take, parse, judge}, jobs);
}
