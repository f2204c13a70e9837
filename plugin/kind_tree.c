/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "kind_tree.h"

#include "ipip/gre.h"
#include "session.h"

enum { CHAIN_TEXT = 64, GRE_BASE = 4 };

static int hf_kind = -1;
static int hf_chain = -1;
static int hf_key = -1;
static int hf_sequence = -1;

void kind_tree_register(int proto)
{
    static hf_register_info fields[] = {
        {&hf_kind,
         {"Kind of tunnel", "ipip.kind", FT_STRING, BASE_NONE, NULL, 0, "As --kinds of the command names it", HFILL}},
        {&hf_chain,
         {"Headers between", "ipip.chain", FT_STRING, BASE_NONE, NULL, 0, "Between the two IP headers, outermost first",
          HFILL}},
        {&hf_key, {"GRE key", "ipip.gre.key", FT_UINT32, BASE_DEC, NULL, 0, "It is part of the tunnel's name", HFILL}},
        {&hf_sequence, {"GRE sequence number", "ipip.gre.seq", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
    };

    proto_register_field_array(proto, fields, array_length(fields));
}

const char *kind_tree_title(enum ipip_kind kind)
{
    const struct ipip_kind_about *row = ipip_kind_about(kind);

    if (row == NULL || kind == IPIP_KIND_IPIP)
        return "IP-in-IP";
    return kind == IPIP_KIND_MINIMAL ? "Minimal encapsulation" : kind == IPIP_KIND_FOU ? "Foo over UDP" : row->title;
}

static const char *const shim_names[IPIP_SHIMS] = {
    [IPIP_SHIM_AH] = "ah",     [IPIP_SHIM_UDP] = "udp",         [IPIP_SHIM_GUE] = "gue",
    [IPIP_SHIM_GRE] = "gre",   [IPIP_SHIM_ERSPAN] = "erspan",   [IPIP_SHIM_ETHERNET] = "eth",
    [IPIP_SHIM_MPLS] = "mpls", [IPIP_SHIM_MINIMAL] = "minimal",
};

static proto_item *generated(proto_item *item)
{
    proto_item_set_generated(item);
    return item;
}

static void add_chain(proto_tree *tree, const struct ipip_chain *chain)
{
    char text[CHAIN_TEXT] = "";

    for (unsigned i = 0; i < chain->count; i++) {
        if (i > 0)
            g_strlcat(text, ":", sizeof text);
        g_strlcat(text, shim_names[chain->links[i].shim], sizeof text);
    }
    generated(proto_tree_add_string(tree, hf_chain, NULL, 0, 0, text));
}

/* The octets of an optional field follow those of the ones before it (RFC 2890 section 2). */
static void add_gre(proto_tree *tree, proto_item *item, const struct ipip_gre *gre, struct tvb_pos at)
{
    int key_at = (int)at.offset + GRE_BASE + ((gre->flags & (IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING)) != 0 ? 4 : 0);
    bool has_key = (gre->flags & IPIP_GRE_KEY) != 0;

    if (has_key) {
        generated(proto_tree_add_uint(tree, hf_key, at.tvb, key_at, 4, gre->key));
        proto_item_append_text(item, ", key %u", gre->key);
    }
    if ((gre->flags & IPIP_GRE_SEQUENCE) != 0) {
        generated(proto_tree_add_uint(tree, hf_sequence, at.tvb, key_at + (has_key ? 4 : 0), 4, gre->sequence));
        proto_item_append_text(item, ", seq %u", gre->sequence);
    }
}

void kind_tree_add(proto_tree *tree, proto_item *item, const struct ipip_layer *outer, struct tvb_pos at)
{
    const struct ipip_kind_about *row = ipip_kind_about((enum ipip_kind)outer->kind);
    const struct ipip_chain_link *link;
    struct ipip_layer seen = *outer;
    struct ipip_chain chain;
    struct ipip_gre gre;

    if (row != NULL)
        generated(proto_tree_add_string(tree, hf_kind, NULL, 0, 0, row->name));
    if (outer->shim_bytes == 0 || outer->is_reassembled || ipip_ip_is_fragment(&outer->ip) || at.tvb == NULL)
        return;
    seen.bytes = tvb_pos_octets(at);
    ipip_layer_chain(&chain, session_kinds(), &seen);
    if (chain.count == 0)
        return;
    add_chain(tree, &chain);
    link = ipip_chain_find(&chain, IPIP_SHIM_GRE);
    if (link == NULL)
        return;
    at.offset += outer->ip.header_bytes + link->offset;
    if (ipip_gre_read(&gre, tvb_pos_octets(at)) == IPIP_OK)
        add_gre(tree, item, &gre, at);
}
