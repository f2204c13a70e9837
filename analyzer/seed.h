/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A seed for hash tables that nobody can guess. No result depends on it. */
#ifndef IPIP_ANALYZER_SEED_H
#define IPIP_ANALYZER_SEED_H

#include <stdint.h>

uint64_t random_seed(void);

#endif
