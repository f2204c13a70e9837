/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rule that is named on the command line. */
#ifndef IPIP_ANALYZER_RULE_CHOICE_H
#define IPIP_ANALYZER_RULE_CHOICE_H

#include <glib.h>

#include "ipip/rules.h"

/* The index of the rule with this id, number or slug; ipip_rules_count(), and which one was probably meant in `*error`, where there is none. */
size_t rule_choose(const char *name, GError **error);

/*
 * Sets `marked` of that rule; or, where `name` is the beginning of ids, such as IPIP1, that of each such rule. FALSE and `*error` where
 * there is none.
 */
gboolean rule_mark(const char *name, gboolean *marked, GError **error);

#endif
