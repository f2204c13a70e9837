/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "direction.h"

#include "inventory.h"

/* What `ip tunnel` can't say of a direction that is encrypted: its security association. */
static void note_esp(struct direction *d)
{
    char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];
    uint32_t count, second;
    uint32_t spi = ipip_numbers_best(&d->more->spis, &count, &second);

    if (count == 0)
        return;
    g_snprintf(d->note_text, sizeof d->note_text, "ip xfrm state: src %s dst %s proto esp spi 0x%08x",
               ipip_address_text(src, d->seen->src), ipip_address_text(dst, d->seen->dst), spi);
    d->note = d->note_text;
}

static void find_command(struct direction *d)
{
    const struct ipip_direction_stats *seen = d->seen;

    if (d->more != NULL || d->group == NULL)
        d->command = ipip_direction_command(d->command_text, seen, d->more, &d->inferences, &d->entry);
    if (d->command != NULL && seen->stats.habits.ttl.packets == 0)
        d->note = "other words are left out: no IP packet inside was read";
    else if (d->command != NULL)
        d->note = ipip_inferences_command_note(d->note_text, &d->inferences, &d->entry);
    else if (seen->kind == IPIP_KIND_ESP)
        note_esp(d);
}

struct direction *direction_new(const struct tunnel_list *list, const struct ipip_policy *policy,
                                const struct ipip_source_group *group, const struct ipip_direction_stats *seen)
{
    struct direction *d = g_new0(struct direction, 1);
    struct ipip_tunnel_direction which = ipip_inventory_which(list->tunnels, seen);
    struct ipip_tunnel_direction back = ipip_tunnel_direction_back(&which);
    struct ipip_path way_back = ipip_judge_path(list->judge, &back);

    d->group = group;
    d->seen = seen;
    d->more = ipip_inventory_kind_stats(list->tunnels, seen);
    d->back = ipip_inventory_back(list->tunnels, seen);
    d->packets = ipip_inventory_packets(list->tunnels, seen);
    d->packets_back = d->back != NULL ? ipip_inventory_packets(list->tunnels, d->back) : 0;
    d->carriers = group == NULL ? carriers_of_tunnel(list->carriers, seen) : NULL;
    d->path = ipip_judge_path(list->judge, &which);
    d->inferences = group != NULL ? ipip_source_group_infer(group) : ipip_infer_direction(list->tunnels, seen);
    d->vantage = ipip_direction_vantage(policy, seen->src, seen->dst, &seen->stats.habits.ttl,
                                        d->back != NULL ? &d->back->stats.habits.ttl : NULL);
    d->entry = ipip_entry_ttl(&d->inferences, &way_back, d->vantage.declared);
    d->sizes = ipip_size_story(seen, d->more, d->back, &d->path);
    find_command(d);
    ipip_inferences_profiles(d->profiles, &d->inferences);
    return d;
}

void direction_free(struct direction *direction)
{
    g_free(direction);
}

gboolean direction_shows(const struct direction *direction, enum ipip_inferred_field field)
{
    return direction->seen->stats.habits.ttl.packets > 0 && ipip_inferred_field_applies(field, direction->seen);
}

/* Of a direction that Linux propagates ECN in otherwise. */
static gboolean has_other_ecn(const struct direction *d)
{
    enum ipip_ecn_encap ecn = ipip_tunnel_linux((enum ipip_kind)d->seen->kind).ecn;

    if (ecn == IPIP_ECN_COMPATIBILITY && ipip_inference_is(&d->inferences.dscp, IPIP_CANDIDATE_INHERITED))
        ecn = IPIP_ECN_COPY;
    return (d->inferences.ecn.candidates & 1U << ecn) == 0;
}

static const char *why_no_df(const struct direction *d)
{
    unsigned df = d->inferences.df.candidates;

    if (df == 0)
        return "none: DF is neither always set, nor copied, nor always clear";
    if ((df & (1U << IPIP_DF_SET | 1U << IPIP_DF_COPY)) == 0)
        return "none: ip tunnel sets DF or copies it, and here it is clear";
    if ((df & 1U << IPIP_DF_SET) != 0)
        return NULL;
    return ipip_inference_is(&d->inferences.df, IPIP_DF_COPY)
               ? "none: a fixed ttl brings pmtudisc, and here DF is copied"
               : "none: a fixed ttl brings pmtudisc, and here DF is clear";
}

const char *direction_why_no_command(const struct direction *direction)
{
    const struct ipip_inferences *inferences = &direction->inferences;
    const char *why = NULL;

    if (direction->seen->kind == IPIP_KIND_ESP)
        return "none: keys are not on the wire";
    if (direction->more != NULL && direction->more->extended > 0)
        return "none: Linux makes no extension header but the encapsulation limit";
    if (direction_shows(direction, IPIP_INFERRED_TTL)) {
        if (inferences->ttl.candidates == 0)
            return "none: the outer TTL is neither fixed nor inherited";
        if (inferences->dscp.candidates == 0)
            return "none: the outer DSCP is neither fixed nor inherited";
        if (has_other_ecn(direction))
            return "none: Linux makes another ECN field outside";
        if (direction_shows(direction, IPIP_INFERRED_DF))
            why = why_no_df(direction);
    }
    return why != NULL ? why : "none: Linux makes no such tunnels";
}
