/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "tree.h"

#include <epan/expert.h>
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
static int hf_rule = -1;
static int hf_expected = -1;
static int hf_actual = -1;
static int hf_confidence = -1;
static int hf_usual_cause = -1;
static int hf_first_fragment = -1;
static int hf_other_frame = -1;

static int ett_layer = -1;
static int ett_outer = -1;
static int ett_inner = -1;
static int ett_finding = -1;

/* By rule and severity: a finding may have another severity than its rule usually has. */
static expert_field experts[IPIP_RULES_MAX][IPIP_ERROR + 1];

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

static void register_fields(int proto)
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
        {&hf_rule, {"Rule", "ipip.rule", FT_STRING, BASE_NONE, NULL, 0, "A rule that is broken", HFILL}},
        {&hf_expected, {"Expected", "ipip.expected", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_actual, {"Found", "ipip.actual", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_confidence,
         {"Confidence", "ipip.confidence", FT_STRING, BASE_NONE, NULL, 0, "certain, likely or heuristic", HFILL}},
        {&hf_usual_cause,
         {"Usual cause", "ipip.usual_cause", FT_STRING, BASE_NONE, NULL, 0, "What mostly breaks the rule", HFILL}},
        {&hf_first_fragment,
         {"First fragment in", "ipip.first_fragment", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_other_frame,
         {"See also frame", "ipip.other_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "Another packet without which this would be nothing special", HFILL}},
    };
    static int *subtrees[] = {&ett_layer, &ett_outer, &ett_inner, &ett_finding};

    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}

/* ipip.df_not_propagated; with another severity than usual ipip.df_not_propagated.note and the like. */
static char *expert_name(const struct ipip_rule *rule, enum ipip_severity severity)
{
    char *name = severity == rule->severity ? g_strconcat("ipip.", rule->slug, NULL)
                                            : g_strconcat("ipip.", rule->slug, ".", ipip_severity_name(severity), NULL);

    return g_strdelimit(name, "-", '_');
}

static int expert_group(const struct ipip_rule *rule)
{
    /* By the hundreds of the id: loops and admission, then what the capture itself hides. */
    switch (rule->id[4]) {
    case '2':
        return PI_SECURITY;
    case '9':
        return PI_ASSUMPTION;
    default:
        return PI_PROTOCOL;
    }
}

static void register_experts(int proto)
{
    static const int severities[] = {PI_NOTE, PI_WARN, PI_ERROR};
    size_t count = ipip_rules_count() * G_N_ELEMENTS(severities);
    static ei_register_info rows[IPIP_RULES_MAX * (IPIP_ERROR + 1)];
    ei_register_info *row = rows;

    for (size_t i = 0; i < ipip_rules_count(); i++) {
        const struct ipip_rule *rule = ipip_rule_at(i);

        for (int severity = IPIP_NOTE; severity <= IPIP_ERROR; severity++, row++) {
            const expert_field unset = EI_INIT;

            experts[i][severity] = unset;
            row->ids = &experts[i][severity];
            row->eiinfo = (expert_field_info){expert_name(rule, (enum ipip_severity)severity), expert_group(rule),
                                              severities[severity], rule->title, EXPFILL};
        }
    }
    expert_register_field_array(expert_register_protocol(proto), rows, (int)count);
}

void tree_register(int proto)
{
    register_fields(proto);
    register_experts(proto);
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

void tree_add_finding(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const struct session_finding *finding)
{
    const struct ipip_rule *rule = ipip_rule_at(finding->rule_index);
    expert_field *usual = &experts[finding->rule_index][rule->severity];
    expert_field *expert = &experts[finding->rule_index][finding->severity];
    proto_item *item = generated(proto_tree_add_string(tree, hf_rule, tvb, 0, 0, rule->id));
    proto_tree *below = proto_item_add_subtree(item, ett_finding);

    proto_item_append_text(item, " %s (%s)%s", rule->slug, rule->reference,
                           finding->is_of_tunnel ? ", reported once for the tunnel" : "");
    expert_add_info_format(pinfo, item, expert, "%s: %s", rule->id, finding->message);
    if (expert != usual) /* so that a filter on the rule's own name finds it at any severity */
        proto_item_set_hidden(proto_tree_add_item(below, usual->hf, tvb, 0, 0, ENC_NA));
    generated(proto_tree_add_string(below, hf_expected, tvb, 0, 0, finding->expected));
    generated(proto_tree_add_string(below, hf_actual, tvb, 0, 0, finding->actual));
    generated(proto_tree_add_string(below, hf_confidence, tvb, 0, 0, ipip_confidence_name(finding->confidence)));
    generated(proto_tree_add_string(below, hf_usual_cause, tvb, 0, 0, rule->hint));
    if (finding->other_frame != 0)
        generated(proto_tree_add_uint(below, hf_other_frame, tvb, 0, 0, finding->other_frame));
    if (finding->first_frame != pinfo->num)
        generated(proto_tree_add_uint(below, hf_first_fragment, tvb, 0, 0, finding->first_frame));
}
