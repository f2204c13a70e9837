/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy may declare of the Ethernet frames that a tunnel carries. */
#include <string.h>

#include "policy/expectation_line.h"

static bool set_inner(struct ipip_expectation *e, const char *value)
{
    if (strcmp(value, "judge") != 0)
        return false;
    e->is_frame_judged = true;
    return true;
}

const struct expectation_line expectation_frame_lines[] = {
    {"eth-inner", set_inner, "judge, or left out", LINE_OF_ANY},
    {0},
};
