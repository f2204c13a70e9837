/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is counted of the packets that `decap` and `encap` transform, and what is reported of those that they do not. */
#include "transform.h"

static void count_refusal(const struct transform *t, struct refusal *refusal)
{
    if (refusal->count++ == 0)
        refusal->first_frame = t->record->frame;
}

void transform_explain(struct transform *t, unsigned reason)
{
    t->has_reason = TRUE;
    t->reason = reason;
}

void transform_refused(struct transform *t, enum ipip_status why)
{
    count_refusal(t, &t->counts.refusals[why]);
    transform_explain(t, why);
}

void transform_dropped(struct transform *t, struct ipip_drop drop)
{
    count_refusal(t, &t->counts.drops[drop.is_inner][drop.why]);
    transform_explain(t, IPIP_OK);
    t->drop = drop;
}

/* What stays as it is for no other reason: of a frame in which no IP header was found, or of another packet. */
static unsigned usual_reason(const struct transform *t)
{
    switch (t->frame.found) {
    case IPIP_LINK_OTHER:
        return TRANSFORM_NO_IP;
    case IPIP_LINK_UNSUPPORTED:
        return TRANSFORM_LINK_TYPE;
    case IPIP_LINK_TRUNCATED: /* transform_refused() has it */
    case IPIP_LINK_IP:
        break;
    }
    return TRANSFORM_NO_TUNNEL;
}

static enum transform_fate fate_of(const struct transform *t, enum transform_result result)
{
    if (result == TRANSFORM_DONE)
        return TRANSFORM_TRANSFORMED;
    if (result == TRANSFORM_NOT_CONCERNED || result == TRANSFORM_REFUSED)
        return t->options->is_only_tunnel ? TRANSFORM_LEFT_OUT : TRANSFORM_KEPT;
    return result == TRANSFORM_HELD && t->reason == IPIP_OK ? TRANSFORM_WAITED : TRANSFORM_LEFT_OUT;
}

void transform_add_event(struct transform *t, enum transform_result result)
{
    gboolean is_explained = t->has_reason || result == TRANSFORM_NOT_CONCERNED;
    struct transform_event event = {
        .frame = t->record->frame,
        .time = t->record->time,
        .fate = fate_of(t, result),
        .reason = t->has_reason ? t->reason : usual_reason(t),
        .drop = t->drop,
    };

    if (is_explained && result != TRANSFORM_FILTERED && result != TRANSFORM_FAILED)
        g_array_append_val(t->events, event);
}

static void add_refusals(struct refusal *sum, const struct refusal *refusals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sum[i].count == 0 || (refusals[i].count > 0 && refusals[i].first_frame < sum[i].first_frame))
            sum[i].first_frame = refusals[i].first_frame;
        sum[i].count += refusals[i].count;
    }
}

void transform_counts_add(struct transform_counts *sum, const struct transform_counts *counts)
{
    sum->done += counts->done;
    sum->kept += counts->kept;
    sum->carried += counts->carried;
    for (size_t i = 0; i < G_N_ELEMENTS(sum->kinds); i++)
        sum->kinds[i] += counts->kinds[i];
    sum->left_out += counts->left_out;
    sum->of_others += counts->of_others;
    sum->not_held += counts->not_held;
    sum->filtered += counts->filtered;
    sum->unwrapped.datagrams += counts->unwrapped.datagrams;
    sum->unwrapped.fragments += counts->unwrapped.fragments;
    sum->unwrapped.early += counts->unwrapped.early;
    sum->fragmented.datagrams += counts->fragmented.datagrams;
    sum->fragmented.fragments += counts->fragmented.fragments;
    sum->beyond_mtu[0] += counts->beyond_mtu[0];
    sum->beyond_mtu[1] += counts->beyond_mtu[1];
    add_refusals(sum->refusals, counts->refusals, G_N_ELEMENTS(sum->refusals));
    for (size_t i = 0; i < G_N_ELEMENTS(sum->drops); i++)
        add_refusals(sum->drops[i], counts->drops[i], G_N_ELEMENTS(sum->drops[i]));
}
