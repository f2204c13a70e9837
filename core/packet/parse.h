/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads packets one by one. */
#ifndef IPIP_CORE_PARSE_H
#define IPIP_CORE_PARSE_H

#include "packet/parsed_packet.h"
#include "table/hash.h"

struct ipip_parser;

/* NULL where there is no memory. */
struct ipip_parser *parser_new(const struct hash_keys *keys, const struct ipip_kinds *kinds);
void parser_free(struct ipip_parser *parser);

/*
 * What is parsed of `packet` lies at the beginning of `*room`, up to parsed_packet_end(); the rest may be used for the next one. `hashes_beside`:
 * also parse_beside() where it is no tunnel packet, which few captures need of many packets.
 */
void parser_parse(const struct ipip_parser *parser, struct parsed_room *room, const struct ipip_packet *packet,
                  bool hashes_beside);

/* The hashes of a packet without tunnel header, in `of[0]`; until then its content is 0. */
void parse_beside(const struct ipip_parser *parser, struct parsed_packet *parsed);

/* See ipip_parser_set_carrier_sink(). */
void parser_set_carrier_sink(struct ipip_parser *parser, ipip_carrier_sink *sink, void *context);

/* Gathers what is to be known of the layers from `first` on, which was reassembled. */
void parse_layers(const struct ipip_parser *parser, struct parsed_packet *parsed, unsigned first);

/* The same from a layer of minimal encapsulation on, whose inner datagram was rebuilt. */
void parse_unfolded(const struct ipip_parser *parser, struct parsed_packet *parsed, unsigned first);

#endif
