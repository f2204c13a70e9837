/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_counts.h"

#include <inttypes.h>

void frame_counts_print(FILE *out, const struct frame_counts *counts)
{
    fprintf(out, "%" PRIu64 " packet%s", counts->packets, counts->packets == 1 ? "" : "s");
    if (counts->is_live)
        fputs(" of the interface", out);
    else
        fprintf(out, " in %" PRIu64 " file%s", counts->files, counts->files == 1 ? "" : "s");
}

void frame_counts_print_dropped(FILE *out, const struct frame_counts *counts)
{
    if (counts->dropped > 0)
        fprintf(out, "  dropped before they were captured, and may be missed below: %" PRIu64 "\n", counts->dropped);
}
