/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The option --output FORMAT=FILE. */
#ifndef IPIP_ANALYZER_REPORT_OUTPUTS_H
#define IPIP_ANALYZER_REPORT_OUTPUTS_H

#include "cli_options.h"

/* Makes `options->outputs` of the texts. FALSE and `*error` where one is wrong. */
gboolean report_outputs_understand(struct options *options, GError **error);

/* FALSE and `*error` where two of them are one file, or one is what is read, or written otherwise. */
gboolean report_outputs_are_apart(const struct options *options, GError **error);

#endif
