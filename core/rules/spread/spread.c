/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the flows inside are spread over paths: by the flow label of an IPv6 header outside, by the source port of UDP. */
#include "flow/spread.h"
#include "flow/copied_labels.h"
#include "rules/rule.h"

/* A rule about the flow inside: TCP or UDP, whose ports are captured. */
#define WHERE_FLOW_IS (FACT_WELL_FORMED | FACT_TUNNEL | FACT_FLOW_INSIDE)
#define RULE_OF_SPREAD .excludes = FACT_FRAGMENT_HEADER

#define RULE_OF_LABEL                                                                            \
    RULE_OF_SPREAD, .about.kinds = KIND_OF(4IN6) | KIND_OF(6IN6) | KIND_OF(GRE6) | KINDS_OF_UDP, \
                    .about.scope = IPIP_SCOPE_FLOW, .applies = WHERE_FLOW_IS | FACT_IPV6,        \
                    .outer = IPIP_FIELD_FLOW_LABEL

static void describe_zero(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message, "the tunnel carries %d flows and more, all with flow label 0: routers see one flow",
        SPREAD_FLOWS);
    SAY(text->expected, "a flow label for each flow inside");
    SAY(text->actual, "flow label 0");
}

const struct rule rule_751 = {
    .about.id = "IPIP751",
    .about.slug = "v6tun-flow-zero",
    .about.title = "many flows inside, flow label 0 outside",
    .about.reference = "RFC 6438 section 3; RFC 2473 section 6.5",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "an encapsulator that leaves the label at 0, which RFC 2473 has as the default",
    RULE_OF_LABEL,
    .blind = FACT_FLOW_UNSEEN | FACT_LABELS_FEW,
    .describe = describe_zero,
};

static void describe_unstable(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message,
        "packets of one flow inside have had %d flow labels and more within a second: routers may reorder them",
        SPREAD_VALUES);
    SAY(text->expected, "one flow label for each flow inside");
    SAY(text->actual, "flow label 0x%05x, and others", c->flow->label.value);
}

const struct rule rule_752 = {
    .about.id = "IPIP752",
    .about.slug = "v6tun-flow-unstable",
    .about.title = "one flow inside, several flow labels outside",
    .about.reference = "RFC 6438 section 3",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "an encapsulator that takes labels by chance, or from what is no part of the flow",
    RULE_OF_LABEL,
    .blind = FACT_FLOW_UNSEEN,
    .describe = describe_unstable,
};

static void describe_polarised(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the tunnel carries %d flows and more, all with flow label 0x%05x: routers see one flow",
        SPREAD_FLOWS, c->flow->label.value);
    SAY(text->expected, "a flow label for each flow inside");
    SAY(text->actual, "flow label 0x%05x", c->flow->label.value);
}

const struct rule rule_753 = {
    .about.id = "IPIP753",
    .about.slug = "v6tun-flow-polarised",
    .about.title = "many flows inside, one flow label outside",
    .about.reference = "RFC 6438 section 3",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a fixed label, or Linux, which hashes the tunnel's ends for all IPv4 but its own TCP",
    RULE_OF_LABEL,
    .blind = FACT_FLOW_UNSEEN | FACT_LABELS_FEW,
    .describe = describe_polarised,
};

static void check_port(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!c->flow->port.is_unstable)
        ruling->severity = IPIP_NOTE;
}

static void describe_port(const struct ipip_rule_input *c, struct ipip_text *text)
{
    if (c->flow->port.is_unstable)
        SAY(text->message,
            "packets of one flow inside have had %d UDP source ports and more within 30 seconds: routers may reorder them",
            SPREAD_VALUES);
    else
        SAY(text->message, "the tunnel carries %d flows and more, all from UDP source port %u: routers see one flow",
            SPREAD_FLOWS, c->flow->port.value);
    SAY(text->expected, "one source port for each flow inside");
    SAY(text->actual, "source port %u%s", c->flow->port.value, c->flow->port.is_unstable ? ", and others" : "");
}

static const char *port_word(const struct ipip_rule_input *c)
{
    return c->flow->port.is_unstable ? "unstable" : "one";
}

VALUE_WORD(static, source_ports, port_word(c))

const struct rule rule_835 = {
    .about.id = "IPIP835",
    .about.slug = "udp-entropy",
    .about.title = "UDP source ports do not follow the flows inside",
    .about.reference = "RFC 8086 section 3.2.1; RFC 8085 section 5.1.1",
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a fixed `encap-sport`, or an encapsulator that takes ports by chance",
    .about.kinds = KINDS_OF_UDP,
    .about.scope = IPIP_SCOPE_FLOW,
    RULE_OF_SPREAD,
    .applies = WHERE_FLOW_IS,
    .blind = FACT_FLOW_UNSEEN | FACT_PORTS_FEW,
    .shim = SHIM_UDP_SOURCE,
    .check = check_port,
    .describe = describe_port,
    .values = {&value_source_ports},
};

static bool is_copy_idle(const struct tunnel_policy *tunnel_policy)
{
    const struct ipip_expectation *x = tunnel_policy->expectation;

    return tunnel_policy->profile->labels_coincide || (x != NULL && x->label != IPIP_EXPECT_ANYTHING);
}

static void describe_copied(const struct ipip_rule_input *c, struct ipip_text *text)
{
    (void)c;
    SAY(text->message, "the flow label outside is the one inside on all packets: the path sees the flows of the hosts");
    SAY(text->expected, "flow labels of the encapsulator's own");
    SAY(text->actual, "%d labels and more, on %d packets and more, all the same outside", COPIED_LABELS_VALUES,
        COPIED_LABELS_PACKETS);
}

const struct rule rule_743 = {
    .about.id = "IPIP743",
    .about.slug = "v6tun-tclass-flowlabel",
    .about.title = "flow label outside copied from inside",
    .about.reference = "RFC 2473 section 6.5; RFC 6438 section 3",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "an encapsulator that copies labels, or one that hashes flows as the hosts do",
    .about.kinds = KIND_OF(6IN6) | KIND_OF(GRE6),
    .about.scope = IPIP_SCOPE_FLOW,
    RULE_OF_SPREAD,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_IPV6 | FACT_INNER_IPV6,
    .blind = FACT_INNER_CUT | FACT_INNER_UNSEEN | FACT_COPIES_FEW,
    .is_idle = is_copy_idle,
    .outer = IPIP_FIELD_FLOW_LABEL,
    .inner = IPIP_FIELD_FLOW_LABEL,
    .describe = describe_copied,
};
