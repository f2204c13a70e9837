/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "comparison.h"

static int hf_df = -1;
static int hf_dscp = -1;
static int hf_ecn = -1;
static int hf_ecn_decapsulated = -1;
static int hf_ttl_difference = -1;

void comparison_register(int proto)
{
    static hf_register_info fields[] = {
        {&hf_df,
         {"DF", "ipip.df", FT_STRING, BASE_NONE, NULL, 0,
          "kept: set in both; clear: in neither; set: outside only; lost: inside only", HFILL}},
        {&hf_dscp, {"DSCP", "ipip.dscp", FT_STRING, BASE_NONE, NULL, 0, "copied, zero (outside only), changed", HFILL}},
        {&hf_ecn,
         {"ECN", "ipip.ecn", FT_STRING, BASE_NONE, NULL, 0,
          "normal, compatibility, rfc3168-full: as an encapsulator in this mode makes the outer field; marked: CE was set "
          "in the tunnel; dropped: the decapsulator drops the packet; changed: none of these",
          HFILL}},
        {&hf_ecn_decapsulated,
         {"ECN after decapsulation", "ipip.ecn.decapsulated", FT_STRING, BASE_NONE, NULL, 0,
          "What RFC 6040 section 4.2 makes of both fields", HFILL}},
        {&hf_ttl_difference,
         {"Inner TTL less outer TTL", "ipip.ttl_difference", FT_INT16, BASE_DEC, NULL, 0, NULL, HFILL}},
    };

    proto_register_field_array(proto, fields, array_length(fields));
}

/* IPv6 has no such bit. NULL: there is nothing to compare, nor to show. */
static const char *df_word(const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    static const char *const words[2][2] = {{"clear", "lost"}, {"set", "kept"}};

    if (outer->version == 6)
        return NULL;
    return words[ipip_ip_df(outer)][inner->version != 6 && ipip_ip_df(inner)];
}

static const char *dscp_word(const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    if (ipip_ip_dscp(outer) == ipip_ip_dscp(inner))
        return "copied";
    return ipip_ip_dscp(outer) == 0 ? "zero" : "changed";
}

static enum ipip_ecn decapsulated(enum ipip_ecn outer, enum ipip_ecn inner)
{
    return outer == IPIP_ECN_DROPPED ? IPIP_ECN_DROPPED : ipip_ecn_decap(IPIP_ECN_DECAP_RFC6040, inner, outer);
}

static const char *ecn_word(enum ipip_ecn outer, enum ipip_ecn inner)
{
    static const enum ipip_ecn_encap modes[] = {IPIP_ECN_NORMAL, IPIP_ECN_COMPATIBILITY, IPIP_ECN_RFC3168_FULL};

    if (decapsulated(outer, inner) == IPIP_ECN_DROPPED)
        return ipip_ecn_name(IPIP_ECN_DROPPED);
    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (outer == ipip_ecn_encap(modes[i], inner))
            return ipip_ecn_encap_name(modes[i]);
    }
    return outer == IPIP_CE ? "marked" : "changed";
}

void comparison_add(proto_tree *tree, proto_item *item, const struct ipip_layer *outer, const struct ipip_layer *inner)
{
    enum ipip_ecn inner_ecn = (enum ipip_ecn)ipip_ip_ecn(&inner->ip);
    const struct {
        int hf;
        const char *word;
    } words[] = {
        {hf_df, df_word(&outer->ip, &inner->ip)},
        {hf_dscp, dscp_word(&outer->ip, &inner->ip)},
        {hf_ecn, ecn_word(outer->ecn, inner_ecn)},
        {hf_ecn_decapsulated, ipip_ecn_name(decapsulated(outer->ecn, inner_ecn))},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (words[i].word != NULL)
            proto_item_set_generated(proto_tree_add_string(tree, words[i].hf, NULL, 0, 0, words[i].word));
    }
    proto_item_set_generated(
        proto_tree_add_int(tree, hf_ttl_difference, NULL, 0, 0, (int)inner->ip.ttl - outer->ip.ttl));
    if (words[0].word != NULL)
        proto_item_append_text(item, ", DF %s", words[0].word);
    proto_item_append_text(item, ", DSCP %s, ECN %s, TTL %u over %u", words[1].word, words[2].word, outer->ip.ttl,
                           inner->ip.ttl);
}
