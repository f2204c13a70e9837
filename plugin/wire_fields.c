/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "wire_fields.h"

void wire_fields_add(proto_tree *tree, tvbuff_t *tvb, const struct wire_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (tvb_bytes_exist(tvb, fields[i].offset, fields[i].bytes))
            proto_tree_add_item(tree, *fields[i].hf, tvb, fields[i].offset, fields[i].bytes, ENC_BIG_ENDIAN);
    }
}

bool wire_fields_have_room(tvbuff_t *tvb, unsigned bytes)
{
    return tvb_reported_length(tvb) >= bytes;
}
