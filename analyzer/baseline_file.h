/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A baseline as JSON lines: {"type":"ipip-baseline","version":1}, then an object a finding, sorted, so that differences are read
 * easily and versions merge.
 */
#ifndef IPIP_ANALYZER_BASELINE_FILE_H
#define IPIP_ANALYZER_BASELINE_FILE_H

#include "baseline.h"
#include "capture/output.h"

enum { BASELINE_VERSION = 1 };

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
