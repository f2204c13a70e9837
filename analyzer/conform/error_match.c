/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "error_match.h"

#include <string.h>

#include "ipip/age.h"

gboolean error_is_of(const struct ipip_requirement *requirement, uint32_t type, uint32_t code)
{
    return requirement->icmp.type == type &&
           (requirement->icmp.code == IPIP_ANY_CODE || requirement->icmp.code == code);
}

gboolean error_is_another(const struct ipip_requirement *requirement, const struct ipip_finding *finding)
{
    struct ipip_value values[IPIP_VALUES_MAX];
    unsigned count = ipip_finding_values(finding, values), found = 0;
    uint32_t type = 0, code = 0;

    for (unsigned i = 0; i < count; i++) {
        gboolean is_type = strcmp(values[i].name, "icmp_type") == 0, is_code = strcmp(values[i].name, "icmp_code") == 0;

        if (is_type)
            type = values[i].number;
        if (is_code)
            code = values[i].number;
        found += is_type || is_code;
    }
    return requirement->icmp.type != 0 && found == 2 && !error_is_of(requirement, type, code);
}

void error_take(struct error_inside *error, const struct ipip_packet *packet, struct ipip_bytes message)
{
    *error = (struct error_inside){packet->frame, packet->time, message.data[0], message.data[1]};
}

gboolean error_is_answered(const struct error_inside *error, const struct ipip_packet *packet,
                           struct ipip_bytes message)
{
    enum { UNREACHABLE = 3, HOST = 1, ANSWER_SECONDS = 5 };

    return message.data[0] == UNREACHABLE && message.data[1] <= HOST && error->type != 0 &&
           !ipip_age_exceeds(packet->time, error->time, ANSWER_SECONDS * IPIP_AGE_SECOND);
}
