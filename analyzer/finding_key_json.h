/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key of a finding in JSON, and its digest, by which others recognise the finding. */
#ifndef IPIP_ANALYZER_FINDING_KEY_JSON_H
#define IPIP_ANALYZER_FINDING_KEY_JSON_H

#include <jansson.h>

#include "finding_key.h"

/* {"rule":"IPIP101","src":...,"dst":...,"layer":0,"values":{...}}, with "mode", "key" and "port" where it is not IPv4 in IPv4 alone. */
json_t *finding_key_object(const struct finding_key *key);

/* SHA-256, in hexadecimal, of that object with its members sorted and no blanks; to be freed. */
char *finding_key_digest(const struct finding_key *key);

#endif
