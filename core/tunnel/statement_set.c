/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/statement_set.h"

#include "ipip/tunnel_direction.h"

/* What is made as most packets have it explains most of them. */
static bool is_most(uint32_t with, uint32_t packets)
{
    return with > packets - with;
}

unsigned statement_distinct(const struct ipip_numbers *numbers)
{
    unsigned count = 0;

    while (count < IPIP_NUMBERS && numbers->count[count] > 0)
        count++;
    return count;
}

void statement_set_sub_kind(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    enum ipip_sub_kind kind = ipip_kind_stats_sub_kind(o);
    bool is_embedded = statement_is_habit(o->embedded, o->packets - o->opaque);

    if (o->domain.bits > 0 && o->is_exit_embedded) {
        tunnel->prefix = o->domain;
        tunnel->remote = (struct ipip_addr){0};
    }
    if (o->domain.bits > 0)
        return; /* to a border relay as to any other exit */
    tunnel->is_isatap = kind == IPIP_SUB_KIND_ISATAP;
    if (tunnel->is_isatap || (kind == IPIP_SUB_KIND_6TO4 && is_embedded))
        tunnel->remote = (struct ipip_addr){0};
    if (kind == IPIP_SUB_KIND_6TO4 && is_embedded)
        tunnel->prefix = ipip_tunnel_linux(IPIP_KIND_6IN4).prefix;
}

void statement_set_inside(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    if (o->as_kinds != 0)
        tunnel->kinds = o->as_kinds;
    tunnel->destination_port = ipip_discriminator_port(o->discriminator);
}

void statement_set_key(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    uint32_t count, second;
    uint32_t key = ipip_numbers_best(&o->keys, &count, &second);

    if (!statement_is_habit(count, o->gre))
        return;
    tunnel->out.has_key = tunnel->in.has_key = true;
    tunnel->out.key = tunnel->in.key = key;
}

void statement_set_csum(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    tunnel->out.has_checksum = tunnel->in.has_checksum = is_most(o->summed, o->gre);
}

void statement_set_seq(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    tunnel->out.has_sequence = tunnel->in.has_sequence = is_most(o->sequence.packets, o->gre);
}

static unsigned most_frequent_type(const struct ipip_kind_stats *o)
{
    unsigned best = 1;

    for (unsigned type = 2; type <= 3; type++)
        best = o->erspan_types[type] > o->erspan_types[best] ? type : best;
    return best;
}

void statement_set_session(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    uint32_t count, second;

    tunnel->out.key = tunnel->in.key = ipip_numbers_best(&o->sessions, &count, &second);
    tunnel->out.has_key = tunnel->in.has_key = true;
    tunnel->erspan_version = (uint8_t)(most_frequent_type(o) - 1);
}

void statement_set_index(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    uint32_t count, second;
    uint32_t index = ipip_numbers_best(&o->indexes, &count, &second);

    if (most_frequent_type(o) == 2)
        tunnel->erspan_index = index;
    if (most_frequent_type(o) == 3) {
        tunnel->erspan_hardware = (uint8_t)index;
        tunnel->erspan_direction = is_most(o->egress, o->erspan_types[3]);
    }
}

void statement_set_limit(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    uint32_t count, second;
    uint32_t limit = ipip_numbers_best(&o->limits, &count, &second);

    if (o->limited > o->nested || o->limited < o->packets) /* else there are only limits of what is inside */
        tunnel->has_limit = is_most(o->limited - o->nested, o->packets - o->nested);
    if (count > 0)
        tunnel->limit = (uint8_t)limit;
}

void statement_set_label(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    uint32_t count, second;
    uint32_t label = ipip_numbers_best(&o->labels, &count, &second);
    bool is_told = label == 0 || statement_distinct(&o->inner_labels) >= STATEMENT_INNER_LABELS;

    if (!is_told || !statement_is_habit(count, o->packets))
        return;
    tunnel->label_policy = IPIP_LABEL_FIXED;
    tunnel->label = label;
}

void statement_set_sport(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    uint32_t count, second;
    uint32_t port = ipip_numbers_best(&o->ports, &count, &second);

    tunnel->source_port =
        statement_is_habit(count, o->udp) && o->port_flows.flows >= STATEMENT_FLOWS ? (uint16_t)port : 0;
}

void statement_set_udp_csum(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *o)
{
    tunnel->has_udp_checksum = is_most(o->udp_summed, o->udp);
}
