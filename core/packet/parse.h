/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of packets, as those who feed them know them: see ipip/packet.h. */
#ifndef IPIP_CORE_PARSE_H
#define IPIP_CORE_PARSE_H

#include "ipip/packet.h"
#include "table/hash.h"

/* NULL where there is no memory. */
struct ipip_parser *parser_new(const struct hash_keys *keys);

/* Gathers what is to be known of the layers from `first` on, which was reassembled. */
void parse_layers(const struct ipip_parser *parser, struct ipip_parsed_packet *parsed, unsigned first);

#endif
