/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "ipip/carrier.h"

static const struct {
    const char *name, *title, *id_name, *id_title;
} kinds[IPIP_CARRIER_KINDS] = {
    [IPIP_CARRIER_GRE] = {"gre", "GRE", "key", "key"},
    [IPIP_CARRIER_ERSPAN] = {"erspan", "ERSPAN", "session", "session"},
    [IPIP_CARRIER_VXLAN] = {"vxlan", "VXLAN", "vni", "VNI"},
    [IPIP_CARRIER_VXLAN_GPE] = {"vxlan-gpe", "VXLAN-GPE", "vni", "VNI"},
    [IPIP_CARRIER_GENEVE] = {"geneve", "Geneve", "vni", "VNI"},
};

const char *ipip_carrier_kind_name(enum ipip_carrier_kind kind)
{
    return (unsigned)kind < IPIP_CARRIER_KINDS ? kinds[kind].name : "unknown";
}

const char *ipip_carrier_kind_title(enum ipip_carrier_kind kind)
{
    return (unsigned)kind < IPIP_CARRIER_KINDS ? kinds[kind].title : "unknown";
}

const char *ipip_carrier_id_name(enum ipip_carrier_kind kind)
{
    return (unsigned)kind < IPIP_CARRIER_KINDS ? kinds[kind].id_name : "id";
}

const char *ipip_carriers_text(char text[static IPIP_CARRIERS_TEXT], const struct ipip_carriers *carriers)
{
    int used = 0;

    text[0] = '\0';
    for (unsigned i = carriers->count; i-- > 0;) {
        const struct ipip_carrier *carrier = &carriers->all[i];
        char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];

        used += snprintf(text + used, (size_t)(IPIP_CARRIERS_TEXT - used), "%s%s %s > %s", used > 0 ? " in " : "",
                         ipip_carrier_kind_title(carrier->kind), ipip_address_text(src, carrier->src),
                         ipip_address_text(dst, carrier->dst));
        if (carrier->has_id)
            used += snprintf(text + used, (size_t)(IPIP_CARRIERS_TEXT - used), " %s %u", kinds[carrier->kind].id_title,
                             carrier->id);
    }
    return text;
}
