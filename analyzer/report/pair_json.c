/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip pair` found, as lines of JSON. */
#include "../say.h"
#include "ipip/address.h"
#include "ipip/drop.h"
#include "jsonl.h"
#include "pair.h"
#include "timestamp.h"

static json_t *seconds(uint64_t nanoseconds)
{
    return json_real((double)nanoseconds / 1e9);
}

static json_t *sighting(const struct pair_report *report, const struct ipip_pair_event *event, enum ipip_pair_side side)
{
    char time[TIMESTAMP_TEXT];

    return json_pack("{s:o, s:I, s:s}", "file", json_text(judge_run_file(report->run, event->frame[side])), "frame",
                     (json_int_t)origins_frame(event->frame[side]), "time", timestamp_text(time, event->time[side]));
}

static void add_datagram(json_t *object, const struct ipip_pair_event *event)
{
    char from[IPIP_ADDRESS_TEXT], to[IPIP_ADDRESS_TEXT];
    json_t *datagram =
        json_pack("{s:s, s:s, s:i, s:I}", "src", ipip_address_text(from, event->src), "dst",
                  ipip_address_text(to, event->dst), "protocol", event->protocol, "bytes", (json_int_t)event->bytes);

    if (event->has_id)
        json_object_set_new(datagram, "id", json_integer(event->id));
    json_object_update(object, datagram);
    json_decref(datagram);
    if (event->direction != NULL)
        json_object_set_new(object, "tunnel", json_tunnel(event->direction));
}

static const char *way_name(enum ipip_pair_way way)
{
    return way == IPIP_PAIR_THERE ? "first-to-second" : "second-to-first";
}

static const char *side_name(enum ipip_pair_side side)
{
    return side == IPIP_PAIR_FIRST ? "first" : "second";
}

static void print_match(const struct pair_report *report, const struct ipip_pair_event *event)
{
    int64_t first = event->time[IPIP_PAIR_FIRST], second = event->time[IPIP_PAIR_SECOND];
    json_t *object =
        json_pack("{s:s, s:o, s:o, s:s, s:o}", "type", "match", "first", sighting(report, event, IPIP_PAIR_FIRST),
                  "second", sighting(report, event, IPIP_PAIR_SECOND), "way", way_name(event->way), "latency",
                  seconds(first < second ? (uint64_t)second - (uint64_t)first : (uint64_t)first - (uint64_t)second));

    add_datagram(object, event);
    if (event->is_ambiguous)
        json_object_set_new(object, "ambiguous", json_true());
    if (event->is_reordered)
        json_object_set_new(object, "reordered", json_true());
    if (event->fragments > 0)
        json_object_set_new(object, "fragments", json_integer(event->fragments));
    jsonl_print(stdout, object);
}

static void print_only(const struct pair_report *report, const struct ipip_pair_event *event)
{
    json_t *object = sighting(report, event, event->side);
    json_t *line = json_pack("{s:s, s:s}", "type", "only", "side", side_name(event->side));

    json_object_update(line, object);
    json_decref(object);
    add_datagram(line, event);
    json_object_set_new(line, "reason", json_string(ipip_pair_reason_name(event->reason)));
    if (event->reason == IPIP_PAIR_MALFORMED)
        json_object_set_new(line, "drop", json_string(ipip_drop_text(event->drop)));
    if (event->mtu != 0)
        json_object_set_new(line, "mtu", json_integer((json_int_t)event->mtu));
    if (event->icmp_type != 0) {
        json_object_set_new(line, "icmp_type", json_integer(event->icmp_type));
        json_object_set_new(line, "icmp_code", json_integer(event->icmp_code));
    }
    if (event->other_frame != 0) {
        json_object_set_new(line, "other_frame", json_integer((json_int_t)origins_frame(event->other_frame)));
        json_object_set_new(line, "other_file", json_text(judge_run_file(report->run, event->other_frame)));
    }
    jsonl_print(stdout, line);
}

static void json_event(struct pair_report *report, const struct ipip_pair_event *event)
{
    if (event->is_match && !report->run->options.is_matches)
        return;
    say_before_print();
    (event->is_match ? print_match : print_only)(report, event);
}

static json_t *reasons_object(const uint64_t counts[IPIP_PAIR_REASONS])
{
    json_t *object = json_object();

    for (int i = 0; i < IPIP_PAIR_REASONS; i++) {
        if (counts[i] > 0)
            json_object_set_new(object, ipip_pair_reason_name((enum ipip_pair_reason)i),
                                json_integer((json_int_t)counts[i]));
    }
    return object;
}

static json_t *latency_object(const struct ipip_pair_latency *latency)
{
    return json_pack("{s:I, s:o, s:o, s:o, s:o}", "packets", (json_int_t)latency->count, "min", seconds(latency->least),
                     "median", seconds(ipip_pair_latency_quantile(latency, 0.5)), "p99",
                     seconds(ipip_pair_latency_quantile(latency, 0.99)), "max", seconds(latency->most));
}

static void add_number(json_t *object, const char *name, uint64_t number)
{
    if (number > 0)
        json_object_set_new(object, name, json_integer((json_int_t)number));
}

static void print_direction(const struct ipip_pair_direction *row)
{
    enum ipip_pair_way way = row->way;
    uint64_t matched = row->matched[IPIP_PAIR_THERE] + row->matched[IPIP_PAIR_BACK];
    json_t *object = json_pack("{s:s, s:o, s:I, s:o, s:o, s:I, s:I, s:I}", "type", "direction", "tunnel",
                               json_tunnel(&row->direction), "matched", (json_int_t)matched, "first_only",
                               reasons_object(row->only[IPIP_PAIR_FIRST]), "second_only",
                               reasons_object(row->only[IPIP_PAIR_SECOND]), "ambiguous", (json_int_t)row->ambiguous,
                               "reordered", (json_int_t)row->reordered, "divided", (json_int_t)row->divided);

    if (matched > 0) {
        json_object_set_new(object, "way", json_string(way_name(way)));
        json_object_set_new(object, "against", json_integer((json_int_t)row->matched[1 - way]));
        json_object_set_new(object, "latency", latency_object(&row->latency[way]));
        json_object_set_new(object, "ttl_step", json_pack("[i, i]", row->ttl_step_least, row->ttl_step_most));
        json_object_set_new(object, "changed",
                            json_pack("{s:I, s:I, s:I}", "dscp", (json_int_t)row->dscp_changed, "ecn",
                                      (json_int_t)row->ecn_changed, "df", (json_int_t)row->df_changed));
    }
    add_number(object, "largest_inner", row->bytes_most[0]);
    add_number(object, "largest_outer", row->bytes_most[1]);
    add_number(object, "mtu_reported_inner", row->mtu_reported[0]);
    add_number(object, "mtu_reported_outer", row->mtu_reported[1]);
    jsonl_print(stdout, object);
}

static json_t *side_object(const struct pair_report *report, enum ipip_pair_side side)
{
    const struct ipip_pair_selection *selection = &report->layout->sides[side];
    json_t *object = json_pack("{s:o}", "file", json_text(report->run->options.names[selection->file]));

    if (!selection->is_any_place)
        json_object_set_new(object, "interface", json_integer((json_int_t)(selection->place >> 32)));
    if (!selection->is_any_place && report->cooked == COOKED_WITH_DEVICES)
        json_object_set_new(object, "ifindex", json_integer((json_int_t)(uint32_t)selection->place));
    return object;
}

static json_t *clock_object(const struct ipip_pair_layout *layout)
{
    static const char *const names[] = {
        [IPIP_PAIR_ONE_CLOCK] = "one-clock", [IPIP_PAIR_BOTH_WAYS] = "both-ways", [IPIP_PAIR_ONE_WAY] = "one-way"};

    return json_pack("{s:s, s:f, s:f, s:I}", "basis", names[layout->clock.basis], "offset",
                     (double)layout->clock.offset / 1e9, "drift", layout->clock.drift, "samples",
                     (json_int_t)layout->samples);
}

static void print_summary(struct pair_report *report)
{
    static const char *const relations[] = {[IPIP_PAIR_UNRELATED] = "unrelated",
                                            [IPIP_PAIR_NO_TUNNEL] = "no-tunnel",
                                            [IPIP_PAIR_INNER_OUTER] = "inner-outer",
                                            [IPIP_PAIR_OUTER_OUTER] = "outer-outer"};
    static const struct ipip_pair_totals none;
    const struct ipip_pair_totals *totals = report->pair != NULL ? ipip_pair_totals(report->pair) : &none;
    const struct ipip_pair_direction *row;
    json_t *object = json_pack("{s:s, s:s}", "type", "pair", "relation", relations[report->layout->relation]);

    for (unsigned i = 1; report->pair != NULL && (row = ipip_pair_direction_at(report->pair, i)) != NULL; i++)
        print_direction(row);
    if (report->pair != NULL) {
        json_object_set_new(object, "first", side_object(report, IPIP_PAIR_FIRST));
        json_object_set_new(object, "second", side_object(report, IPIP_PAIR_SECOND));
        json_object_set_new(object, "clock", clock_object(report->layout));
    }
    json_object_update_new(
        object,
        json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:I, s:I, s:I, s:I}", "matched", (json_int_t)totals->matched,
                  "ambiguous", (json_int_t)totals->ambiguous, "reordered", (json_int_t)totals->reordered, "divided",
                  (json_int_t)totals->divided, "first_only", reasons_object(totals->only[IPIP_PAIR_FIRST]),
                  "second_only", reasons_object(totals->only[IPIP_PAIR_SECOND]), "other_traffic",
                  (json_int_t)totals->other_traffic, "unreadable", (json_int_t)totals->unreadable, "incomplete",
                  (json_int_t)totals->incomplete, "cut_short", (json_int_t)totals->cut_short));
    jsonl_print(stdout, object);
}

const struct pair_format_ops pair_jsonl = {json_event, print_summary};
