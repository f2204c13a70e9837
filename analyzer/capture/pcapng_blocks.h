/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcapng blocks of our own: what describes a section with one interface. */
#ifndef IPIP_ANALYZER_PCAPNG_BLOCKS_H
#define IPIP_ANALYZER_PCAPNG_BLOCKS_H

#include "outbox.h"

/* What its block describes. */
struct pcapng_description {
    gboolean is_big_endian;
    uint16_t link_type;
    const char *name;   /* NULL: none */
    uint8_t resolution; /* of timestamps: 10^-resolution seconds */
};

/* Puts the headers of the section and of its interface. */
void pcapng_put_header(struct outbox *box, const struct pcapng_description *interface);

#endif
