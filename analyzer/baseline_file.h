/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A baseline as JSON lines: {"type":"ipip-baseline","version":2}, then an object a finding, sorted, so that differences are read
 * easily and versions merge:
 *
 *     {"rule":"IPIP101","slug":"dscp-not-copied","src":"10.0.0.1","dst":"10.0.0.2","layer":0,"values":{"outer_dscp":0,"inner_dscp":46}}
 *
 * The slug is for people. The words of version 1 ("expected", "actual") can't be compared with values: it is refused, and replaced.
 */
#ifndef IPIP_ANALYZER_BASELINE_FILE_H
#define IPIP_ANALYZER_BASELINE_FILE_H

#include "baseline.h"
#include "capture/output.h"

enum { BASELINE_VERSION = 2 };

#define BASELINE_TYPE "ipip-baseline"

/* Adds the findings of the file to the known ones. FALSE where it is wrong; `*error` names the file and, if it can, the line. */
gboolean baseline_file_read(struct baseline *baseline, const char *path, GError **error);

/*
 * FALSE and `*error` where there is something else in the place of a baseline that is to be written: a capture, perhaps, whose
 * name was taken for that of the baseline.
 */
gboolean baseline_file_may_replace(const char *path, GError **error);

/* FALSE and `*error` where not all could be written. */
gboolean baseline_file_write(const struct baseline *baseline, const struct ipip_policy *policy, struct output *output,
                             GError **error);

#endif
