/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets read ahead of the judge, by other threads: about half of the work. A program with one thread does not need this:
 * ipip_judge_packets() (judge.h) is the same in one call.
 *
 * Each thread has a parser of its own, which puts packets into a batch. The batch then goes to the thread of the judge, which takes
 * the packets of one batch after the other with ipip_judge_batch(). A batch is used by one thread at a time. What a judge finds
 * does not depend on how packets are spread over batches and parsers.
 *
 * The octets of a packet must be there, unchanged, until its batch was judged; ipip_judge_stack() points into them, and into the batch.
 */
#ifndef IPIP_BATCH_H
#define IPIP_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "ipip/packet.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ipip_judge;
struct ipip_parser;
struct ipip_batch;

/*
 * A parser for the batches of this judge, at most 1 KiB. NULL where there is no memory. The judge is read during this call only: parsing
 * goes on while it judges.
 */
struct ipip_parser *ipip_parser_new(const struct ipip_judge *judge);
void ipip_parser_free(struct ipip_parser *parser); /* NULL: nothing happens */

/* From now on `sink` is called with `context` where a packet that is parsed comes in a carrier, by the thread that parses. */
void ipip_parser_set_carrier_sink(struct ipip_parser *parser, ipip_carrier_sink *sink, void *context);

/*
 * An empty batch for up to `room` packets, 1 or more. NULL where there is no memory. There are 2 KiB for each, of which a packet uses 88
 * octets and 112 more for each of its IP headers; packets lie close together, and what no packet has used is not touched.
 */
struct ipip_batch *ipip_batch_new(size_t room);
void ipip_batch_free(struct ipip_batch *batch); /* NULL: nothing happens */

/* Adds a packet to the batch. False, and nothing is added, where the batch is full. Allocates nothing. */
bool ipip_parser_parse(struct ipip_parser *parser, struct ipip_batch *batch, const struct ipip_packet *packet);

/* Judges the packets of a batch, in the order in which they were added, as ipip_judge_packets() does. Leaves it empty. */
void ipip_judge_batch(struct ipip_judge *judge, struct ipip_batch *batch);

#ifdef __cplusplus
}
#endif

#endif
