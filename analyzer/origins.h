/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where packets come from: a file, and in it the carriers around them. The judge knows a packet by a number that holds its origin above
 * its frame, and returns that with findings, also when the packet is long gone.
 *
 * Any thread may call these functions while others do.
 */
#ifndef IPIP_ANALYZER_ORIGINS_H
#define IPIP_ANALYZER_ORIGINS_H

#include <glib.h>

#include "ipip/carrier.h"
#include "ipip/packet.h"

struct origin {
    int file; /* an index of the paths of the run */
    struct ipip_carriers carriers;
};

struct origins;

struct origins *origins_new(void);
void origins_free(struct origins *origins);

/* Returns what to add to the numbers of the frames of a file; several may be open. */
uint64_t origins_open_file(struct origins *origins, int file);

/*
 * Puts the carriers of a packet into its number, and counts them, as an ipip_carrier_sink does. They are numbered up to a limit for the run;
 * a packet in further ones is as if it came in none. New ones get their numbers in the order of the capture: before that, `wait` is
 * called with `context`, and returns when the packets before this one have theirs.
 */
void origins_take_carrier(struct origins *origins, struct ipip_packet *packet, const struct ipip_carriers *carriers,
                          bool is_tunnel, void (*wait)(void *context), void *context);

/* What is in such a number; valid until origins_free(). */
const struct origin *origins_of(struct origins *origins, uint64_t number);
uint64_t origins_frame(uint64_t number);

/* How many tunnel packets came in carriers, by the kind of the nearest one. */
const uint64_t *origins_tunnel_packets(const struct origins *origins);

#endif
