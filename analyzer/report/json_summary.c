/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carriers.h"
#include "json.h"
#include "known.h"
#include "policy.h"
#include "vantage.h"

static json_t *rules_object(const struct check_summary *summary)
{
    json_t *rules = json_object();

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        json_t *verdicts = json_object();

        if (!summary->policy->is_off[i]) {
            static const enum ipip_verdict order[] = {IPIP_PASS, IPIP_FAIL, IPIP_NOT_APPLICABLE, IPIP_UNKNOWN};

            for (size_t v = 0; v < G_N_ELEMENTS(order); v++)
                json_object_set_new(verdicts, ipip_verdict_name(order[v]),
                                    json_integer((json_int_t)ipip_judge_verdicts(summary->judge, i, order[v])));
            json_object_set(rules, ipip_rule_at(i)->id, verdicts);
        }
        json_decref(verdicts);
    }
    return rules;
}

/* Tunnels of kinds that are not judged, by name. */
static json_t *unsupported_object(const struct ipip_judge_counts *counts)
{
    json_t *unsupported = json_object();

    for (unsigned kind = 0; kind < G_N_ELEMENTS(counts->unsupported); kind++) {
        if (counts->unsupported[kind] > 0)
            json_object_set_new(unsupported, ipip_kind_about((enum ipip_kind)kind)->name,
                                json_integer((json_int_t)counts->unsupported[kind]));
    }
    if (counts->unsupported_ipv6 > 0)
        json_object_set_new(unsupported, "over-ipv6", json_integer((json_int_t)counts->unsupported_ipv6));
    return unsupported;
}

/* Findings that --max-findings has left out, by rule. */
static json_t *omitted_object(const struct check_summary *summary)
{
    json_t *omitted = json_object();

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        uint64_t count = summary->omitted[i].fresh + summary->omitted[i].known;

        if (count > 0)
            json_object_set_new(omitted, ipip_rule_at(i)->id, json_integer((json_int_t)count));
    }
    return omitted;
}

json_t *json_summary(const struct check_summary *summary)
{
    const struct ipip_judge_counts *counts = ipip_judge_counts(summary->judge);
    const struct ipip_reassembly_counts *fragments = ipip_judge_reassembly_counts(summary->judge);
    const struct frame_counts *frames = summary->frames;
    json_t *object;

    object = json_pack(
        "{s:s, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:{s:I, s:I, s:I}, s:o, s:{s:I, s:I, s:I, s:I}, s:o, s:{s:I, s:I, s:I}, s:{s:I, s:I, s:I, s:I}}",
        "type", "summary", "version", JSON_VERSION, "files", (json_int_t)frames->files, "packets",
        (json_int_t)frames->packets, "dropped", (json_int_t)frames->dropped, "tunnel_packets",
        (json_int_t)counts->packets[IPIP_PACKET_TUNNEL], "tunnels", (json_int_t)counts->tunnels, "icmp_messages",
        (json_int_t)counts->subjects[IPIP_SUBJECT_ICMP], "inner_packets",
        (json_int_t)counts->subjects[IPIP_SUBJECT_INNER], "matched_packets",
        (json_int_t)(counts->subjects[IPIP_SUBJECT_SIDES] - counts->one_sided), "one_sided_packets",
        (json_int_t)counts->one_sided, "named_packets", (json_int_t)counts->subjects[IPIP_SUBJECT_NAMED], "findings",
        "error", (json_int_t)summary->findings[IPIP_ERROR], "warning", (json_int_t)summary->findings[IPIP_WARNING],
        "note", (json_int_t)summary->findings[IPIP_NOTE], "rules", rules_object(summary), "skipped", "link_type",
        (json_int_t)frames->unsupported_links, "truncated",
        (json_int_t)(frames->truncated + counts->packets[IPIP_PACKET_TRUNCATED]), "filtered",
        (json_int_t)frames->filtered, "unfilterable", (json_int_t)frames->unfilterable, "unsupported_tunnels",
        unsupported_object(counts), "reassembled", "complete", (json_int_t)fragments->complete, "incomplete",
        (json_int_t)fragments->incomplete, "overlapping", (json_int_t)fragments->overlapping, "forgotten", "tunnels",
        (json_int_t)summary->losses.tunnels, "flows", (json_int_t)summary->losses.flows, "paths",
        (json_int_t)summary->losses.paths, "datagrams", (json_int_t)summary->losses.datagrams);
    carriers_add_counts_json(object, summary->carried);
    json_object_set_new(object, "interrupted", json_boolean(frames->is_interrupted));
    json_object_set_new(object, "known", json_integer((json_int_t)summary->known));
    if (summary->policy->is_guessing)
        json_object_set_new(object, "udp_packets", json_integer((json_int_t)counts->subjects[IPIP_SUBJECT_UDP]));
    if (summary->below > 0)
        json_object_set_new(object, "below_min_severity", json_integer((json_int_t)summary->below));
    if (summary->baseline != NULL)
        json_object_set_new(object, "baseline",
                            json_pack("{s:I, s:I}", "entries", (json_int_t)baseline_entries(summary->baseline),
                                      "absent", (json_int_t)known_absent(summary)));
    if (summary->omitted != NULL)
        json_object_set_new(object, "omitted", omitted_object(summary));
    policy_add_json(summary->settings, object);
    vantage_add_json(&summary->vantage, object);
    return object;
}
