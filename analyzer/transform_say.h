/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `decap` or `encap` did, on standard error. */
#ifndef IPIP_ANALYZER_TRANSFORM_SAY_H
#define IPIP_ANALYZER_TRANSFORM_SAY_H

#include "transform.h"

/* `done`: "decapsulated"; `reassembly` may be NULL, and has ended then. */
void transform_say(const struct options *options, const char *done, const struct transform_counts *counts,
                   const struct frame_counts *frames, struct ipip_reassembly *reassembly);

/* What the output holds of a capture that could not be read to its end: `last` is its last record; `is_for_nothing`: none was used. */
void transform_say_part(const struct options *options, const struct capture_record *last, gboolean is_for_nothing);

#endif
