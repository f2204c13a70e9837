/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "error_match.h"

#include <string.h>

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
