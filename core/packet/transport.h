/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TCP or UDP checksum of an innermost datagram. */
#ifndef IPIP_CORE_TRANSPORT_H
#define IPIP_CORE_TRANSPORT_H

#include "ipip/stack.h"

enum transport_checksum {
    TRANSPORT_NONE, /* neither TCP nor UDP, UDP without a checksum, or no room for the header */
    TRANSPORT_CUT,  /* not all of it is captured, or there */
    TRANSPORT_RIGHT,
    TRANSPORT_PARTIAL, /* the sum of the pseudo-header, left for a network card to complete */
    TRANSPORT_WRONG,
};

/* `layer` is no fragment and its Total Length is not 0. */
enum transport_checksum transport_checksum(const struct ipip_layer *layer);

#endif
