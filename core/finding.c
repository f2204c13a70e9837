/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a finding shows. */
#include "judging.h"

static struct ipip_octets clip(struct ipip_octets octets, struct ipip_bytes header)
{
    if (octets.offset >= header.captured)
        return (struct ipip_octets){0, 0};
    if (octets.offset + octets.count > header.captured)
        octets.count = (uint8_t)(header.captured - octets.offset);
    return octets;
}

static struct ipip_evidence evidence(const char *name, struct ipip_bytes header, struct ipip_octets marked)
{
    return (struct ipip_evidence){name, header, clip(marked, header)};
}

/* The header that the tunnel header at `k` carries, or what stands in its place; nothing where that is elsewhere. */
static struct ipip_bytes inner_header(const struct ipip_stack *stack, unsigned k)
{
    const struct ipip_layer *layer = &stack->layers[k];

    if (k + 1 < stack->count)
        return ipip_layer_header(layer + 1);
    if (stack->end == IPIP_END_BAD_HEADER || layer->ip.fragment_offset != 0)
        return (struct ipip_bytes){layer->bytes.data, 0, 0};
    return ipip_bytes_first(ipip_layer_inside(layer), IPIP_IPV4_HEADER_MIN);
}

static void show_layer(const struct rule *rule, const struct ipip_case *c, struct ipip_finding *finding)
{
    const struct ipip_stack *stack = c->stack;
    bool is_inner = c->layer > 0 && !stack->layers[c->layer].is_tunnel;
    unsigned k = is_inner ? c->layer - 1 : c->layer;
    const struct ipip_octets none = {0, 0};

    finding->src = stack->layers[k].ip.src;
    finding->dst = stack->layers[k].ip.dst;
    finding->tunnel_layer = k;
    finding->evidence[0] = evidence("outer", ipip_layer_header(&stack->layers[k]), is_inner ? none : rule->outer);
    finding->evidence[1] = evidence("inner", inner_header(stack, k), is_inner ? rule->outer : rule->inner);
}

static void show_message(const struct rule *rule, const struct ipip_case *c, struct ipip_finding *finding)
{
    enum { ICMP_HEADER = 8 };
    const struct icmp_error *error = &c->flow->icmp;

    finding->evidence[0] = evidence("icmp", ipip_bytes_first(error->message, ICMP_HEADER), rule->outer);
    finding->evidence[1] = evidence("quoted", ipip_bytes_first(error->quote, error->quoted.header_bytes), rule->inner);
}

void finding_report(struct ipip_judge *judge, const struct ipip_case *c, size_t index, const struct outcome *outcome)
{
    static const enum ipip_place places[] = {IPIP_PLACE_LAYER, IPIP_PLACE_ICMP, IPIP_PLACE_INNER};
    const struct rule *rule = rule_at(index);
    struct ipip_finding finding = {
        .rule = &rule->about,
        .rule_index = index,
        .severity = judge->policy.severity[index] != IPIP_SEVERITY_USUAL
                        ? (enum ipip_severity)judge->policy.severity[index]
                        : outcome->severity,
        .confidence = outcome->confidence,
        .place = c->stack->count > 0 ? places[rule->about.subject] : IPIP_PLACE_ELSEWHERE,
        .is_of_tunnel = outcome->note != TUNNEL_NOTE_NONE,
        .src = c->flow->tunnel_src,
        .dst = c->flow->tunnel_dst,
        .packet = judge->packet,
        .first_frame = judge->first_frame,
        .has_other = outcome->other.is_known,
        .other_frame = outcome->other.frame,
        .other_age = outcome->other.age,
        .layer = c->layer,
        .its_case = c,
    };

    if (ipip_judge_is_out_of_memory(judge))
        return;
    if (finding.place == IPIP_PLACE_LAYER)
        show_layer(rule, c, &finding);
    else if (finding.place == IPIP_PLACE_ICMP)
        show_message(rule, c, &finding);
    else if (finding.place == IPIP_PLACE_INNER)
        finding.evidence[0] = evidence("packet", ipip_layer_header(&c->stack->layers[c->layer]), rule->outer);
    else
        finding.evidence[0] = evidence("fragment", c->flow->fragment_header, rule->outer);
    if (finding.is_of_tunnel) {
        struct tunnel *tunnel = flow_known_tunnel(judge->flow, finding.src, finding.dst);

        if (tunnel != NULL && tunnel_notes_again(tunnel, outcome->note))
            return;
    }
    judge->sink(judge->context, &finding);
}

void ipip_finding_describe(const struct ipip_finding *finding, struct ipip_text *text)
{
    *text = (struct ipip_text){"", "", ""};
    rule_at(finding->rule_index)->describe(finding->its_case, text);
}
