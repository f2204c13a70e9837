/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datagrams that went to the encapsulator and did not come out in the tunnel: what the sender got. */
#include "rules/sides/sides.h"

static void check_missing(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    sides_show_other(c, ruling);
}

static void describe_not_signalled(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "a datagram with %s 1 ended before the tunnel; nothing was sent to %s within 1 s",
        sides_ttl_word(c), ipip_address_text(src, input_outer(c)->src));
    SAY(text->expected, "%s to %s", c->flow->sides.is_ipv6 ? "ICMPv6 3/0" : "ICMP 11/0", src);
    SAY(text->actual, "none");
}

const struct rule rule_409 = {
    .about.id = "IPIP409",
    .about.slug = "ttl-expired-signalling",
    .about.title = "TTL expired before the tunnel without an ICMP error",
    .about.reference = "RFC 2003 section 3.1; RFC 1812 section 5.3.1",
    .about.kinds = KINDS_WITH_SIDES,
    RULE_OF_SIDES,
    .about.severity = IPIP_NOTE,
    SIDES_REFERENCES(IPIP_NOTE, "RFC 4443 section 3.3", "RFC 1812 section 5.3.1; RFC 4443 section 3.3",
                     "RFC 1812 section 5.3.1; RFC 4443 section 3.3", "RFC 1812 section 5.3.1; RFC 4443 section 3.3"),
    .about.usual_cause = "ICMP errors that are rate limited or filtered",
    .applies = SIDES_FACT_EXPIRES,
    .blind = SIDES_FACT_FEW,
    .inner = IPIP_FIELD_TTL,
    .check = check_missing,
    .describe = describe_not_signalled,
};

static void describe_refused(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%u octets with DF from %s: the encapsulator reported \"too big\" and dropped the datagram",
        input_outer(c)->total_bytes, ipip_address_text(src, input_outer(c)->src));
    SAY(text->expected, "the datagram in the tunnel, too");
    SAY(text->actual, "ICMP 3/4 only");
}

const struct rule rule_313 = {
    .about.id = "IPIP313",
    .about.slug = "state-violation-dropped",
    .about.title = "datagram larger than the tunnel MTU dropped",
    .about.reference = "RFC 2003 section 5",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_SIDES,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "none: all known implementations drop what is too big",
    .about.kinds = KIND_OF(IPIP) | KINDS_OF_MINIMAL, /* other standards want it dropped */
    .variants = {{KINDS_OF_MINIMAL, IPIP_NOTE, "RFC 2004 section 5; RFC 2003 section 5", false}},
    .applies = SIDES_FACT_REFUSED,
    .blind = SIDES_FACT_FEW,
    .report = REPORT_ONCE,
    .inner = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .check = check_missing,
    .describe = describe_refused,
};
