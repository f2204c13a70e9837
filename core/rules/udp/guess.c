/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP that looks like a tunnel, on a port that stands for none. */
#include "flow/guesses.h"
#include "ipip/udp.h"
#include "rules/rule.h"

/* FOU begins with the packet that it carries. */
static bool has_ipv6(const struct ipip_rule_input *c)
{
    struct ipip_bytes inside = ipip_bytes_after(ipip_layer_payload(input_layer(c)), IPIP_UDP_HEADER);

    return inside.captured > 0 && inside.data[0] >> 4 == 6;
}

static void describe_guess(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct ipip_tunnel_direction *direction = &c->flow->direction;
    bool is_gue = direction->kind == IPIP_KIND_GUE;

    SAY(text->message, "UDP to port %u looks like %s with IP inside, and is not judged: --udp-tunnel %u=%s declares it",
        ipip_discriminator_port(direction->discriminator), is_gue ? "GUE" : "FOU",
        ipip_discriminator_port(direction->discriminator),
        is_gue        ? "gue"
        : has_ipv6(c) ? "fou-sit"
                      : "fou-ipip");
    SAY(text->expected, "a declared port, or no tunnel");
    SAY(text->actual, "%d packets or more between the same ports, each with an IP packet of its length",
        GUESSES_PACKETS);
}

static void check_guess(const struct ipip_rule_input *c, struct ruling *ruling)
{
    (void)c;
    ruling->confidence = IPIP_HEURISTIC;
}

const struct rule rule_839 = {
    .about.id = "IPIP839",
    .about.slug = "udp-guess",
    .about.title = "UDP that looks like a tunnel",
    .about.reference = "draft-ietf-intarea-gue section 3; ip-fou(8)",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_UDP,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a tunnel of FOU or GUE whose port is not declared",
    .about.is_habit = true,
    .about.kinds = KIND_OF(FOU) | KIND_OF(GUE),
    .blind = UDP_FACT_FEW | UDP_FACT_OPEN,
    .report = REPORT_ONCE,
    .outer = IPIP_FIELD_PROTOCOL,
    .check = check_guess,
    .describe = describe_guess,
};
