/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a header that is dissected here, as a table. */
#ifndef IPIP_PLUGIN_WIRE_FIELDS_H
#define IPIP_PLUGIN_WIRE_FIELDS_H

#include "compat.h"

/* Network byte order. */
struct wire_field {
    const int *hf;
    int offset;
    int bytes;
};

/* Adds those whose octets are captured. */
void wire_fields_add(proto_tree *tree, tvbuff_t *tvb, const struct wire_field *fields, size_t count);

/* Whether a header of so many octets ends within what was sent; where only the capture ends, that is for the caller to find. */
bool wire_fields_have_room(tvbuff_t *tvb, unsigned bytes);

#endif
