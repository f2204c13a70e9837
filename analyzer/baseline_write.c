/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "baseline_file.h"
#include "finding_key_json.h"
#include "out_of_memory.h"

static gboolean write_line(struct output *output, json_t *object, GError **error)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
    gboolean is_good;

    if (text == NULL)
        out_of_memory();
    is_good = output_write(output, text, strlen(text), error) && output_write(output, "\n", 1, error);

    free(text);
    json_decref(object);
    return is_good;
}

static json_t *finding_object(const struct baseline_finding *f)
{
    const struct ipip_rule *rule = ipip_rule_at(f->key.rule_index);
    enum ipip_severity severity = f->has_occurred ? f->occurred_severity : f->known_severity;
    json_t *object =
        json_pack("{s:s, s:s, s:s}", "rule", rule->id, "slug", rule->slug, "severity", ipip_severity_name(severity));

    json_object_update_new(object, finding_key_object(&f->key));
    return object;
}

gboolean baseline_file_write(const struct baseline *baseline, const struct ipip_policy *policy, struct output *output,
                             GError **error)
{
    GPtrArray *findings = baseline_renewed(baseline, policy);
    gboolean is_good =
        write_line(output, json_pack("{s:s, s:i}", "type", BASELINE_TYPE, "version", BASELINE_VERSION), error);

    for (guint i = 0; is_good && i < findings->len; i++)
        is_good = write_line(output, finding_object(g_ptr_array_index(findings, i)), error);
    g_ptr_array_unref(findings);
    return is_good;
}
