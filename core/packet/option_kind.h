/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each IP option in RFC 791 section 3.1 and its updates. */
#ifndef IPIP_CORE_OPTION_KIND_H
#define IPIP_CORE_OPTION_KIND_H

#include "ipip/stack.h"

struct option_kind {
    uint8_t type;
    const char *name;
    uint8_t bytes_min; /* of what the length octet may be */
    uint8_t bytes_max;
    uint8_t slot_bytes;    /* the data is a row of slots of this size, behind 3 octets; 0: it is not */
    uint8_t first_pointer; /* the smallest legal pointer; 0: it has none */
    bool once;             /* at most once in a header */
    bool is_padding;
    bool is_source_route;
};

/* Never NULL: an unknown type has a row too. */
const struct option_kind *option_kind(uint8_t type);

/* A walk over the options of a layer, as far as they are captured. */
struct ipip_option_walk layer_options(const struct ipip_layer *layer);

#endif
