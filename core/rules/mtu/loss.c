/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Silent loss: packets that are too large for the path, and requests without an answer. */
#include "rules/rule.h"

static void describe_df_clear(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct flow_view *e = c->flow;
    char sizes[sizeof "65535 to 65535"];
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    if (e->lost_min == e->lost_max)
        SAY(sizes, "%u", e->lost_max);
    else
        SAY(sizes, "%u to %u", e->lost_min, e->lost_max);
    SAY(text->message,
        "packets without DF of %s octets are lost before the tunnel %s > %s (%u packets); up to %u octets pass; path MTU "
        "%u minus %u encapsulation is %u",
        sizes, ipip_address_text(src, e->direction.src), ipip_address_text(dst, e->direction.dst), e->lost,
        e->entered_max, e->mtu, e->overhead, e->expected_mtu);
    SAY(text->expected, "inner fragments of at most %u octets, or DF=0 outside", e->expected_mtu);
    SAY(text->actual, "neither");
}

const struct rule rule_318 = {
    .about.id = "IPIP318",
    .about.slug = "df-clear-blackhole",
    .about.title = "packets without DF lost above the path MTU",
    .about.reference = "RFC 2003 section 5.1; RFC 791 section 3.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.subject = IPIP_SUBJECT_INNER,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "Linux with `pmtudisc`, its default; give the tunnel device the path MTU less the encapsulation as its MTU (`ip "
        "link set NAME mtu N`), or set `nopmtudisc`",
    .applies = INNER_SIDE_FACT_DIVISIBLE,
    .blind = INNER_SIDE_FACT_DIVISION_WAITING,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .describe = describe_df_clear,
    .values = {&value_path_mtu},
};

enum { TCP_HEADERS = 40 };

VALUE_NUMBER(static, mss, c->flow->mss)

static void describe_mss(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct flow_view *e = c->flow;
    unsigned outside = (unsigned)e->mss + TCP_HEADERS + e->overhead;
    unsigned most = e->mtu != 0 ? e->mtu : 1500;
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    if (e->mtu != 0)
        SAY(text->message,
            "TCP agrees on MSS %u: %u + %d + %u = %u octets outside, and the path MTU %s, %s > %s, is %u", e->mss,
            e->mss, TCP_HEADERS, e->overhead, outside,
            e->is_other_direction ? "of the other direction" : "of this direction",
            ipip_address_text(src, e->direction.src), ipip_address_text(dst, e->direction.dst), e->mtu);
    else
        SAY(text->message,
            "TCP agrees on MSS %u: %u + %d + %u = %u octets outside, which works only if the path takes more than %u, or "
            "the encapsulator answers \"fragmentation needed\"",
            e->mss, e->mss, TCP_HEADERS, e->overhead, outside, most);
    if (most > TCP_HEADERS + (unsigned)e->overhead)
        SAY(text->expected, "MSS %u at most", most - TCP_HEADERS - e->overhead);
    else
        SAY(text->expected, "a path that takes TCP");
    SAY(text->actual, "MSS %u", e->mss);
}

const struct rule rule_320 = {
    .about.id = "IPIP320",
    .about.slug = "mss-exceeds-tunnel",
    .about.title = "the TCP MSS does not fit the tunnel",
    .about.reference = "RFC 6691; RFC 4459 section 3.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_WARNING,
    .about.usual_cause = "hosts with MTU 1500 behind the tunnel and no MSS clamping at its ends",
    .applies = FACT_WELL_FORMED | FACT_ENCAPSULATED | FACT_HANDSHAKE,
    .excludes = FACT_TUNNEL,
    .blind = FACT_HANDSHAKE_OPEN,
    .outer = IPIP_FIELD_TOTAL_LENGTH,
    .describe = describe_mss,
    .values = {&value_mss, &value_path_mtu},
};

static void describe_segments(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct flow_view *e = c->flow;
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    char path[sizeof "path MTU 65535 to 65535"];

    if (e->mtu != 0)
        SAY(path, "path MTU %u", e->mtu);
    else
        SAY(path, "path MTU %u to %u", e->entered_max + e->overhead, e->lost_min + e->overhead - 1);
    SAY(text->message,
        "%s:%u sends %u octets to %s:%u %u times in %u s, never acknowledged%s; %u octets %s (%u flow%s%s%s)",
        ipip_address_text(src, e->inner_src), e->sport, e->lost_max, ipip_address_text(dst, e->inner_dst), e->dport,
        e->times, e->seconds, e->is_worked_around ? " but in smaller pieces" : "", e->entered_max,
        e->is_compared ? "are" : "were before, and nothing since: the receiver may be gone, or the path down", e->lost,
        e->lost == 1 ? "" : "s", e->is_compared ? "; " : "", e->is_compared ? path : "");
    SAY(text->expected, "segments of %u octets acknowledged", e->lost_max);
    SAY(text->actual, "none in %u s", e->seconds);
}

const struct rule rule_319 = {
    .about.id = "IPIP319",
    .about.slug = "large-segments-unanswered",
    .about.title = "large TCP segments are never acknowledged",
    .about.reference = "RFC 2923 section 2.1; RFC 4459 section 3.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_WARNING,
    .about.usual_cause =
        "a router that drops what is too large and sends no ICMP 3/4, or a filter that drops those; give the tunnel device "
        "an MTU that fits (`ipip tunnels` names it), or clamp the TCP MSS to 40 less",
    .applies = FACT_WELL_FORMED | FACT_ENCAPSULATED | FACT_SEGMENT,
    .excludes = FACT_TUNNEL,
    .blind = FACT_SEGMENT_OPEN,
    .outer = IPIP_FIELD_TOTAL_LENGTH | IPIP_FIELD_FRAGMENT,
    .describe = describe_segments,
    .values = {&value_path_mtu},
};

VALUE_ADDRESS(static, source, c->flow->inner_src)
VALUE_ADDRESS(static, destination, c->flow->inner_dst)

static void describe_requests(const struct ipip_rule_input *c, struct ipip_text *text)
{
    const struct flow_view *e = c->flow;
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    if (e->echoes > 0)
        SAY(text->message, "%u echo requests from %s to %s entered the tunnel, and none was answered", e->echoes,
            ipip_address_text(src, e->inner_src), ipip_address_text(dst, e->inner_dst));
    else
        SAY(text->message, "%s retries to connect to %s through the tunnel, without an answer",
            ipip_address_text(src, e->inner_src), ipip_address_text(dst, e->inner_dst));
    SAY(text->expected, "a reply, a reset or an ICMP error");
    SAY(text->actual, "none in the capture");
}

const struct rule rule_321 = {
    .about.id = "IPIP321",
    .about.slug = "requests-unanswered",
    .about.title = "requests through the tunnel are never answered",
    .about.reference = "RFC 3704 section 2.2",
    .about.scope = IPIP_SCOPE_FLOW,
    .about.severity = IPIP_NOTE,
    .about.usual_cause = "strict rp_filter on the tunnel device, a missing route back, or a firewall",
    .applies = FACT_WELL_FORMED | FACT_ENCAPSULATED | FACT_REQUEST,
    .excludes = FACT_TUNNEL,
    .blind = FACT_REQUEST_OPEN,
    .is_idle = tunnel_policy_is_source_unowned,
    .outer = IPIP_FIELD_SRC | IPIP_FIELD_DST,
    .describe = describe_requests,
    .values = {&value_source, &value_destination},
};
