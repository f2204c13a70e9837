/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The captures of a run, judged one after the other, or merged by time (--merge). */
#ifndef IPIP_ANALYZER_JUDGED_CAPTURES_H
#define IPIP_ANALYZER_JUDGED_CAPTURES_H

#include "judge_run.h"

/* Reads all of them to the end, or until a signal, and ends the run. */
void judged_captures_read(struct judge_run *run);

#endif
