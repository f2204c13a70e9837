/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/sides/sides.h"

#include <inttypes.h>
#include <stdio.h>

/* The interface's number in the capture, or the device's on the machine; a hash stands for what has no number. */
static bool number_of(uint64_t place, uint32_t *number)
{
    enum { DEVICES_MAX = 1 << 20 };
    uint32_t device = (uint32_t)place;

    *number = device != 0 ? device : (uint32_t)(place >> 32);
    return device < DEVICES_MAX;
}

const char *sides_other_text(char text[static SIDES_OTHER_TEXT], const struct ipip_rule_input *c)
{
    const struct sides_match *match = &c->flow->sides;
    uint32_t number;

    /* The frame is shown with the finding. */
    if (match->other_place != c->packet->place && number_of(match->other_place, &number))
        snprintf(text, SIDES_OTHER_TEXT, " on interface %" PRIu32, number);
    else
        text[0] = '\0';
    return text;
}

void sides_show_other(const struct ipip_rule_input *c, struct ruling *ruling)
{
    const struct sides_match *match = &c->flow->sides;

    ruling->other = (struct other){.frame = match->other_frame, .age = match->other_age, .is_known = match->is_there};
}
