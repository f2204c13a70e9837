/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "baseline_file.h"
#include "finding_values.h"
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

/* What tells it from the tunnel of IPv4 in IPv4 between the same addresses. */
static void add_kind(json_t *object, const struct ipip_tunnel_direction *direction)
{
    uint16_t port = ipip_discriminator_port(direction->discriminator);
    uint32_t number;

    if (direction->kind > IPIP_KIND_IPIP)
        json_object_set_new(object, "mode", json_string(ipip_kind_about(direction->kind)->name));
    if (ipip_discriminator_key(direction->discriminator, &number))
        json_object_set_new(object, "key", json_integer(number));
    if (port != 0)
        json_object_set_new(object, "port", json_integer(port));
}

static json_t *finding_object(const struct baseline_finding *f)
{
    const struct finding_key *key = &f->key;
    const struct ipip_rule *rule = ipip_rule_at(key->rule_index);
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    enum ipip_severity severity = f->has_occurred ? f->occurred_severity : f->known_severity;

    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o}", "rule", rule->id, "slug", rule->slug, "severity",
                               ipip_severity_name(severity), "src", ipip_address_text(src, key->direction.src), "dst",
                               ipip_address_text(dst, key->direction.dst), "layer", (int)key->layer, "values",
                               finding_values_object(key->values, key->count));

    add_kind(object, &key->direction);
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
