/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/value.h"

#include "rules/rule.h"

VALUE_NUMBER(, outer_dscp, ipip_ip_dscp(input_outer(c)))
VALUE_NUMBER(, inner_dscp, ipip_ip_dscp(input_inner(c)))
VALUE_NUMBER(, outer_tos, input_outer(c)->tclass)
VALUE_NUMBER(, inner_tos, input_inner(c)->tclass)
VALUE_NUMBER(, outer_ecn, ipip_ip_ecn(input_outer(c)))
VALUE_NUMBER(, inner_ecn, ipip_ip_ecn(input_inner(c)))
VALUE_ADDRESS(, inner_src, input_inner(c)->src)
VALUE_ADDRESS(, inner_dst, input_inner(c)->dst)
VALUE_NUMBER(, version, input_outer(c)->version)
VALUE_NUMBER(, ihl, input_outer(c)->header_bytes / 4U)
VALUE_NUMBER(, protocol, input_outer(c)->protocol)
VALUE_ADDRESS(, sender, input_outer(c)->src)
VALUE_ADDRESS(, router, c->flow->icmp.ip.src)
VALUE_NUMBER(, icmp_type, c->flow->icmp.type)
VALUE_NUMBER(, icmp_code, c->flow->icmp.code)
VALUE_NUMBER(, icmp_mtu, c->flow->icmp.mtu)
VALUE_NUMBER(, path_mtu, c->flow->mtu)

unsigned ipip_rule_value_count(size_t rule_index)
{
    unsigned count = 0;

    if (rule_index < ipip_rules_count()) {
        while (count < IPIP_VALUES_MAX && rule_at(rule_index)->values[count] != NULL)
            count++;
    }
    return count;
}

struct ipip_value ipip_rule_value(size_t rule_index, unsigned ordinal)
{
    const struct value *value = rule_at(rule_index)->values[ordinal];

    return (struct ipip_value){.name = value->name, .kind = value->kind};
}

unsigned ipip_finding_values(const struct ipip_finding *finding, struct ipip_value values[IPIP_VALUES_MAX])
{
    unsigned count = ipip_rule_value_count(finding->rule_index);

    for (unsigned i = 0; i < count; i++) {
        values[i] = ipip_rule_value(finding->rule_index, i);
        rule_at(finding->rule_index)->values[i]->get(finding->input, &values[i]);
    }
    return count;
}
