/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was inferred of a tunnel, in words. */
#ifndef IPIP_ANALYZER_TUNNEL_STATEMENTS_H
#define IPIP_ANALYZER_TUNNEL_STATEMENTS_H

#include <glib.h>

#include "ipip/infer.h"

/* What a statement speaks of. */
enum statement_field { STATEMENT_TTL, STATEMENT_TOS, STATEMENT_ECN, STATEMENT_DF, STATEMENT_ID, STATEMENT_FIELDS };

/* "ttl", "tos", "ecn", "df", "id". */
const char *statement_name(enum statement_field field);

const struct ipip_statement *statement_of(const struct ipip_inference *inference, enum statement_field field);

/* The ways that explain the packets, by name and separated by " or ", such as "fixed 64" or "set or copy"; to be freed. */
char *statement_words(const struct ipip_inference *inference, enum statement_field field);

/* "certain", "likely", "not observable" or "varies". */
const char *statement_sureness(const struct ipip_statement *statement, enum statement_field field);

/* The `ip tunnel add` line that makes such packets, to be freed; NULL where `ip tunnel` has no words for them. */
char *statement_command(const struct ipip_inference *inference, uint32_t src, uint32_t dst);

#endif
