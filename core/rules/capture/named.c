/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels of which no more is read than what they are. */
#include "rules/rule.h"

static const struct ipip_kind_about *kind_of(const struct ipip_rule_input *c)
{
    return ipip_kind_about(c->flow->direction.kind);
}

static void describe_named(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "%s is named, and not judged: of its packets nothing else is read", kind_of(c)->title);
    SAY(text->expected, "a tunnel of a kind that is read");
    SAY(text->actual, "%s (%s)", kind_of(c)->name, kind_of(c)->standard);
}

const struct rule rule_911 = {
    .about.id = "IPIP911",
    .about.slug = "kind-not-judged",
    .about.title = "a tunnel of a kind that is named only",
    .about.reference = "capture diagnostics",
    .about.severity = IPIP_NOTE,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_NAMED,
    .about.usual_cause =
        "a tunnel of a kind for which there are no rules; --kinds with those that matter leaves it out",
    .about.kinds = KINDS_NAMED,
    .applies = FACT_WELL_FORMED | FACT_TUNNEL,
    .report = REPORT_ONCE,
    .outer = IPIP_FIELD_PROTOCOL,
    .describe = describe_named,
};
