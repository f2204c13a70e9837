/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of a finding in JSON, {"path_mtu":1400,"icmp_mtu":1400}, and in text, "path_mtu 1400, icmp_mtu 1400". */
#ifndef IPIP_ANALYZER_FINDING_VALUES_H
#define IPIP_ANALYZER_FINDING_VALUES_H

#include <glib.h>
#include <jansson.h>

#include "finding_key.h"

json_t *finding_values_object(const struct ipip_value *values, unsigned count);

/* To be freed; "" without values. */
char *finding_values_text(const struct ipip_value *values, unsigned count);

/*
 * The values of the key's rule from `object`; NULL is an object without members. FALSE and `*error` unless it has exactly those. Words
 * belong to `object`.
 */
gboolean finding_values_read(struct finding_key *key, const json_t *object, GError **error);

#endif
