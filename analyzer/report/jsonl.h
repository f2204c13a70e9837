/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One JSON object a line. */
#ifndef IPIP_ANALYZER_JSONL_H
#define IPIP_ANALYZER_JSONL_H

#include "json.h"

/* Writes `object` on a line of its own and frees it. */
void jsonl_print(FILE *out, json_t *object);

#endif
