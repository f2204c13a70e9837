/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: the tunnel that words describe, as the analyzer reads them. Each argument is the text of one --tunnel; for each a line of
 * JSON: what the tunnel is and the words that are written of it, or the error.
 */
#include <jansson.h>
#include <stdio.h>

#include "ipip/address.h"
#include "ipip/tunnel_text.h"
#include "tunnel_words.h"

static json_t *address(struct ipip_addr address)
{
    char text[IPIP_ADDRESS_TEXT];

    return ipip_address_is_none(address) ? json_null() : json_string(ipip_address_text(text, address));
}

static json_t *prefix(const struct ipip_prefix *prefix)
{
    char text[IPIP_ADDRESS_TEXT];

    if (prefix->bits == 0)
        return json_null();
    return json_sprintf("%s/%u", ipip_address_text(text, prefix->address),
                        prefix->bits - (ipip_address_is_ipv4(prefix->address) ? IPIP_ADDRESS_IPV4_BITS : 0));
}

static json_t *kinds(uint32_t set)
{
    json_t *names = json_array();

    for (int kind = 0; kind < IPIP_KINDS; kind++) {
        if ((set & IPIP_KIND_BIT(kind)) != 0)
            json_array_append_new(names, json_string(ipip_kind_about((enum ipip_kind)kind)->name));
    }
    return names;
}

static json_t *gre(const struct ipip_gre_options *options)
{
    return json_pack("{s:o, s:b, s:b}", "key", options->has_key ? json_integer(options->key) : json_null(), "csum",
                     options->has_checksum, "seq", options->has_sequence);
}

static json_t *routers(const struct ipip_tunnel *t)
{
    json_t *all = json_array();

    for (unsigned i = 0; i < t->router_count; i++)
        json_array_append_new(all, address(t->routers[i]));
    return all;
}

static json_t *describe(const struct ipip_tunnel *t)
{
    static const char *const labels[] = {"fixed", "inherit", "auto"};
    static const char *const encaps[] = {"none", "fou", "gue"};
    json_t *out = json_object();

    json_object_set_new(out, "kinds", kinds(t->kinds));
    json_object_set_new(out, "local", address(t->local));
    json_object_set_new(out, "remote", address(t->remote));
    json_object_set_new(out, "ttl", json_integer(t->ttl));
    json_object_set_new(out, "tos", json_integer(t->tos));
    json_object_set_new(out, "tos_inherit", json_boolean(t->tos_inherit));
    json_object_set_new(out, "ecn", json_string(ipip_ecn_encap_name(t->ecn)));
    json_object_set_new(out, "df", json_string(ipip_df_policy_name(t->df)));
    json_object_set_new(out, "id", json_string(ipip_id_policy_name(t->id)));
    json_object_set_new(out, "limit", t->has_limit ? json_integer(t->limit) : json_null());
    json_object_set_new(out, "label_policy", json_string(labels[t->label_policy]));
    json_object_set_new(out, "label", json_integer(t->label));
    json_object_set_new(out, "dscp_inherits", json_boolean(t->dscp_inherits));
    json_object_set_new(out, "out", gre(&t->out));
    json_object_set_new(out, "in", gre(&t->in));
    json_object_set_new(out, "erspan_version", json_integer(t->erspan_version));
    json_object_set_new(out, "erspan_index", json_integer(t->erspan_index));
    json_object_set_new(out, "erspan_direction", json_integer(t->erspan_direction));
    json_object_set_new(out, "erspan_hardware", json_integer(t->erspan_hardware));
    json_object_set_new(out, "encap", json_string(encaps[t->encap]));
    json_object_set_new(out, "sport", json_integer(t->source_port));
    json_object_set_new(out, "dport", json_integer(t->destination_port));
    json_object_set_new(out, "udp_csum", json_boolean(t->has_udp_checksum));
    json_object_set_new(out, "prefix", prefix(&t->prefix));
    json_object_set_new(out, "relay", prefix(&t->relay));
    json_object_set_new(out, "isatap", json_boolean(t->is_isatap));
    json_object_set_new(out, "routers", routers(t));
    return out;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct ipip_tunnel tunnel;
        GError *error = NULL;
        json_t *out = json_object();

        if (tunnel_from_words(argv[i], &tunnel, &error)) {
            char words[IPIP_TUNNEL_TEXT], command[IPIP_TUNNEL_TEXT];

            json_object_set_new(out, "tunnel", describe(&tunnel));
            json_object_set_new(out, "words", json_string(ipip_tunnel_words(words, &tunnel)));
            json_object_set_new(out, "command", json_string(ipip_tunnel_command(command, &tunnel)));
        } else {
            json_object_set_new(out, "error", json_string(error->message));
            g_error_free(error);
        }
        json_dumpf(out, stdout, 0);
        putchar('\n');
        json_decref(out);
    }
    return 0;
}
