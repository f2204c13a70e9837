/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json.h"

#include <stdlib.h>

#include "../out_of_memory.h"
#include "ipip/address.h"

void json_write(FILE *out, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));

    if (text == NULL)
        out_of_memory();
    fputs(text, out);
    free(text);
    json_decref(object);
}

json_t *json_text(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    json_t *string = json_string(valid);

    g_free(valid);
    return string;
}

json_t *json_tunnel(const struct ipip_tunnel_direction *direction)
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

json_t *json_flow(const struct inner_flow *flow)
{
    char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];
    json_t *object;

    if (!flow->is_known)
        return json_null();
    object = json_pack("{s:i, s:s, s:s}", "protocol", flow->protocol, "src", ipip_address_text(src, flow->src), "dst",
                       ipip_address_text(dst, flow->dst));
    if (flow->has_ports) {
        json_object_set_new(object, "sport", json_integer(flow->sport));
        json_object_set_new(object, "dport", json_integer(flow->dport));
    }
    return object;
}
