/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "tree.h"

#include <epan/tfs.h>

#include "ipip/address.h"
#include "ipip/dscp.h"

/* The fields of a header, once for the outer and once for the inner one. */
struct header_fields {
    int src, dst, ttl, tos, dscp, ecn, len, hdr_len, id, df, mf, frag_offset, proto, checksum;
};

static struct header_fields hf_outer;
static struct header_fields hf_inner;
static int hf_depth = -1;
static int hf_overhead = -1;
static int hf_reassembled = -1;
static int hf_quoted = -1;
static int hf_judged = -1;

static int ett_layer = -1;
static int ett_outer = -1;
static int ett_inner = -1;

static const value_string ecn_names[] = {
    {IPIP_NOT_ECT, "Not-ECT"}, {IPIP_ECT1, "ECT(1)"}, {IPIP_ECT0, "ECT(0)"}, {IPIP_CE, "CE"}, {0, NULL},
};

#define FIELD(side, member, label, type, base, strings, blurb)                     \
    {                                                                              \
        &hf_##side.member,                                                         \
        {                                                                          \
            label, "ipip." #side "." #member, type, base, strings, 0, blurb, HFILL \
        }                                                                          \
    }

#define HEADER_FIELDS(side, Side)                                                                             \
    FIELD(side, src, Side " source", FT_IPv4, BASE_NONE, NULL, NULL),                                         \
        FIELD(side, dst, Side " destination", FT_IPv4, BASE_NONE, NULL, NULL),                                \
        FIELD(side, ttl, Side " TTL", FT_UINT8, BASE_DEC, NULL, NULL),                                        \
        FIELD(side, tos, Side " TOS octet", FT_UINT8, BASE_HEX, NULL, NULL),                                  \
        FIELD(side, dscp, Side " DSCP", FT_UINT8, BASE_DEC, NULL, NULL),                                      \
        FIELD(side, ecn, Side " ECN", FT_UINT8, BASE_DEC, VALS(ecn_names), NULL),                             \
        FIELD(side, len, Side " total length", FT_UINT16, BASE_DEC, NULL, "Total Length in octets"),          \
        FIELD(side, hdr_len, Side " header length", FT_UINT8, BASE_DEC, NULL, "In octets, options included"), \
        FIELD(side, id, Side " identification", FT_UINT16, BASE_HEX_DEC, NULL, NULL),                         \
        FIELD(side, df, Side " don't fragment", FT_BOOLEAN, BASE_NONE, TFS(&tfs_set_notset), NULL),           \
        FIELD(side, mf, Side " more fragments", FT_BOOLEAN, BASE_NONE, TFS(&tfs_set_notset), NULL),           \
        FIELD(side, frag_offset, Side " fragment offset", FT_UINT16, BASE_DEC, NULL, "In units of 8 octets"), \
        FIELD(side, proto, Side " protocol", FT_UINT8, BASE_DEC, NULL, NULL),                                 \
        FIELD(side, checksum, Side " header checksum", FT_UINT16, BASE_HEX, NULL, NULL)

void tree_register(int proto)
{
    static hf_register_info fields[] = {
        HEADER_FIELDS(outer, "Outer"),
        HEADER_FIELDS(inner, "Inner"),
        {&hf_depth,
         {"Tunnel depth", "ipip.depth", FT_UINT8, BASE_DEC, NULL, 0, "1 for the outermost tunnel header", HFILL}},
        {&hf_overhead,
         {"Overhead", "ipip.overhead", FT_UINT16, BASE_DEC, NULL, 0, "Octets that the encapsulation adds", HFILL}},
        {&hf_reassembled,
         {"Reassembled", "ipip.reassembled", FT_BOOLEAN, BASE_NONE, TFS(&tfs_yes_no), 0,
          "The outer header is that of the fragment at offset 0", HFILL}},
        {&hf_quoted,
         {"Quoted in an ICMP error", "ipip.quoted", FT_BOOLEAN, BASE_NONE, TFS(&tfs_yes_no), 0, NULL, HFILL}},
        {&hf_judged,
         {"Judged", "ipip.judged", FT_BOOLEAN, BASE_NONE, TFS(&tfs_yes_no), 0,
          "Whether the rules were applied to this layer", HFILL}},
    };
    static int *subtrees[] = {&ett_layer, &ett_outer, &ett_inner};

    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}

static proto_item *generated(proto_item *item)
{
    proto_item_set_generated(item);
    return item;
}

static void add_header(proto_tree *tree, tvbuff_t *tvb, const struct header_fields *hf, const struct ipip_ipv4 *ip)
{
    const char *dscp = ipip_dscp_name(ipip_ipv4_dscp(ip));

    generated(proto_tree_add_ipv4(tree, hf->src, tvb, 0, 0, g_htonl(ip->src)));
    generated(proto_tree_add_ipv4(tree, hf->dst, tvb, 0, 0, g_htonl(ip->dst)));
    generated(proto_tree_add_uint(tree, hf->ttl, tvb, 0, 0, ip->ttl));
    generated(proto_tree_add_uint(tree, hf->tos, tvb, 0, 0, ip->tos));
    proto_item_append_text(generated(proto_tree_add_uint(tree, hf->dscp, tvb, 0, 0, ipip_ipv4_dscp(ip))), "%s%s%s",
                           dscp != NULL ? " (" : "", dscp != NULL ? dscp : "", dscp != NULL ? ")" : "");
    generated(proto_tree_add_uint(tree, hf->ecn, tvb, 0, 0, ipip_ipv4_ecn(ip)));
    generated(proto_tree_add_uint(tree, hf->len, tvb, 0, 0, ip->total_bytes));
    generated(proto_tree_add_uint(tree, hf->hdr_len, tvb, 0, 0, ip->header_bytes));
    generated(proto_tree_add_uint(tree, hf->id, tvb, 0, 0, ip->id));
    generated(proto_tree_add_boolean(tree, hf->df, tvb, 0, 0, ip->df));
    generated(proto_tree_add_boolean(tree, hf->mf, tvb, 0, 0, ip->mf));
    generated(proto_tree_add_uint(tree, hf->frag_offset, tvb, 0, 0, ip->fragment_offset));
    generated(proto_tree_add_uint(tree, hf->proto, tvb, 0, 0, ip->protocol));
    generated(proto_tree_add_uint(tree, hf->checksum, tvb, 0, 0, ip->checksum));
}

static const char *df_words(const struct ipip_ipv4 *outer, const struct ipip_ipv4 *inner)
{
    if (outer->df == inner->df)
        return outer->df ? "DF kept" : "no DF";
    return outer->df ? "DF set outside" : "DF lost";
}

/* "DF kept, DSCP copied, ECN ECT(0), TTL 64 inside 63" */
static void append_summary(proto_item *item, const struct ipip_ipv4 *outer, const struct ipip_ipv4 *inner)
{
    bool is_dscp_copied = ipip_ipv4_dscp(outer) == ipip_ipv4_dscp(inner);
    const char *outer_ecn = ipip_ecn_name((enum ipip_ecn)ipip_ipv4_ecn(outer));
    const char *inner_ecn = ipip_ecn_name((enum ipip_ecn)ipip_ipv4_ecn(inner));

    proto_item_append_text(item, ", %s, DSCP %s, ECN %s", df_words(outer, inner), is_dscp_copied ? "copied" : "differs",
                           outer_ecn);
    if (outer_ecn != inner_ecn)
        proto_item_append_text(item, " over %s", inner_ecn);
    proto_item_append_text(item, ", TTL %u over %u", outer->ttl, inner->ttl);
}

proto_tree *tree_add_layer(proto_tree *parent, tvbuff_t *tvb, int proto, const struct tree_layer *layer)
{
    const struct ipip_layer *outer = &layer->stack->layers[layer->k];
    const struct ipip_layer *inner = layer->k + 1 < layer->stack->count ? outer + 1 : NULL;
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    proto_item *item = generated(proto_tree_add_item(parent, proto, tvb, 0, 0, ENC_NA));
    proto_tree *tree = proto_item_add_subtree(item, ett_layer);

    proto_item_append_text(item, ", %s > %s", ipip_address_text(src, outer->ip.src),
                           ipip_address_text(dst, outer->ip.dst));
    if (inner != NULL)
        append_summary(item, &outer->ip, &inner->ip);

    generated(proto_tree_add_uint(tree, hf_depth, tvb, 0, 0, layer->k + 1));
    generated(proto_tree_add_uint(tree, hf_overhead, tvb, 0, 0, outer->ip.header_bytes + (unsigned)outer->shim_bytes));
    generated(proto_tree_add_boolean(tree, hf_judged, tvb, 0, 0, layer->is_judged));
    if (outer->is_reassembled)
        generated(proto_tree_add_boolean(tree, hf_reassembled, tvb, 0, 0, TRUE));
    if (layer->is_quoted)
        generated(proto_tree_add_boolean(tree, hf_quoted, tvb, 0, 0, TRUE));
    return tree;
}

proto_tree *tree_add_beside(proto_tree *parent, tvbuff_t *tvb, int proto, const struct session_finding *finding)
{
    static const char *const words[] = {
        [IPIP_PLACE_LAYER] = "",
        [IPIP_PLACE_ICMP] = "ICMP error about the tunnel",
        [IPIP_PLACE_INNER] = "packet into or out of the tunnel",
        [IPIP_PLACE_ELSEWHERE] = "earlier packet of the tunnel",
    };
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    proto_item *item = generated(proto_tree_add_item(parent, proto, tvb, 0, 0, ENC_NA));

    proto_item_append_text(item, ", %s %s > %s", words[finding->place], ipip_address_text(src, finding->src),
                           ipip_address_text(dst, finding->dst));
    return proto_item_add_subtree(item, ett_layer);
}

void tree_add_headers(proto_tree *tree, tvbuff_t *tvb, const struct tree_layer *layer)
{
    const struct ipip_layer *outer = &layer->stack->layers[layer->k];
    proto_tree *side = proto_tree_add_subtree(tree, tvb, 0, 0, ett_outer, NULL, "Outer header");

    add_header(side, tvb, &hf_outer, &outer->ip);
    if (layer->k + 1 < layer->stack->count) {
        side = proto_tree_add_subtree(tree, tvb, 0, 0, ett_inner, NULL, "Inner header");
        add_header(side, tvb, &hf_inner, &outer[1].ip);
    }
}
