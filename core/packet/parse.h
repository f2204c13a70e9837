/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of packets, as those who feed them know them: see ipip/packet.h. */
#ifndef IPIP_CORE_PARSE_H
#define IPIP_CORE_PARSE_H

#include "ipip/packet.h"
#include "table/hash.h"

/* NULL where there is no memory. */
struct ipip_reader *reader_new(const struct hash_keys *keys);

/* Gathers what is to be known of the layers from `first` on, which was reassembled. */
void read_layers(const struct ipip_reader *reader, struct ipip_reading *reading, unsigned first);

#endif
