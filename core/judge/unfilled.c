/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/unfilled.h"

#include <stdlib.h>

#include "judge/judge_internal.h"
#include "judge/late.h"

enum { FEW = 3, ROOM_MIN = 64 };

/* Room for one more; false where there is no memory. */
static bool grow(struct unfilled_list *list)
{
    uint32_t room = list->room == 0 ? ROOM_MIN : 2 * list->room;
    struct unfilled *rows;

    if (list->count < list->room)
        return true;
    rows = realloc(list->rows, room * sizeof *rows);
    if (rows == NULL)
        return false;
    list->rows = rows;
    list->room = room;
    return true;
}

bool unfilled_meet(struct ipip_judge *judge, const struct ipip_packet *packet, struct tunnel *tunnel)
{
    struct unfilled_list *list = &judge->unfilled;
    struct unfilled *row;

    if (judge->tunnel_policies[tunnel->tunnel_policy].vantage != IPIP_VANTAGE_UNKNOWN)
        return false;
    tunnel->unfilled++;
    if (tunnel->sums != TUNNEL_SUMS_OPEN)
        return false;
    if (!grow(list)) {
        list->is_starved = true;
        return false;
    }
    row = &list->rows[list->count++];
    *row = (struct unfilled){.direction = tunnel_direction(tunnel)};
    kept_packet_take(&row->kept, packet);
    return true;
}

void unfilled_close(struct ipip_judge *judge, const struct evaluation *e)
{
    struct unfilled_list *list = &judge->unfilled;
    struct unfilled *row = &list->rows[list->count - 1];

    for (unsigned i = 0; i < e->evaluated_count; i++) {
        if (e->evaluated[i].rule == RULE_109)
            row->is_waiting = e->evaluated[i].verdict == IPIP_UNKNOWN;
        if (e->evaluated[i].rule == RULE_904)
            row->offload = e->evaluated[i].verdict;
    }
    if (list->count == UNFILLED_MAX)
        unfilled_settle(judge);
}

/* On more than half of a direction's packets, and not by chance: the field is not filled in yet. */
static bool is_offload(struct tunnel *tunnel)
{
    if (tunnel == NULL)
        return false;
    if (tunnel->sums == TUNNEL_SUMS_OPEN)
        tunnel->sums =
            tunnel->unfilled >= FEW && tunnel->unfilled > tunnel->met / 2 ? TUNNEL_SUMS_OFFLOAD : TUNNEL_SUMS_WRONG;
    return tunnel->sums == TUNNEL_SUMS_OFFLOAD;
}

static void report(struct ipip_judge *judge, const struct unfilled *row, const struct tunnel *tunnel,
                   enum rule_place rule, enum ipip_confidence confidence, enum ipip_verdict before)
{
    struct late_finding late = {
        .rule = rule,
        .kept = &row->kept,
        .view = {.tunnel = tunnel},
        .tunnel_policy = tunnel->tunnel_policy,
        .before = before,
        .ruling = ruling_of(rule_at(rule), row->direction.kind),
    };

    late.ruling.confidence = confidence;

    late_report(judge, &late, 1);
}

static void settle(struct ipip_judge *judge, const struct unfilled *row)
{
    static const struct tunnel forgotten;
    struct tunnel *tunnel = flow_known_tunnel(judge->flow, &row->direction);
    const struct tunnel *known = tunnel != NULL ? tunnel : &forgotten;
    bool is_left = is_offload(tunnel);

    if (is_left && row->is_waiting)
        tally_move(&judge->tally, RULE_109, IPIP_UNKNOWN, IPIP_NOT_APPLICABLE, 1);
    else if (row->is_waiting)
        report(judge, row, known, RULE_109, IPIP_CERTAIN, IPIP_UNKNOWN);
    if (is_left && (row->offload == IPIP_PASS || row->offload == IPIP_UNKNOWN))
        report(judge, row, known, RULE_904, IPIP_LIKELY, row->offload);
}

void unfilled_settle(struct ipip_judge *judge)
{
    struct unfilled_list *list = &judge->unfilled;

    for (uint32_t i = 0; i < list->count; i++)
        settle(judge, &list->rows[i]);
    list->count = 0;
}
