/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a finding shows. */
#include "flow/reported.h"
#include "judge/judge_internal.h"
#include "judge/shim_excerpt.h"

static struct ipip_octets clip(struct ipip_octets octets, struct ipip_bytes header)
{
    if (octets.offset >= header.captured)
        return (struct ipip_octets){0, 0};
    if (octets.offset + octets.count > header.captured)
        octets.count = (uint8_t)(header.captured - octets.offset);
    return octets;
}

static struct ipip_excerpt excerpt_of_header(const char *name, struct ipip_bytes header, unsigned fields)
{
    bool is_ipv6 = header.captured > 0 && header.data[0] >> 4 == 6;

    header = ipip_bytes_first(header, IPIP_EXCERPT_OCTETS);
    return (struct ipip_excerpt){name, header,
                                 clip(is_ipv6 ? ipip_field_octets_ipv6(fields) : ipip_field_octets(fields), header)};
}

static struct ipip_excerpt excerpt(const char *name, struct ipip_bytes header, unsigned fields)
{
    header = ipip_bytes_first(header, IPIP_EXCERPT_OCTETS);
    return (struct ipip_excerpt){name, header, clip(ipip_field_octets(fields), header)};
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

/* A later fragment shows neither key nor port: they are those of the first one. */
static struct ipip_tunnel_direction direction_of(const struct ipip_judge *judge, const struct ipip_rule_input *c,
                                                 const struct ipip_layer *layer)
{
    struct ipip_tunnel_direction direction = ipip_tunnel_direction_of(c->policy->kinds, layer);

    if (layer->ip.fragment_offset != 0 &&
        (IPIP_KIND_BIT(layer->kind) & (IPIP_KINDS_OVER_UDP | IPIP_KINDS_WITH_GRE)) != 0)
        direction.discriminator = judge->recognised;
    return direction;
}

static void show_layer(const struct ipip_judge *judge, const struct ruling *ruling, const struct ipip_rule_input *c,
                       struct ipip_finding *finding)
{
    const struct ipip_stack *stack = c->stack;
    bool is_inner = c->layer > 0 && stack->layers[c->layer].kind == IPIP_KIND_NONE;
    unsigned k = is_inner ? c->layer - 1 : c->layer;

    finding->direction = direction_of(judge, c, &stack->layers[k]);
    finding->tunnel_layer = k;
    finding->excerpts[0] =
        excerpt_of_header("outer", ipip_layer_header(&stack->layers[k]), is_inner ? 0 : ruling->outer);
    finding->excerpts[1] = shim_excerpt(c, ruling->shim);
    finding->excerpts[2] = excerpt_of_header("inner", inner_header(stack, k), is_inner ? ruling->outer : ruling->inner);
}

static void show_message(const struct ruling *ruling, const struct ipip_rule_input *c, struct ipip_finding *finding)
{
    enum { ICMP_HEADER = 8 };
    const struct icmp_error *error = &c->flow->icmp;

    finding->excerpts[0] = excerpt("icmp", ipip_bytes_first(error->message, ICMP_HEADER), ruling->outer);
    if (icmp_is_ipv6(error))
        finding->excerpts[0].marked = clip(ipip_field_octets_ipv6(ruling->outer), finding->excerpts[0].header);
    finding->excerpts[1] =
        excerpt_of_header("quoted", ipip_bytes_first(error->quote, error->quoted.header_bytes), ruling->inner);
}

/* The header of a tunnel that is named only, and what follows it. */
static void show_named(const struct ruling *ruling, const struct ipip_rule_input *c, struct ipip_finding *finding)
{
    const struct ipip_layer *layer = &c->stack->layers[c->layer];

    finding->direction = c->flow->direction;
    finding->tunnel_layer = c->layer;
    finding->excerpts[0] = excerpt_of_header("outer", ipip_layer_header(layer), ruling->outer);
    finding->excerpts[1] =
        excerpt_of_header("inner", ipip_bytes_first(ipip_layer_inside(layer), IPIP_IPV4_HEADER_MIN), ruling->inner);
}

/* What concerns a tunnel without being one of its packets. */
static void show_of_tunnel(const struct rule *rule, const struct ruling *ruling, const struct ipip_rule_input *c,
                           struct ipip_finding *finding)
{
    finding->direction = c->flow->direction;
    if (finding->target == IPIP_TARGET_ICMP)
        show_message(ruling, c, finding);
    else if (finding->target == IPIP_TARGET_INNER)
        finding->excerpts[0] =
            excerpt_of_header("packet", ipip_layer_header(&c->stack->layers[c->layer]),
                              rule->about.subject == IPIP_SUBJECT_SIDES ? ruling->inner : ruling->outer);
    else
        finding->excerpts[0] = excerpt("fragment", c->flow->fragment_header, ruling->outer);
}

/* The rule was reported on the tunnel before; counts it in any case. */
static bool is_told(const struct ipip_judge *judge, const struct ipip_finding *finding)
{
    uint64_t key = flow_key(judge->flow, &finding->direction);
    struct tunnel *tunnel = flow_tunnel_of(judge->flow, key);
    unsigned count = judge->once.count_of[finding->rule_index];

    if (tunnel == NULL)
        return false;
    if (count == ONCE_NONE)
        return reported_take(judge->flow, key, tunnel, finding->rule_index) > 0;
    tunnel->habits = (tunnel->habits | 1U << count) & ((1U << TUNNEL_HABITS) - 1);
    return tunnel->counts[count]++ > 0;
}

static enum ipip_finding_target target_of(const struct rule *rule, const struct ipip_rule_input *c)
{
    static const enum ipip_finding_target targets[] = {[IPIP_SUBJECT_TUNNEL] = IPIP_TARGET_LAYER,
                                                       [IPIP_SUBJECT_ICMP] = IPIP_TARGET_ICMP,
                                                       [IPIP_SUBJECT_INNER] = IPIP_TARGET_INNER,
                                                       [IPIP_SUBJECT_NAMED] = IPIP_TARGET_NAMED,
                                                       [IPIP_SUBJECT_UDP] = IPIP_TARGET_NAMED};

    if (c->stack->count == 0)
        return IPIP_TARGET_ELSEWHERE;
    if (rule->about.subject == IPIP_SUBJECT_SIDES)
        return c->stack->layers[c->layer].kind != IPIP_KIND_NONE ? IPIP_TARGET_LAYER : IPIP_TARGET_INNER;
    return targets[rule->about.subject];
}

void finding_report(const struct ipip_judge *judge, const struct ipip_rule_input *c, size_t index,
                    const struct ruling *ruling)
{
    const struct rule *rule = rule_at(index);
    struct ipip_finding finding = {
        .rule = &rule->about,
        .rule_index = index,
        .reference = ipip_rule_reference(index, rule_kind(rule, facts_kind(c->facts.context))),
        .severity = judge->policy.severity[index] != IPIP_SEVERITY_USUAL
                        ? (enum ipip_severity)judge->policy.severity[index]
                        : ruling->severity,
        .confidence = ruling->confidence,
        .target = target_of(rule, c),
        .is_of_tunnel = ruling->is_of_tunnel || ruling->count > 0,
        .count = ruling->count,
        .packet = c->packet,
        .stack = c->stack,
        .first_frame = c->first_frame,
        .has_other = ruling->other.is_known,
        .other_frame = ruling->other.frame,
        .other_age = ruling->other.age,
        .layer = c->layer,
        .input = c,
    };

    if (ipip_judge_is_out_of_memory(judge))
        return;
    if (finding.target == IPIP_TARGET_LAYER)
        show_layer(judge, ruling, c, &finding);
    else if (finding.target == IPIP_TARGET_NAMED)
        show_named(ruling, c, &finding);
    else
        show_of_tunnel(rule, ruling, c, &finding);
    if (ruling->is_of_tunnel && is_told(judge, &finding))
        return;
    judge->sink(judge->context, &finding);
}

void ipip_finding_describe(const struct ipip_finding *finding, struct ipip_text *text)
{
    *text = (struct ipip_text){"", "", ""};
    rule_at(finding->rule_index)->describe(finding->input, text);
}
