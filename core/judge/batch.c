/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/batch.h"

#include <stddef.h>
#include <stdlib.h>

#include "judge/judge_internal.h"
#include "packet/parse.h"

_Static_assert(sizeof(struct parsed_room) + sizeof(struct batched) <= 2048, "as ipip/batch.h promises");
_Static_assert(offsetof(struct parsed_packet, stack.layers) == 88, "likewise");
_Static_assert(sizeof(struct ipip_layer) + sizeof(struct parsed_layer) == 112, "likewise");

struct ipip_batch *ipip_batch_new(size_t room)
{
    struct ipip_batch *batch = NULL;

    if (room <= (SIZE_MAX - sizeof *batch) / sizeof *batch->packets)
        batch = malloc(sizeof *batch + room * sizeof *batch->packets);
    if (batch == NULL)
        return NULL;
    /* Cleared, so that the parts that no packet ever needs take no memory. */
    batch->rooms = calloc(room, sizeof *batch->rooms);
    if (batch->rooms == NULL) {
        free(batch);
        return NULL;
    }
    batch->room = room;
    batch->hashes_beside = false;
    batch_clear(batch);
    return batch;
}

void ipip_batch_free(struct ipip_batch *batch)
{
    if (batch == NULL)
        return;
    free(batch->rooms);
    free(batch);
}

struct ipip_parser *ipip_parser_new(const struct ipip_judge *judge)
{
    return parser_new(&judge->flow->tunnels.keys, judge->policy.kinds);
}

void ipip_parser_free(struct ipip_parser *parser)
{
    parser_free(parser);
}

void ipip_parser_set_carrier_sink(struct ipip_parser *parser, ipip_carrier_sink *sink, void *context)
{
    parser_set_carrier_sink(parser, sink, context);
}

bool ipip_parser_parse(struct ipip_parser *parser, struct ipip_batch *batch, const struct ipip_packet *packet)
{
    struct parsed_packet *parsed = &batch->next->parsed;

    if (batch_is_full(batch))
        return false;
    parser_parse(parser, batch->next, packet, batch->hashes_beside);
    batch->packets[batch->count++].parsed = parsed;
    batch->next = parsed_packet_end(parsed);
    return true;
}

static void prefetch_group(const struct ipip_judge *judge, struct prefetched *group, const struct ipip_batch *batch,
                           size_t i)
{
    if (i < batch->count)
        prefetch_leads(judge, group, &batch->packets[i],
                       batch->count - i < PREFETCH_GROUP ? batch->count - i : (size_t)PREFETCH_GROUP);
}

void ipip_judge_batch(struct ipip_judge *judge, struct ipip_batch *batch)
{
    enum { MANY_OF = 8 };
    uint64_t beside = judge->counts.subjects[IPIP_SUBJECT_INNER];
    struct prefetched groups[2];

    if (batch->count > 1) /* one alone is there no sooner for that */
        prefetch_group(judge, &groups[0], batch, 0);
    for (size_t i = 0; i < batch->count; i++) {
        if (i % PREFETCH_GROUP == 0 && batch->count > 1) {
            size_t group = i / PREFETCH_GROUP;

            prefetch_rows(judge, &groups[group % 2]);
            prefetch_group(judge, &groups[(group + 1) % 2], batch, i + PREFETCH_GROUP);
        }
        judge_packet(judge, batch->packets[i].parsed);
    }
    /* One batch is as the one before it. */
    batch->hashes_beside = (judge->counts.subjects[IPIP_SUBJECT_INNER] - beside) * MANY_OF > batch->count;
    batch_clear(batch);
}

void ipip_judge_packets(struct ipip_judge *judge, const struct ipip_packet *packets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ipip_parser_parse(judge->parser, judge->batch, &packets[i]);
        if (batch_is_full(judge->batch) || i + 1 == count)
            ipip_judge_batch(judge, judge->batch);
    }
}
