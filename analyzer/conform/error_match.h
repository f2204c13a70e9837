/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which ICMP errors a requirement is about. */
#ifndef IPIP_ANALYZER_ERROR_MATCH_H
#define IPIP_ANALYZER_ERROR_MATCH_H

#include <glib.h>

#include "ipip/judge.h"
#include "ipip/requirement.h"

gboolean error_is_of(const struct ipip_requirement *requirement, uint32_t type, uint32_t code);

/* The ICMP error that a finding is about, where its values have it, is not that of the requirement. */
gboolean error_is_another(const struct ipip_requirement *requirement, const struct ipip_finding *finding);

#endif
