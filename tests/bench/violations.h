/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways of turning a conformant tunnel packet into one that breaks a rule. */
#ifndef BENCH_VIOLATIONS_H
#define BENCH_VIOLATIONS_H

#include "frame.h"

typedef void violation(struct plan *plan);

extern violation *const violations[];
extern const unsigned violation_count;

#endif
