/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments of a tunnel packet compared with each other. */
#include "ipip/reassembly.h"
#include "rules/rule.h"

#define RULE_OF_FRAGMENT \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_FRAGMENT, .excludes = FACT_WHOLE, .about.scope = IPIP_SCOPE_FLOW
#define RULE_OF_WHOLE                                                                                                \
    .applies = FACT_WELL_FORMED | FACT_TUNNEL | FACT_FRAGMENT, .excludes = FACT_FRAGMENT_HEADER, .blind = FACT_HELD, \
    .about.scope = IPIP_SCOPE_FLOW

static void check_overlap(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!c->flow->is_conflicting && !input_is_ipv6(c))
        ruling->severity = IPIP_WARNING;
    ruling->other = c->flow->fragment;
}

static void describe_overlap(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the fragment at offset %u overlaps another one of its datagram%s",
        input_outer(c)->fragment_offset,
        c->flow->is_conflicting ? ", with different octets: the content depends on the reassembler" : "");
    SAY(text->expected, "non-overlapping fragments");
    SAY(text->actual, c->flow->is_conflicting ? "different octets at the same offset" : "the same octets twice");
}

const struct rule rule_635 = {
    .about.id = "IPIP635",
    .about.slug = "frag-overlap",
    .about.title = "outer fragments overlap",
    .about.reference = "RFC 791 section 3.2; RFC 1858 section 3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an attempt to evade a filter, or two datagrams with one Identification (see IPIP621)",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 8200 section 4.5; RFC 5722 section 4", false}},
    RULE_OF_FRAGMENT,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .check = check_overlap,
    .describe = describe_overlap,
};

static void describe_incomplete(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    SAY(text->message, "a tunnel packet from %s to %s was not complete after 60 s: fragments are missing",
        ipip_address_text(src, c->flow->direction.src), ipip_address_text(dst, c->flow->direction.dst));
    SAY(text->expected, "all fragments within 60 s");
    SAY(text->actual, "fragments missing");
}

const struct rule rule_636 = {
    .about.id = "IPIP636",
    .about.slug = "frag-incomplete",
    .about.title = "tunnel packet with missing fragments",
    .about.reference = "RFC 1122 section 3.3.2",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "loss on the path or in the capture, several paths, or a filter that drops later fragments",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_NOTE, "RFC 8200 section 4.5", false}},
    RULE_OF_FRAGMENT,
    .blind = FACT_HELD,
    .report = REPORT_ONCE,
    .outer = IPIP_FIELD_ID | IPIP_FIELD_FRAGMENT,
    .describe = describe_incomplete,
};

/* What fragments can disagree on, the gravest first: its stable name and its words. */
static const struct {
    enum ipip_disagreement bit;
    const char *name;
    const char *words;
} disagreements[] = {
    {IPIP_DISAGREE_END, "end", "where the datagram ends"},
    {IPIP_DISAGREE_DSCP, "dscp", "DSCP"},
    {IPIP_DISAGREE_DF, "df", "DF"},
    {IPIP_DISAGREE_ECN, "ecn", "whether the transport uses ECN"},
};

static unsigned gravest(const struct ipip_rule_input *c)
{
    unsigned i = 0;

    while (i + 1 < sizeof disagreements / sizeof disagreements[0] &&
           (c->flow->disagreements & disagreements[i].bit) == 0)
        i++;
    return i;
}

static bool is_ecn_only(const struct ipip_rule_input *c)
{
    return c->flow->disagreements == IPIP_DISAGREE_ECN;
}

static void check_inconsistent(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (is_ecn_only(c))
        ruling->severity = IPIP_WARNING;
    ruling->confidence = IPIP_LIKELY;
    ruling->other = c->flow->fragment;
}

static void describe_inconsistent(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the fragments of a tunnel packet disagree on %s%s", disagreements[gravest(c)].words,
        is_ecn_only(c) ? "; a decapsulator may drop the packet" : "");
    SAY(text->expected, "the same on all fragments");
    SAY(text->actual, "different");
}

VALUE_WORD(static, field, disagreements[gravest(c)].name)

const struct rule rule_637 = {
    .about.id = "IPIP637",
    .about.slug = "frag-inconsistent",
    .about.title = "outer fragments disagree",
    .about.reference = "RFC 791 section 3.2; RFC 3168 section 5.3",
    .about.severity = IPIP_ERROR,
    .about.usual_cause =
        "a device that changes only some fragments, two datagrams with one Identification, or a crafted packet",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 8200 section 4.5; RFC 3168 section 5.3", false}},
    RULE_OF_FRAGMENT,
    .outer = IPIP_FIELD_TCLASS | IPIP_FIELD_FRAGMENT,
    .check = check_inconsistent,
    .describe = describe_inconsistent,
    .values = {&value_field},
};

static void describe_inefficient(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "a tunnel packet has %u fragments; %u as large as its largest suffice", c->flow->fragments,
        c->flow->fragments_needed);
    SAY(text->expected, "as few fragments as possible");
    SAY(text->actual, "more than needed");
}

const struct rule rule_638 = {
    .about.id = "IPIP638",
    .about.slug = "frag-count-inefficient",
    .about.title = "more outer fragments than needed",
    .about.reference = "RFC 1812 section 4.2.2.7",
    .about.severity = IPIP_NOTE,
    .about.usual_cause =
        "fragmented twice, as the MTU gets smaller along the path, or a fragmenter that makes equal parts",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_NOTE, "RFC 8200 section 4.5", false}},
    RULE_OF_WHOLE,
    .report = REPORT_ONCE,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .describe = describe_inefficient,
};

static void describe_size(const struct ipip_rule_input *c, struct ipip_text *text)
{
    SAY(text->message, "the largest fragment has %u octets: the path MTU up to here is %u to %u",
        c->flow->fragment_bytes, c->flow->fragment_bytes, c->flow->fragment_bytes + 7U);
    SAY(text->expected, "no fragments");
    SAY(text->actual, "fragments of up to %u octets", c->flow->fragment_bytes);
}

VALUE_NUMBER(static, fragment_octets, c->flow->fragment_bytes)

const struct rule rule_639 = {
    .about.id = "IPIP639",
    .about.slug = "frag-mtu-guess",
    .about.title = "path MTU estimated from fragments",
    .about.reference = "RFC 791 section 3.2; RFC 4459 section 3.1",
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a tunnel MTU above the path MTU less the encapsulation, with the outer DF clear",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_NOTE, "RFC 8200 section 4.5; RFC 4459 section 3.1", false}},
    RULE_OF_WHOLE,
    .report = REPORT_ONCE,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .describe = describe_size,
    .values = {&value_fragment_octets},
};
