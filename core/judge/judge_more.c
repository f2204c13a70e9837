/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a tunnel header has beside that of IPv4 in IPv4, where packets before it count. */
#include "flow/bindings.h"
#include "flow/dynamic_df.h"
#include "judge/judge_internal.h"

/* Those in which a packet is that was encapsulated as such. */
static const uint32_t spreading = KINDS_OF_PACKETS & ~IPIP_KIND_BIT(IPIP_KIND_IPIP);

/* The size that the path of 6in4 takes, and DF. */
static void judge_dynamic_df(struct ipip_judge *judge, struct evaluation *e, const struct parsed_packet *parsed,
                             unsigned layer, struct facts *facts, struct rule_set *triggered)
{
    enum dynamic_df found = dynamic_df_take(judge->flow, parsed->of[layer].addresses, &parsed->stack.layers[layer],
                                            parsed->packet.time, &e->view);

    e->view.dynamic_df = (uint8_t)found;
    if (found == DYNAMIC_DF_OPEN)
        facts->context |= FACT_PATH_OPEN;
    else if (found != DYNAMIC_DF_RIGHT)
        rule_set_add(triggered, RULE_707);
}

/* Whether a mobile node has asked for this encapsulation. */
static void judge_binding(const struct ipip_judge *judge, const struct parsed_packet *parsed, unsigned layer,
                          struct facts *facts, struct rule_set *triggered)
{
    enum binding_says says = bindings_find(judge->flow, &parsed->stack.layers[layer], parsed->packet.time);

    if (says == BINDING_OPEN)
        facts->context |= FACT_BINDING_OPEN;
    else if (says == BINDING_NEVER)
        rule_set_add(triggered, RULE_828);
}

__attribute__((noinline)) void judge_reverse(const struct ipip_judge *judge, const struct ipip_layer *outer,
                                             const struct ipip_layer *inner, int64_t now, struct facts *facts,
                                             struct rule_set *triggered)
{
    const uint32_t registered =
        IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(IPIP_KIND_GRE) | IPIP_KIND_BIT(IPIP_KIND_MINIMAL);
    unsigned kind = facts_kind(facts->context);
    enum reverse_says says;

    if ((registered & IPIP_KIND_BIT(kind)) == 0 || (facts->context & FACT_INNER_IPV6) != 0)
        return;
    says = bindings_reverse(judge->flow, &outer->ip, &inner->ip, (enum ipip_kind)kind, now);
    if (says == REVERSE_NONE)
        return;
    facts->context |= FACT_TO_HOME_AGENT | (says == REVERSE_OPEN ? FACT_REGISTRATION_OPEN : 0);
    if (says == REVERSE_NEVER)
        rule_set_add(triggered, RULE_829);
}

/* ESP or IPComp whose content is not read. */
static bool is_opaque(const struct ipip_layer *outer, uint64_t context)
{
    const uint64_t opaque = FACT_WELL_FORMED | FACT_INNER_BAD;

    return (outer->kind == IPIP_KIND_ESP || outer->kind == IPIP_KIND_IPCOMP) &&
           (context & (opaque | FACT_INNER_UNSEEN)) == opaque;
}

__attribute__((noinline)) void judge_more(struct ipip_judge *judge, struct evaluation *e, struct parsed_packet *parsed,
                                          unsigned layer, struct tunnel *tunnel, struct facts *facts,
                                          struct rule_set *triggered)
{
    const uint64_t inner_missing = FACT_INNER_BAD | FACT_FRAGMENT_HEADER;
    const uint64_t gre = FACT_WELL_FORMED | FACT_GRE;
    const uint64_t gre_missing = FACT_SHIM_CUT | FACT_INNER_UNSEEN | FACT_FRAGMENT_HEADER;
    unsigned kind;

    judge_sequences(judge, e, parsed, layer, facts, triggered);
    if (is_opaque(&parsed->stack.layers[layer], facts->context) && !rule_set_has(triggered, RULE_905))
        judge_opaque(judge, e, parsed, layer, tunnel, facts, triggered);
    if ((facts->context & (gre | gre_missing)) == gre)
        judge_gre(judge, e, parsed, layer, facts, triggered);
    if ((facts->context & FACT_WELL_FORMED) == 0 || (facts->context & inner_missing) != 0 ||
        layer + 1 == parsed->stack.count)
        return;
    kind = facts_kind(facts->context);
    if ((spreading & IPIP_KIND_BIT(kind)) != 0)
        judge_spread(judge, e, parsed, layer, facts, triggered);
    if (kind == IPIP_KIND_6IN4)
        judge_dynamic_df(judge, e, parsed, layer, facts, triggered);
    if (kind == IPIP_KIND_GRE || kind == IPIP_KIND_MINIMAL)
        judge_binding(judge, parsed, layer, facts, triggered);
}
