/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In the place of sandbox.c, where the build has none. */
#include "sandbox.h"

void sandbox_enter(const struct options *options, unsigned use)
{
    (void)options;
    (void)use;
}

const char *sandbox_text(void)
{
    return "none: built without it";
}
