/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_key_json.h"

#include <stdlib.h>

#include "finding_values.h"
#include "out_of_memory.h"

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

json_t *finding_key_object(const struct finding_key *key)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:i, s:o}", "rule", ipip_rule_at(key->rule_index)->id, "src",
                  ipip_address_text(src, key->direction.src), "dst", ipip_address_text(dst, key->direction.dst),
                  "layer", (int)key->layer, "values", finding_values_object(key->values, key->count));

    add_kind(object, &key->direction);
    return object;
}

char *finding_key_digest(const struct finding_key *key)
{
    json_t *object = finding_key_object(key);
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    char *digest;

    if (text == NULL)
        out_of_memory();
    digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    free(text);
    json_decref(object);
    return digest;
}
