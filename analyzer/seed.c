/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "seed.h"

#include <glib.h>

uint64_t random_seed(void)
{
    return (uint64_t)g_random_int() << 32 | g_random_int(); /* GLib seeds itself from /dev/urandom */
}
