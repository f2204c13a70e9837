/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jsonl.h"

#include <stdio.h>
#include <stdlib.h>

#include "../finding_values.h"
#include "../out_of_memory.h"
#include "carriers.h"
#include "ipip/address.h"
#include "known.h"
#include "policy.h"
#include "report.h"
#include "timestamp.h"
#include "vantage.h"

void jsonl_print(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));

    if (text == NULL)
        out_of_memory();
    puts(text);
    free(text);
    json_decref(object);
}

json_t *jsonl_text(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    json_t *string = json_string(valid);

    g_free(valid);
    return string;
}

json_t *jsonl_tunnel(const struct ipip_tunnel_direction *direction)
{
    const struct ipip_kind_about *about = ipip_kind_about(direction->kind);
    uint16_t port = ipip_discriminator_port(direction->discriminator);
    char from[IPIP_ADDRESS_TEXT];
    char to[IPIP_ADDRESS_TEXT];
    uint32_t key;
    json_t *object = json_pack("{s:s, s:s, s:s}", "mode", about != NULL ? about->name : "none", "src",
                               ipip_address_text(from, direction->src), "dst", ipip_address_text(to, direction->dst));

    if (ipip_discriminator_key(direction->discriminator, &key))
        json_object_set_new(object, "key", json_integer(key));
    if (port != 0)
        json_object_set_new(object, "port", json_integer(port));
    return object;
}

static struct report *jsonl_open(const struct options *options)
{
    (void)options;
    return NULL;
}

/* What findings of packets and of tunnels have in common. */
static json_t *finding_object(const struct site *site, const struct ipip_rule *rule, enum ipip_severity severity,
                              enum ipip_confidence confidence)
{
    char time[TIMESTAMP_TEXT];
    json_t *object =
        json_pack("{s:s, s:o, s:I, s:s, s:s, s:s, s:s, s:s}", "type", "finding", "file", jsonl_text(site->file),
                  "frame", (json_int_t)site->frame, "time", timestamp_text(time, site->time), "rule", rule->id, "slug",
                  rule->slug, "severity", ipip_severity_name(severity), "confidence", ipip_confidence_name(confidence));

    if (site->is_known)
        json_object_set_new(object, "known", json_true());
    return object;
}

static void add_texts(json_t *object, unsigned layer, json_t *values, const char *message, const char *expected,
                      const char *actual, const char *reference)
{
    json_t *texts = json_pack("{s:i, s:o, s:s, s:s, s:s, s:s}", "layer", (int)layer, "values", values, "message",
                              message, "expected", expected, "actual", actual, "reference", reference);

    json_object_update(object, texts);
    json_decref(texts);
}

/* The packet without which this one would be nothing special, and how far away it is in seconds. */
static void add_other(json_t *object, const struct site *site)
{
    if (site->other_frame == 0)
        return;
    json_object_set_new(object, "other_frame", json_integer((json_int_t)site->other_frame));
    if (g_strcmp0(site->other_file, site->file) != 0)
        json_object_set_new(object, "other_file", jsonl_text(site->other_file));
    if (site->other_age > 0)
        json_object_set_new(object, "other_age", json_real((double)site->other_age / 1e9));
}

static gboolean jsonl_packet(struct report *report, const struct site *site, const struct ipip_finding *finding)
{
    json_t *object = finding_object(site, finding->rule, finding->severity, finding->confidence);
    struct ipip_value values[IPIP_VALUES_MAX];
    unsigned count = ipip_finding_values(finding, values);
    struct ipip_text text;

    (void)report;
    ipip_finding_describe(finding, &text);
    json_object_set_new(object, "tunnel", jsonl_tunnel(&finding->direction));
    carriers_add_json(object, site->carriers);
    add_texts(object, finding->layer, finding_values_object(values, count), text.message, text.expected, text.actual,
              finding->reference);
    if (site->first_frame != site->frame || g_strcmp0(site->first_file, site->file) != 0) {
        json_object_set_new(object, "first_fragment", json_integer((json_int_t)site->first_frame));
        if (g_strcmp0(site->first_file, site->file) != 0)
            json_object_set_new(object, "first_fragment_file", jsonl_text(site->first_file));
    }
    add_other(object, site);
    jsonl_print(object);
    return TRUE;
}

static gboolean jsonl_tunnel_finding(struct report *report, const struct tunnel_finding *finding)
{
    json_t *object = finding_object(&finding->site, finding->rule, finding->severity, finding->confidence);

    (void)report;
    json_object_set_new(object, "scope", json_string("tunnel"));
    json_object_set_new(object, "count", json_integer((json_int_t)finding->count));
    json_object_set_new(object, "tunnel", jsonl_tunnel(&finding->direction));
    carriers_add_json(object, finding->site.carriers);
    add_texts(object, finding->layer, finding_values_object(finding->values, finding->value_count), finding->message,
              finding->expected, finding->actual, ipip_rule_reference(finding->rule_index, finding->direction.kind));
    add_other(object, &finding->site);
    jsonl_print(object);
    return TRUE;
}

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

static void jsonl_summary(struct report *report, const struct check_summary *summary)
{
    const struct ipip_judge_counts *counts = ipip_judge_counts(summary->judge);
    const struct ipip_reassembly_counts *fragments = ipip_judge_reassembly_counts(summary->judge);
    const struct frame_counts *frames = summary->frames;
    guint absent;
    json_t *object;

    (void)report;
    absent = known_print_json(summary);
    object = json_pack(
        "{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:{s:I, s:I, s:I}, s:o, s:{s:I, s:I, s:I, s:I}, s:o, s:{s:I, s:I, s:I}, s:{s:I, s:I, s:I, s:I}}",
        "type", "summary", "files", (json_int_t)frames->files, "packets", (json_int_t)frames->packets, "tunnel_packets",
        (json_int_t)counts->packets[IPIP_PACKET_TUNNEL], "tunnels", (json_int_t)counts->tunnels, "icmp_messages",
        (json_int_t)counts->subjects[IPIP_SUBJECT_ICMP], "inner_packets",
        (json_int_t)counts->subjects[IPIP_SUBJECT_INNER], "matched_packets",
        (json_int_t)counts->subjects[IPIP_SUBJECT_SIDES], "named_packets",
        (json_int_t)counts->subjects[IPIP_SUBJECT_NAMED], "findings", "error",
        (json_int_t)summary->findings[IPIP_ERROR], "warning", (json_int_t)summary->findings[IPIP_WARNING], "note",
        (json_int_t)summary->findings[IPIP_NOTE], "rules", rules_object(summary), "skipped", "link_type",
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
    if (summary->baseline != NULL)
        json_object_set_new(object, "baseline",
                            json_pack("{s:I, s:I}", "entries", (json_int_t)baseline_entries(summary->baseline),
                                      "absent", (json_int_t)absent));
    if (summary->omitted != NULL)
        json_object_set_new(object, "omitted", omitted_object(summary));
    policy_add_json(summary->settings, object);
    vantage_add_json(&summary->vantage, object);
    jsonl_print(object);
}

static void jsonl_close(struct report *report)
{
    (void)report;
}

const struct report_format_ops report_jsonl = {jsonl_open, jsonl_packet, jsonl_tunnel_finding, jsonl_summary,
                                               jsonl_close};
