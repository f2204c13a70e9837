/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One JSON object a line. */
#ifndef IPIP_ANALYZER_JSONL_H
#define IPIP_ANALYZER_JSONL_H

#include <jansson.h>
#include <stdint.h>

#include "ipip/tunnel_direction.h"

/* Prints `object` on a line of its own and frees it. */
void jsonl_print(json_t *object);

/* {"mode": "ipip", "src": ..., "dst": ...} */
json_t *jsonl_tunnel(const struct ipip_tunnel_direction *direction);

/* A string that may hold anything, such as a file name: what is not UTF-8 is replaced. */
json_t *jsonl_text(const char *text);

#endif
