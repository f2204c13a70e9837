/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "tree.h"

#include <epan/tfs.h>
#include <epan/unit_strings.h>

#include "comparison.h"
#include "ipip/address.h"
#include "kind_tree.h"
#include "tunnel_ordinal.h"

static int hf_depth = -1;
static int hf_tunnel = -1;
static int hf_overhead = -1;
static int hf_reassembled = -1;
static int hf_quoted = -1;
static int hf_judged = -1;

static int ett_layer = -1;

void tree_register(int proto)
{
    static hf_register_info fields[] = {
        {&hf_depth,
         {"Tunnel depth", "ipip.depth", FT_UINT8, BASE_DEC, NULL, 0, "1 for the outermost tunnel header", HFILL}},
        {&hf_tunnel,
         {"Tunnel number", "ipip.tunnel", FT_UINT32, BASE_DEC, NULL, 0,
          "From 0 on, in order of appearance; the same one in both directions", HFILL}},
        {&hf_overhead,
         {"Overhead", "ipip.overhead", FT_UINT16, BASE_DEC | BASE_UNIT_STRING, &units_octet_octets, 0,
          "What the encapsulation adds", HFILL}},
        {&hf_reassembled,
         {"Reassembled", "ipip.reassembled", FT_BOOLEAN, BASE_NONE, TFS(&tfs_yes_no), 0,
          "The outer header is that of the fragment at offset 0", HFILL}},
        {&hf_quoted,
         {"Quoted in an ICMP error", "ipip.quoted", FT_BOOLEAN, BASE_NONE, TFS(&tfs_yes_no), 0, NULL, HFILL}},
        {&hf_judged,
         {"Judged", "ipip.judged", FT_BOOLEAN, BASE_NONE, TFS(&tfs_yes_no), 0,
          "Whether the rules were applied to this layer", HFILL}},
    };
    static int *subtrees[] = {&ett_layer};

    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
    header_tree_register(proto);
    kind_tree_register(proto);
    comparison_register(proto);
}

static proto_item *generated(proto_item *item)
{
    proto_item_set_generated(item);
    return item;
}

/* What is not in the headers. */
static void append_state(proto_item *item, const struct tree_layer *layer)
{
    const struct ipip_layer *outer = layer->pair.outer;

    if (outer->is_reassembled)
        proto_item_append_text(item, ", reassembled");
    else if (ipip_ip_is_fragment(&outer->ip))
        proto_item_append_text(item, ", fragment at offset %u", outer->ip.fragment_offset);
    if (layer->is_quoted)
        proto_item_append_text(item, ", quoted");
}

/* Minimal encapsulation adds no header but its own: the outer one was there. */
static unsigned added_octets(const struct tree_layer *layer)
{
    const struct ipip_layer *outer = layer->pair.outer;

    return layer->bytes - (outer->kind == IPIP_KIND_MINIMAL ? outer->ip.header_bytes : 0U);
}

static void add_facts(proto_tree *tree, const struct tree_layer *layer)
{
    const struct ipip_layer *outer = layer->pair.outer;
    uint32_t number;

    generated(proto_tree_add_uint(tree, hf_depth, NULL, 0, 0, layer->depth));
    if (tunnel_ordinal_of(outer->ip.src, outer->ip.dst, &number))
        generated(proto_tree_add_uint(tree, hf_tunnel, NULL, 0, 0, number));
    generated(proto_tree_add_uint(tree, hf_overhead, NULL, 0, 0, added_octets(layer)));
    generated(proto_tree_add_boolean(tree, hf_judged, NULL, 0, 0, layer->is_judged));
    if (outer->is_reassembled)
        generated(proto_tree_add_boolean(tree, hf_reassembled, NULL, 0, 0, TRUE));
    if (layer->is_quoted)
        generated(proto_tree_add_boolean(tree, hf_quoted, NULL, 0, 0, TRUE));
}

/* The item itself stands for the outer header and what lies between that and the inner one. */
static proto_item *add_item(proto_tree *parent, tvbuff_t *tvb, int proto, const struct tree_layer *layer)
{
    const struct tvb_pos *at = &layer->pair.outer_at;
    const char *title = kind_tree_title((enum ipip_kind)layer->pair.outer->kind);
    bool is_seen = tvb_pos_peek(*at, layer->bytes) != NULL;

    return generated(proto_tree_add_protocol_format(parent, proto, is_seen ? at->tvb : tvb,
                                                    is_seen ? (int)at->offset : 0, is_seen ? (int)layer->bytes : 0,
                                                    "%s", title));
}

proto_tree *tree_add_layer(proto_tree *parent, tvbuff_t *tvb, int proto, const struct tree_layer *layer)
{
    const struct header_pair *pair = &layer->pair;
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    proto_item *item;

    if (parent == NULL)
        return NULL;
    item = add_item(parent, tvb, proto, layer);
    proto_item_append_text(item, ", %s > %s", ipip_address_text(src, pair->outer->ip.src),
                           ipip_address_text(dst, pair->outer->ip.dst));
    return proto_item_add_subtree(item, ett_layer);
}

void tree_describe_layer(proto_tree *tree, const struct tree_layer *layer)
{
    const struct header_pair *pair = &layer->pair;
    proto_item *item = proto_tree_get_parent(tree);

    if (tree == NULL)
        return;
    add_facts(tree, layer);
    kind_tree_add(tree, item, pair, layer->gap);
    append_state(item, layer);
    if (pair->inner != NULL)
        comparison_add(tree, item, pair->outer, pair->inner);
}

proto_tree *tree_add_inner_side(proto_tree *parent, tvbuff_t *tvb, int proto, enum ipip_finding_target target,
                                struct ipip_addr src, struct ipip_addr dst)
{
    static const char *const words[] = {
        [IPIP_TARGET_LAYER] = "",
        [IPIP_TARGET_ICMP] = "ICMP error about the tunnel",
        [IPIP_TARGET_INNER] = "packet into or out of the tunnel",
        [IPIP_TARGET_NAMED] = "tunnel that is not read",
        [IPIP_TARGET_ELSEWHERE] = "earlier packet of the tunnel",
    };
    char src_text[IPIP_ADDRESS_TEXT];
    char dst_text[IPIP_ADDRESS_TEXT];
    proto_item *item;

    if (parent == NULL)
        return NULL;
    item = generated(proto_tree_add_item(parent, proto, tvb, 0, 0, ENC_NA));
    proto_item_append_text(item, ", %s %s > %s", words[target], ipip_address_text(src_text, src),
                           ipip_address_text(dst_text, dst));
    return proto_item_add_subtree(item, ett_layer);
}
