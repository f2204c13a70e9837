/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways of turning a conformant tunnel packet into one that breaks a rule. */
#ifndef BENCH_VIOLATIONS_H
#define BENCH_VIOLATIONS_H

#include "frame.h"

struct violation {
    const char *name;
    void (*apply)(struct plan *plan);
};

extern const struct violation violations[];
extern const unsigned violation_count;

#endif
