/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/parsed_packet.h"

#include <stddef.h>
#include <string.h>

struct parsed_packet *parsed_room_take(struct parsed_room *room, const struct parsed_packet *parsed)
{
    unsigned count = parsed->stack.count;

    memcpy(&room->parsed, parsed, offsetof(struct parsed_packet, stack.layers) + count * sizeof *parsed->stack.layers);
    memcpy(room->of, parsed->of, count * sizeof *room->of);
    room->parsed.of = room->of;
    return &room->parsed;
}
