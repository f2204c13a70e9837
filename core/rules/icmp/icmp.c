/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors about tunnel packets, from inside the tunnel. */
#include "rules/icmp/message.h"

#define RULE_OF_MESSAGE .about.subject = IPIP_SUBJECT_ICMP, .blind = ICMP_FACT_DOUBTED
#define RULE_OF_ERROR RULE_OF_MESSAGE, .applies = ICMP_FACT_TUNNEL

static void check_expired(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (c->flow->is_inherited)
        ruling->severity = IPIP_NOTE;
}

static void describe_expired(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct icmp_error *error = message_icmp(c);
    const char *outside = text_word(&error->quoted, WORD_TTL);
    const char *inside = text_word(error->has_inner ? &error->inner : &error->quoted, WORD_TTL);
    char src[IPIP_ADDRESS_TEXT];

    message_sender(src, c);
    SAY(text->expected, "an outer %s that reaches the exit", outside);
    SAY(text->actual, "time exceeded from %s", src);
    if (c->flow->is_inherited)
        SAY(text->message,
            "the outer %s expired at %s, inside the tunnel; it is inherited from the inner %s, which was low", outside,
            src, inside);
    else
        SAY(text->message, "the outer %s expired at %s, inside the tunnel", outside, src);
}

const struct rule rule_108 = {
    .about.id = "IPIP108",
    .about.kinds = KINDS_READ,
    .variants = {{KIND_OF(4IN6) | KIND_OF(6IN6), IPIP_WARNING, "RFC 2473 section 6.3", false}},
    .about.slug = "outer-ttl-insufficient",
    .about.title = "outer TTL expires inside the tunnel",
    .about.reference = "RFC 2003 sections 3.1 and 4.4",
    RULE_OF_ERROR | ICMP_FACT_TIME_EXCEEDED,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "a fixed tunnel TTL that is too small, a routing loop inside the tunnel, or traceroute through a tunnel "
        "that inherits the TTL",
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_CODE,
    .inner = IPIP_FIELD_TTL,
    .check = check_expired,
    .describe = describe_expired,
    .values = {&value_router},
};

static void describe_short(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char octets[OCTETS_TEXT];

    SAY(text->message, "the ICMP error from %s quotes %s, too few to identify the inner sender", message_sender(src, c),
        text_octets(octets, message_icmp(c)->quote.wire));
    SAY(text->expected, "at least %u octets", icmp_quote_min(message_icmp(c)));
    SAY(text->actual, "%s", octets);
}

const struct rule rule_301 = {
    .about.id = "IPIP301",
    .about.kinds = KINDS_READ & ~KINDS_OF_OPAQUE,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_NOTE, "RFC 4443 section 2.4", false}},
    .about.slug = "icmp-quote-short",
    .about.title = "ICMP error quotes too little to be relayed",
    .about.reference = "RFC 2003 sections 4 and 5; RFC 1812 section 4.3.2.3",
    RULE_OF_ERROR,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a router that quotes only 8 octets of the payload, the minimum of RFC 792",
    .describe = describe_short,
    .values = {&value_router},
};

static void check_mismatch(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (message_icmp(c)->doubt == ICMP_BELIEVED)
        ruling->confidence = IPIP_LIKELY;
}

static void describe_mismatch(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    char quoted[IPIP_ADDRESS_TEXT];

    ipip_address_text(dst, message_icmp(c)->ip.dst);
    ipip_address_text(quoted, message_icmp(c)->quoted.src);
    switch (message_icmp(c)->doubt) {
    case ICMP_ASTRAY:
        SAY(text->message, "the ICMP error from %s quotes a packet from %s, but goes to %s", message_sender(src, c),
            quoted, dst);
        SAY(text->expected, "an ICMP error to %s", quoted);
        SAY(text->actual, "one to %s", dst);
        return;
    case ICMP_BAD_SOURCE:
        SAY(text->message, "the ICMP error about a tunnel packet comes from %s, not a unicast host address",
            message_sender(src, c));
        SAY(text->expected, "a unicast host address as source");
        SAY(text->actual, "%s", src);
        return;
    case ICMP_BAD_HEADER:
    case ICMP_BAD_CHECKSUM:
        SAY(text->message, "the ICMP error from %s about a tunnel packet has a wrong %s checksum",
            message_sender(src, c), message_icmp(c)->doubt == ICMP_BAD_HEADER ? "IP header" : "ICMP");
        SAY(text->expected, "correct checksums");
        SAY(text->actual, "a wrong one");
        return;
    case ICMP_BELIEVED:
        break;
    }
    SAY(text->expected, "a quote of a packet in the capture");
    if (icmp_is_ipv6(message_icmp(c))) {
        SAY(text->message, "the ICMPv6 error from %s quotes a tunnel packet that was never captured (%u octets)",
            message_sender(src, c), message_icmp(c)->quoted.total_bytes);
        SAY(text->actual, "none with this length");
        return;
    }
    SAY(text->message,
        "the ICMP error from %s quotes a tunnel packet that was never captured (Identification 0x%04x, %u octets)",
        message_sender(src, c), message_icmp(c)->quoted.id, message_icmp(c)->quoted.total_bytes);
    SAY(text->actual, "none with this Identification and length");
}

static const char *reason(const struct ipip_rule_input *c)
{
    static const char *const words[] = {
        [ICMP_BELIEVED] = "not_captured",  [ICMP_ASTRAY] = "destination",         [ICMP_BAD_SOURCE] = "source",
        [ICMP_BAD_HEADER] = "ip_checksum", [ICMP_BAD_CHECKSUM] = "icmp_checksum",
    };

    return words[message_icmp(c)->doubt];
}

VALUE_WORD(static, reason, reason(c))

const struct rule rule_302 = {
    .about.id = "IPIP302",
    .about.kinds = KINDS_READ,
    .about.slug = "icmp-quote-mismatch",
    .about.title = "implausible ICMP error",
    .about.reference = "RFC 1122 section 3.2.2; RFC 1812 section 4.3.2.3; RFC 5927 section 4",
    .about.subject = IPIP_SUBJECT_ICMP,
    .applies = ICMP_FACT_TUNNEL,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "an off-path attack on path MTU discovery, a sampled capture, or a device that rewrites headers",
    .blind = ICMP_FACT_HISTORY_SHORT,
    .inner = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_SRC,
    .check = check_mismatch,
    .describe = describe_mismatch,
    .values = {&value_reason},
};

static void check_quench(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (message_is_relay(c))
        ruling->severity = IPIP_WARNING;
}

static void describe_quench(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];

    if (message_is_relay(c))
        SAY(text->message, "%s sends source quench to an inner sender", message_sender(src, c));
    else
        SAY(text->message, "%s sends source quench about a tunnel packet", message_sender(src, c));
    SAY(text->expected, "no source quench (RFC 6633)");
    SAY(text->actual, "ICMP type 4");
}

const struct rule rule_307 = {
    .about.id = "IPIP307",
    .about.kinds = KINDS_READ,
    .about.slug = "source-quench",
    .about.title = "source quench",
    .about.reference = "RFC 2003 sections 4.2 and 5.2; RFC 6633",
    RULE_OF_MESSAGE,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "a very old device, or an attempt to slow the tunnel down",
    .outer = IPIP_FIELD_ICMP_TYPE,
    .check = check_quench,
    .describe = describe_quench,
    .values = {&value_router},
};

static void describe_no_decapsulator(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    char actual[MESSAGE_TEXT];

    SAY(text->message, "the exit %s does not decapsulate: %s", message_sender(src, c),
        message_icmp(c)->meaning == ICMP_MEANS_PORT
            ? (input_kind(c) & IPIP_KINDS_WITH_GRE) != 0
                  ? "port unreachable, as from a Linux host without a tunnel for these addresses and this GRE key"
                  : "port unreachable, as from a Linux host without a tunnel for these addresses"
        : icmp_is_ipv6(message_icmp(c)) ? "unrecognized next header, as from a host without this kind of tunnel"
        : facts_kind(c->facts.context) == IPIP_KIND_IPIP
            ? "protocol unreachable, as from a host without IP in IP"
            : "protocol unreachable, as from a host without this kind of tunnel");
    SAY(text->expected, "an exit that decapsulates");
    SAY(text->actual, "%s", message_text(actual, message_icmp(c)));
}

const struct rule rule_311 = {
    .about.id = "IPIP311",
    .about.kinds = KINDS_READ,
    .about.slug = "no-decapsulator",
    .about.title = "the exit does not decapsulate",
    .about.reference = "RFC 2003 sections 2 and 4.1",
    RULE_OF_ERROR,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "no tunnel at the other end, one with other addresses or another GRE key, or down, or no module for it",
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_CODE,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_no_decapsulator,
    .values = {&value_icmp_code},
};

static bool is_impossible(const struct icmp_error *error)
{
    return (error->mtu < 68 && !icmp_is_ipv6(error)) || error->mtu >= error->quoted.total_bytes;
}

static void check_insane(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (!is_impossible(message_icmp(c)))
        ruling->severity = IPIP_NOTE;
}

static void describe_insane(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char src[IPIP_ADDRESS_TEXT];
    const struct icmp_error *error = message_icmp(c);
    char octets[OCTETS_TEXT];

    if (error->mtu >= error->quoted.total_bytes)
        SAY(text->message, "%s rejects %u octets as too large for a link MTU of %u", message_sender(src, c),
            error->quoted.total_bytes, error->mtu);
    else
        SAY(text->message, "%s reports a link MTU of only %s", message_sender(src, c), text_octets(octets, error->mtu));
    if (icmp_is_ipv6(error))
        SAY(text->expected, "an MTU of less than %u", error->quoted.total_bytes);
    else if (error->quoted.total_bytes > 577)
        SAY(text->expected, "an MTU from 576 to %u", error->quoted.total_bytes - 1U);
    else
        SAY(text->expected, "an MTU of 576 or more");
    SAY(text->actual, "%u", error->mtu);
}

const struct rule rule_315 = {
    .about.id = "IPIP315",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_WARNING, "RFC 8201 section 4", false}},
    .about.slug = "toobig-sanity",
    .about.title = "impossible next-hop MTU",
    .about.reference = "RFC 1191 sections 3 and 4; RFC 791 section 3.2",
    RULE_OF_ERROR | ICMP_FACT_TOO_BIG,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "a forged error that slows the tunnel down, a broken router, or an exotic link",
    .outer = IPIP_FIELD_ICMP_MTU,
    .inner = IPIP_FIELD_TOTAL_LENGTH,
    .check = check_insane,
    .describe = describe_insane,
    .values = {&value_router, &value_icmp_mtu},
};

/* A router inside a tunnel can't see that what it drops carries an ICMP error. */
static bool is_hidden(const struct ipip_rule_input *c)
{
    const struct icmp_error *error = message_icmp(c);
    enum ipip_address_kind kind = ipip_address_kind(error->quoted.dst);

    return (c->facts.context & ICMP_FACT_TUNNEL) != 0 && (error->quoted.fragment_offset == 0 || icmp_is_ipv6(error)) &&
           kind != IPIP_ADDRESS_MULTICAST && kind != IPIP_ADDRESS_BROADCAST;
}

static void check_about(const struct ipip_rule_input *c, struct ruling *ruling)
{
    if (is_hidden(c))
        ruling->severity = IPIP_NOTE;
    if (message_is_relay(c))
        ruling->confidence = IPIP_LIKELY;
}

static const char *about_what(const struct icmp_error *error)
{
    if (error->quoted.fragment_offset != 0 && !icmp_is_ipv6(error))
        return "a later fragment";
    if (error->carries_error)
        return "an ICMP error";
    return "a multicast or broadcast packet";
}

static void describe_about(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char actual[MESSAGE_TEXT];
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "%s sends an ICMP error about %s%s", message_sender(src, c), about_what(message_icmp(c)),
        is_hidden(c) ? ", which it can't see inside the tunnel packet" : "");
    SAY(text->expected, "no ICMP error");
    SAY(text->actual, "%s", message_text(actual, message_icmp(c)));
}

const struct rule rule_316 = {
    .about.id = "IPIP316",
    .about.kinds = KINDS_READ,
    .variants = {{KINDS_OUTSIDE_IPV6, IPIP_ERROR, "RFC 4443 section 2.4", false}},
    .about.slug = "icmp-about-icmp",
    .about.title = "ICMP error that must not be sent",
    .about.reference = "RFC 1812 section 4.3.2.7",
    .about.subject = IPIP_SUBJECT_ICMP,
    .about.severity = IPIP_ERROR,
    .about.usual_cause = "an encapsulator that relays every error, or a router that ignores the exceptions",
    .blind = ICMP_FACT_QUOTE_CUT | ICMP_FACT_DOUBTED,
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_CODE,
    .inner = IPIP_FIELD_FRAGMENT | IPIP_FIELD_DST,
    .check = check_about,
    .describe = describe_about,
    .values = {&value_icmp_type, &value_icmp_code},
};

static void describe_from_exit(const struct ipip_rule_input *c, struct ipip_text *text)
{
    char actual[MESSAGE_TEXT];
    char src[IPIP_ADDRESS_TEXT];

    SAY(text->message, "the exit %s itself sends an ICMP error about a tunnel packet", message_sender(src, c));
    SAY(text->expected, "decapsulation");
    SAY(text->actual, "%s", message_text(actual, message_icmp(c)));
}

const struct rule rule_317 = {
    .about.id = "IPIP317",
    .about.kinds = KINDS_READ,
    .about.slug = "icmp-from-exit-inside",
    .about.title = "ICMP error from the exit about a tunnel packet",
    .about.reference = "RFC 2003 section 4",
    RULE_OF_ERROR,
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause =
        "missing fragments (11/1; ICMPv6 3/1), a filter on the exit (3/13; ICMPv6 1/1, 1/5 or 1/6), or a malformed outer header (12; ICMPv6 4)",
    .outer = IPIP_FIELD_ICMP_TYPE | IPIP_FIELD_ICMP_CODE,
    .inner = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_from_exit,
    .values = {&value_icmp_type, &value_icmp_code},
};
