/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that say what the judge is to expect: profile, vantage, sites, endpoints, rules, and the policy file. */
#ifndef IPIP_ANALYZER_JUDGE_OPTIONS_H
#define IPIP_ANALYZER_JUDGE_OPTIONS_H

#include "option_table.h"

/* Makes the policy; the command line overrides the policy file, or adds to its lists. FALSE and `*error` where something is wrong. */
gboolean judge_options_understand(struct options *o, const struct option_texts *t, GError **error);

/* The same with --vantage alone, and no policy file. */
gboolean judge_options_understand_vantage(struct options *o, const struct option_texts *t, GError **error);

#endif
