/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tunnel in words: what is understood can be said again, and means the same then. */
#include <string.h>

#include "fuzz.h"
#include "ipip/tunnel_text.h"
#include "tunnel_words.h"

static bool is_same_gre(const struct ipip_gre_options *a, const struct ipip_gre_options *b)
{
    return a->has_key == b->has_key && a->key == b->key && a->has_checksum == b->has_checksum &&
           a->has_sequence == b->has_sequence;
}

static bool is_same_prefix(const struct ipip_prefix *a, const struct ipip_prefix *b)
{
    return a->bits == b->bits && ipip_address_equal(a->address, b->address);
}

static void must_be_same_ip(const struct ipip_tunnel *a, const struct ipip_tunnel *b)
{
    must(a->kinds == b->kinds);
    must(ipip_address_equal(a->local, b->local) && ipip_address_equal(a->remote, b->remote) && a->ttl == b->ttl);
    /* What IP packets inherit is not said twice. */
    must((a->kinds == IPIP_KIND_BIT(IPIP_KIND_IPIP) && a->tos_inherit) || a->tos == b->tos);
    must(a->tos_inherit == b->tos_inherit && a->ecn == b->ecn && a->df == b->df && a->id == b->id);
    must(a->has_limit == b->has_limit && a->limit == b->limit && a->label_policy == b->label_policy &&
         a->label == b->label && a->dscp_inherits == b->dscp_inherits);
}

static void must_be_same_shims(const struct ipip_tunnel *a, const struct ipip_tunnel *b)
{
    must(is_same_gre(&a->in, &b->in) && is_same_gre(&a->out, &b->out));
    must(a->erspan_version == b->erspan_version && a->erspan_index == b->erspan_index &&
         a->erspan_direction == b->erspan_direction && a->erspan_hardware == b->erspan_hardware);
    must(a->encap == b->encap && a->source_port == b->source_port && a->destination_port == b->destination_port &&
         a->has_udp_checksum == b->has_udp_checksum);
    must(is_same_prefix(&a->prefix, &b->prefix) && is_same_prefix(&a->relay, &b->relay));
    must(a->is_isatap == b->is_isatap && a->router_count == b->router_count);
    for (unsigned i = 0; i < a->router_count; i++)
        must(ipip_address_equal(a->routers[i], b->routers[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words = g_strndup((const char *)data, size);
    struct ipip_tunnel tunnel;
    struct ipip_tunnel again;
    GError *error = NULL;

    if (tunnel_from_words(words, &tunnel, &error)) {
        char said[IPIP_TUNNEL_TEXT];

        ipip_tunnel_words(said, &tunnel);
        must(tunnel_from_words(said, &again, &error));
        must_be_same_ip(&tunnel, &again);
        must_be_same_shims(&tunnel, &again);
    } else {
        must(error != NULL && error->message[0] != '\0');
        g_error_free(error);
    }
    g_free(words);
    return 0;
}
