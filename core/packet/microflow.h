/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Header prediction: most packets of a tunnel have the headers of an earlier one, but for lengths, Identifications and
 * checksums. What was found out about that one is remembered here, and holds for them as well.
 *
 * Only what is plain is remembered: two headers without options, no fragment, nothing between them, both checksums right, and
 * lengths that fit each other and what is captured. All other packets are read in full, which costs them a comparison.
 */
#ifndef IPIP_CORE_MICROFLOW_H
#define IPIP_CORE_MICROFLOW_H

#include "packet/parsed_packet.h"
#include "table/hash.h"

enum {
    MICROFLOW_OCTETS = 2 * IPIP_IPV4_HEADER_MIN,
    MICROFLOW_WORDS = MICROFLOW_OCTETS / 8,
    MICROFLOWS = 2048, /* tunnels times what goes on in each; a few hundred KiB */
};

struct microflow {
    uint64_t words[MICROFLOW_WORDS]; /* the octets that don't vary, 0 for the others */
    enum ipip_end end;
    uint8_t next;
    bool is_known;
    struct ipip_layer layers[2];
    struct facts facts[2];
    uint64_t addresses[2];
};

struct microflows {
    struct microflow all[MICROFLOWS];
};

/* The microflow that the packet has, or would have if it is plain. NULL where its lengths, Identification or checksums are odd. */
struct microflow *microflow_of(struct microflows *microflows, struct ipip_bytes packet,
                               uint64_t words[static MICROFLOW_WORDS]);

/* Whether it is that of an earlier packet, with these words. */
static inline bool microflow_is(const struct microflow *microflow, const uint64_t words[static MICROFLOW_WORDS])
{
    uint64_t difference = 0;

    for (int i = 0; i < MICROFLOW_WORDS; i++)
        difference |= microflow->words[i] ^ words[i];
    return difference == 0 && microflow->is_known;
}

/* Fills in what is parsed of a packet of this microflow. */
void microflow_apply(const struct microflow *microflow, struct parsed_packet *parsed);

/* Remembers the microflow of a packet that was read in full, but for its payload, if it is plain. */
void microflow_learn(struct microflow *microflow, const struct parsed_packet *parsed,
                     const uint64_t words[static MICROFLOW_WORDS]);

#endif
