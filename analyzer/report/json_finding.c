/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../finding_values.h"
#include "carriers.h"
#include "finding_words.h"
#include "json.h"
#include "timestamp.h"

/* The packet without which this one would be nothing special, and how far away it is in seconds. */
static void add_other(json_t *object, const struct site *site)
{
    if (site->other_frame == 0)
        return;
    json_object_set_new(object, "other_frame", json_integer((json_int_t)site->other_frame));
    if (g_strcmp0(site->other_file, site->file) != 0)
        json_object_set_new(object, "other_file", json_text(site->other_file));
    if (site->other_age > 0)
        json_object_set_new(object, "other_age", json_real((double)site->other_age / 1e9));
}

static void add_first_fragment(json_t *object, const struct site *site)
{
    gboolean is_elsewhere = g_strcmp0(site->first_file, site->file) != 0;

    if (site->first_frame == site->frame && !is_elsewhere)
        return;
    json_object_set_new(object, "first_fragment", json_integer((json_int_t)site->first_frame));
    if (is_elsewhere)
        json_object_set_new(object, "first_fragment_file", json_text(site->first_file));
}

json_t *json_finding(const struct report_finding *finding)
{
    const struct site *site = &finding->site;
    const struct ipip_rule *rule = finding->rule;
    struct finding_words words;
    char time[TIMESTAMP_TEXT];
    json_t *object = json_pack(
        "{s:s, s:o, s:I, s:s, s:s, s:s, s:s, s:s}", "type", "finding", "file", json_text(site->file), "frame",
        (json_int_t)site->frame, "time", timestamp_text(time, site->time), "rule", rule->id, "slug", rule->slug,
        "severity", ipip_severity_name(finding->severity), "confidence", ipip_confidence_name(finding->confidence));

    finding_words(&words, finding);
    if (site->is_known)
        json_object_set_new(object, "known", json_true());
    if (finding->of_packet == NULL) {
        json_object_set_new(object, "scope", json_string("tunnel"));
        json_object_set_new(object, "count", json_integer((json_int_t)finding->count));
    }
    json_object_set_new(object, "tunnel", json_tunnel(&finding->direction));
    carriers_add_json(object, site->carriers);
    if (finding->flow.is_known)
        json_object_set_new(object, "inner_flow", json_flow(&finding->flow));
    json_object_update_new(object, json_pack("{s:i, s:o, s:s, s:s, s:s, s:s}", "layer", (int)finding->layer, "values",
                                             finding_values_object(words.values, words.value_count), "message",
                                             words.message, "expected", words.expected, "actual", words.actual,
                                             "reference", finding->reference));
    if (finding->of_packet != NULL)
        add_first_fragment(object, site);
    add_other(object, site);
    return object;
}
