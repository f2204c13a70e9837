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

enum { ERROR_HEADER = 8 }; /* of ICMP */

/* An ICMP error from inside the tunnel; type 0: none. */
struct error_inside {
    uint64_t frame;
    int64_t time;
    uint8_t type, code;
};

/* `message` quotes a tunnel packet. */
void error_take(struct error_inside *error, const struct ipip_packet *packet, struct ipip_bytes message);

/* `message`, to a sender, is an answer to this one: within 5 seconds. */
gboolean error_is_answered(const struct error_inside *error, const struct ipip_packet *packet,
                           struct ipip_bytes message);

#endif
