/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge/unfilled.h"

#include <stdlib.h>
#include <string.h>

#include "judge/judge_internal.h"

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
    struct ipip_bytes ip = packet->ip;
    struct unfilled *row;

    if (judge->policy.vantage != IPIP_VANTAGE_UNKNOWN)
        return false;
    tunnel->unfilled++;
    if (tunnel->sums != TUNNEL_SUMS_OPEN)
        return false;
    if (!grow(list)) {
        list->is_starved = true;
        return false;
    }
    row = &list->rows[list->count++];
    *row = (struct unfilled){.packet = *packet};
    row->packet.ip.captured = ip.captured < UNFILLED_OCTETS ? ip.captured : UNFILLED_OCTETS;
    memcpy(row->octets, ip.data, row->packet.ip.captured);
    return true;
}

void unfilled_close(struct ipip_judge *judge, const struct evaluation *e)
{
    struct unfilled_list *list = &judge->unfilled;
    struct unfilled *row = &list->rows[list->count - 1];

    for (unsigned i = 0; i < e->evaluated_count; i++) {
        if (rule_at(e->evaluated[i].rule) == &rule_109)
            row->is_waiting = e->evaluated[i].verdict == IPIP_UNKNOWN;
        if (rule_at(e->evaluated[i].rule) == &rule_904)
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

static void report(struct ipip_judge *judge, const struct ipip_parsed_packet *parsed, const struct tunnel *tunnel,
                   const struct rule *rule, enum ipip_confidence confidence, enum ipip_verdict before)
{
    size_t index = ipip_rule_find(rule->about.id);
    struct flow_view view = {.tunnel = tunnel};
    struct ipip_rule_input c = {
        .policy = &judge->policy,
        .tunnel_policy = &judge->tunnel_policies[tunnel->tunnel_policy],
        .packet = &parsed->packet,
        .first_frame = parsed->packet.frame,
        .stack = &parsed->stack,
        .facts = FACT_OUTERMOST | FACT_CHECKSUM_WRONG,
        .flow = &view,
    };
    struct ruling ruling = {
        .verdict = IPIP_FAIL, .severity = rule->about.severity, .confidence = confidence, .note = rule->note};

    tally_move(&judge->tally, index, before, IPIP_FAIL);
    finding_report(judge, &c, index, &ruling);
}

static void settle(struct ipip_judge *judge, struct unfilled *row)
{
    static const struct tunnel forgotten;
    struct ipip_parsed_packet parsed;
    const struct ipip_ipv4 *outer = &parsed.stack.layers[0].ip;
    const struct tunnel *known;
    struct tunnel *tunnel;
    bool is_left;

    row->packet.ip.data = row->octets;
    parsed.packet = row->packet;
    parsed.status = ipip_stack_read(&parsed.stack, row->packet.ip);
    tunnel = flow_known_tunnel(judge->flow, outer->src, outer->dst);
    known = tunnel != NULL ? tunnel : &forgotten;
    is_left = is_offload(tunnel);
    if (is_left && row->is_waiting)
        tally_move(&judge->tally, ipip_rule_find("IPIP109"), IPIP_UNKNOWN, IPIP_NOT_APPLICABLE);
    else if (row->is_waiting)
        report(judge, &parsed, known, &rule_109, IPIP_CERTAIN, IPIP_UNKNOWN);
    if (is_left && (row->offload == IPIP_PASS || row->offload == IPIP_UNKNOWN))
        report(judge, &parsed, known, &rule_904, IPIP_LIKELY, row->offload);
}

void unfilled_settle(struct ipip_judge *judge)
{
    struct unfilled_list *list = &judge->unfilled;

    for (uint32_t i = 0; i < list->count; i++)
        settle(judge, &list->rows[i]);
    list->count = 0;
}
