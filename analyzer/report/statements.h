/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a direction of another kind than IPv4 in IPv4 shows besides. */
#ifndef IPIP_ANALYZER_REPORT_STATEMENTS_H
#define IPIP_ANALYZER_REPORT_STATEMENTS_H

#include <jansson.h>

#include "direction.h"
#include "line.h"

/* " (gre, key 42)" */
void statements_add_kind(struct line *line, const struct direction *direction);

/* A row for each. */
void statements_print(const struct direction *direction);

/* A member for each. */
void statements_add_json(json_t *object, const struct direction *direction);

#endif
