/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `decap` or `encap` did, on standard error. */
#ifndef IPIP_ANALYZER_TRANSFORM_SAY_H
#define IPIP_ANALYZER_TRANSFORM_SAY_H

#include "transform.h"

/* `done`: "decapsulated"; `reassembly` may be NULL, and has ended then. */
void transform_say(const struct options *options, const char *done, const struct transform_counts *counts,
                   const struct frame_counts *frames, struct ipip_reassembly *reassembly);

#endif
