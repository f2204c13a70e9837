/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same packet more than once. */
#include "rules/rule.h"

static void check_reentered(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->flow->loop_times < 3)
        ruling->severity = IPIP_WARNING;
    ruling->other = c->flow->loop;
}

static void describe_reentered(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const char *ttl = text_word(input_inner(c), WORD_TTL);
    char endpoints[ENDPOINTS_TEXT];
    char apart[APART_TEXT];

    SAY(text->message, "the same packet (%s) enters the tunnel again %s, its %s down from %u to %u%s",
        text_endpoints(endpoints, input_inner(c)), text_apart(apart, c->flow->loop.age, "later"), ttl,
        c->flow->loop.ttl, input_inner(c)->ttl, c->flow->loop_times > 2 ? "; it loops" : "");
    SAY(text->expected, "each packet once");
    if (c->flow->loop_times > 2)
        SAY(text->actual, "several times, with lower %ss", ttl);
    else
        SAY(text->actual, "again with a lower %s", ttl);
}

const struct rule rule_203 = {
    .about.id = "IPIP203",
    .about.slug = "reencapsulated",
    .about.title = "the same inner datagram enters the tunnel again",
    .about.reference = "RFC 2003 section 3.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "the exit routes the packet back to the entry: a routing loop across the tunnel",
    .about.kinds = KINDS_RELATED | KINDS_OF_MINIMAL,
    .variants = {{(KINDS_RELATED | KINDS_OF_MINIMAL) & ~KIND_OF(IPIP), IPIP_ERROR, "RFC 2473 section 4.1", false}},
    RULE_OF_DATAGRAM,
    .inner = IPIP_FIELD_TTL,
    .check = check_reentered,
    .describe = describe_reentered,
};

static void check_around(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->other = c->flow->loop;
}

static void describe_around(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char endpoints[ENDPOINTS_TEXT];
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    SAY(text->message, "the same packet (%s) loops through this tunnel (%u times) and through %s > %s",
        text_endpoints(endpoints, input_inner(c)), c->flow->loop_times, ipip_address_text(src, c->flow->loop_src),
        ipip_address_text(dst, c->flow->loop_dst));
    SAY(text->expected, "each packet once");
    SAY(text->actual, "a loop through %s > %s", src, dst);
}

VALUE_ADDRESS(static, via_src, c->flow->loop_src)
VALUE_ADDRESS(static, via_dst, c->flow->loop_dst)

const struct rule rule_220 = {
    .about.id = "IPIP220",
    .about.slug = "relay-loop",
    .about.title = "packets bounce between decapsulators",
    .about.reference = "VU#199397; RFC 2003 section 3.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "two or more exits, each of which routes the packet into a tunnel to the next; an attacker can trigger it",
    .about.kinds = KINDS_RELATED | KINDS_OF_MINIMAL,
    .variants = {{(KINDS_RELATED | KINDS_OF_MINIMAL) & ~KIND_OF(IPIP), IPIP_ERROR, "VU#199397; RFC 2473 section 4.1",
                  false}},
    RULE_OF_DATAGRAM,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .inner = IPIP_FIELD_TTL,
    .check = check_around,
    .describe = describe_around,
    .values = {&value_via_src, &value_via_dst},
};

static void check_repeated(const struct ipip_rule_input *c, struct ruling *ruling)
{
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->copy;
}

static void describe_repeated(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char apart[APART_TEXT];

    SAY(text->message, "the same tunnel packet was captured again %s", text_apart(apart, c->flow->copy.age, "later"));
    SAY(text->expected, "each packet once");
    SAY(text->actual, "twice");
}

const struct rule rule_213 = {
    .about.id = "IPIP213",
    .about.slug = "duplicate-datagram",
    .about.title = "identical tunnel packet repeated",
    .about.reference = "RFC 6864 section 4.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause =
        "a network that duplicates packets, a capture at two points, or an encapsulator that resends (RFC 2003 "
        "section 5.1 allows it)",
    .about.kinds = KINDS_RELATED | KINDS_OF_MINIMAL,
    RULE_OF_DATAGRAM,
    .outer = IPIP_FIELD_ID,
    .check = check_repeated,
    .describe = describe_repeated,
};
