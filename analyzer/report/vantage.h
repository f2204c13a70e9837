/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The warning that a vantage declared for all directions does not hold for some. */
#ifndef IPIP_ANALYZER_REPORT_VANTAGE_H
#define IPIP_ANALYZER_REPORT_VANTAGE_H

#include <jansson.h>
#include <stdio.h>

#include "ipip/judge.h"

/* The row on the vantage of a direction; none where nothing is known. */
void vantage_print_place(const struct ipip_direction_vantage *vantage);
json_t *vantage_object(const struct ipip_direction_vantage *vantage);

/*
 * What is wrong with the declared vantages, on standard error: the conflict, sources that no packet came from, and directions of
 * one tunnel at the same end. Nothing where nothing is.
 */
void vantage_say(const struct ipip_vantage_conflict *conflict, const struct ipip_judge *judge,
                 const struct ipip_policy *policy);

/* As a line of a summary. */
void vantage_print(FILE *out, const struct ipip_vantage_conflict *conflict);

/* As the member "warnings" of a summary; none where there is no conflict. */
void vantage_add_json(const struct ipip_vantage_conflict *conflict, json_t *summary);

#endif
