/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of `ipip stimulus`. */
#ifndef IPIP_ANALYZER_STIMULUS_OPTIONS_H
#define IPIP_ANALYZER_STIMULUS_OPTIONS_H

#include "option_table.h"

/* "entry", "exit"; NULL past the last. */
const char *option_side_name(int index);

/* Once the tunnel is understood. FALSE and `*error` where something is wrong. */
gboolean stimulus_options_understand(struct options *o, const struct option_texts *t, GError **error);

#endif
