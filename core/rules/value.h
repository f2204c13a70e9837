/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of a finding: what distinguishes it from other findings of the rule on the same tunnel and layer, whatever its words.
 * A value belongs to the fault, not to the packet: an MTU, a DSCP, an ICMP code; no checksum, length, count or time.
 */
#ifndef IPIP_CORE_VALUE_H
#define IPIP_CORE_VALUE_H

#include "ipip/finding.h"

struct ipip_rule_input;

struct value {
    const char *name; /* never changes its meaning */
    enum ipip_value_kind kind;
    void (*get)(const struct ipip_rule_input *c, struct ipip_value *value);
};

/* Defines value_NAME from an expression in `c`. A word is one of few that never change. */
#define VALUE_OF(linkage, label, value_kind, field, expression)                        \
    static void get_##label(const struct ipip_rule_input *c, struct ipip_value *value) \
    {                                                                                  \
        value->field = (expression);                                                   \
    }                                                                                  \
    linkage const struct value value_##label = {#label, value_kind, get_##label};
#define VALUE_NUMBER(linkage, label, expression) VALUE_OF(linkage, label, IPIP_VALUE_NUMBER, number, expression)
#define VALUE_ADDRESS(linkage, label, expression) VALUE_OF(linkage, label, IPIP_VALUE_ADDRESS, address, expression)
#define VALUE_WORD(linkage, label, expression) VALUE_OF(linkage, label, IPIP_VALUE_WORD, word, expression)

/* Values of several rules. */
extern const struct value value_outer_dscp;
extern const struct value value_inner_dscp;
extern const struct value value_outer_tos;
extern const struct value value_inner_tos;
extern const struct value value_outer_ecn;
extern const struct value value_inner_ecn;
extern const struct value value_inner_src;
extern const struct value value_inner_dst;
extern const struct value value_version;
extern const struct value value_ihl;
extern const struct value value_protocol;
extern const struct value value_sender; /* of a packet that enters the tunnel */
extern const struct value value_router; /* that sends the ICMP error */
extern const struct value value_icmp_type;
extern const struct value value_icmp_code;
extern const struct value value_icmp_mtu;
extern const struct value value_path_mtu;

#endif
