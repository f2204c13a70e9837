/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What formats in JSON share: the finding and the summary as objects, and their parts. */
#ifndef IPIP_ANALYZER_JSON_H
#define IPIP_ANALYZER_JSON_H

#include <jansson.h>

#include "report.h"

/* Of JSON Lines: schema/ipip-check-1.schema.json describes it. */
enum { JSON_VERSION = 1 };

/* Writes `object` in its order and frees it; no newline follows. */
void json_write(FILE *out, json_t *object);

/* {"mode": "ipip", "src": ..., "dst": ...} */
json_t *json_tunnel(const struct ipip_tunnel_direction *direction);

/* {"protocol": 17, "src": ..., "sport": ..., "dst": ..., "dport": ...}; ports where they are known; null where the flow is not. */
json_t *json_flow(const struct inner_flow *flow);

/* A string that may hold anything, such as a file name: what is not UTF-8 is replaced. */
json_t *json_text(const char *text);

/* {"type": "finding", ...}, {"type": "summary", ...} */
json_t *json_finding(const struct report_finding *finding);
json_t *json_summary(const struct check_summary *summary);

#endif
