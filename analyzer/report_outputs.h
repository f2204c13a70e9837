/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which reports there are: --output FORMAT=FILE, --min-severity, --summary, --group-by. */
#ifndef IPIP_ANALYZER_REPORT_OUTPUTS_H
#define IPIP_ANALYZER_REPORT_OUTPUTS_H

#include "choice.h"
#include "option_table.h"

/* FALSE and `*error` where one is wrong. `options->format` is known; `format_at` has the formats of the verb. */
gboolean report_outputs_understand(struct options *options, choice_name *format_at, const struct option_texts *texts,
                                   GError **error);

/* FALSE and `*error` where two of them are one file, or one is what is read, or written otherwise. */
gboolean report_outputs_are_apart(const struct options *options, GError **error);

#endif
