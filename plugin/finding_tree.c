/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "finding_tree.h"

#include <epan/expert.h>
#include <string.h>

static int hf_rule = -1;
static int hf_expected = -1;
static int hf_actual = -1;
static int hf_confidence = -1;
static int hf_usual_cause = -1;
static int hf_first_fragment = -1;
static int hf_other_frame = -1;
static int hf_severity = -1;
static int hf_octets = -1;

static int ett_finding = -1;

static const int severities[] = {[IPIP_NOTE] = PI_NOTE, [IPIP_WARNING] = PI_WARN, [IPIP_ERROR] = PI_ERROR};

/* By rule. Wireshark keeps what is registered, and takes from there the severity that an item gets. */
static expert_field experts[IPIP_RULES_MAX];
static ei_register_info expert_rows[IPIP_RULES_MAX];

static void register_fields(int proto)
{
    static hf_register_info fields[] = {
        {&hf_rule, {"Rule", "ipip.rule", FT_STRING, BASE_NONE, NULL, 0, "A rule that the packet breaks", HFILL}},
        {&hf_severity, {"Severity", "ipip.severity", FT_STRING, BASE_NONE, NULL, 0, "note, warning or error", HFILL}},
        {&hf_octets,
         {"Octets", "ipip.octets", FT_BYTES, BASE_NONE, NULL, 0, "Octets of a header that show what is wrong", HFILL}},
        {&hf_expected, {"Expected", "ipip.expected", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_actual, {"Found", "ipip.actual", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_confidence,
         {"Confidence", "ipip.confidence", FT_STRING, BASE_NONE, NULL, 0, "certain, likely or heuristic", HFILL}},
        {&hf_usual_cause,
         {"Usual cause", "ipip.usual_cause", FT_STRING, BASE_NONE, NULL, 0, "What usually breaks the rule", HFILL}},
        {&hf_first_fragment,
         {"First fragment in", "ipip.first_fragment", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_other_frame,
         {"See also frame", "ipip.other_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The other packet that the finding is based on", HFILL}},
    };
    static int *subtrees[] = {&ett_finding};

    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}

/* ipip.df_not_propagated */
static char *expert_name(const struct ipip_rule *rule)
{
    return g_strdelimit(g_strconcat("ipip.", rule->slug, NULL), "-", '_');
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
    for (size_t i = 0; i < ipip_rules_count(); i++) {
        const struct ipip_rule *rule = ipip_rule_at(i);
        const expert_field unset = EI_INIT;

        experts[i] = unset;
        expert_rows[i].ids = &experts[i];
        expert_rows[i].eiinfo = (expert_field_info){expert_name(rule), expert_group(rule), severities[rule->severity],
                                                    g_strdup_printf("%s %s", rule->id, rule->title), EXPFILL};
    }
    expert_register_field_array(expert_register_protocol(proto), expert_rows, (int)ipip_rules_count());
}

void finding_tree_register(int proto)
{
    register_fields(proto);
    register_experts(proto);
}

static proto_item *generated(proto_item *item)
{
    proto_item_set_generated(item);
    return item;
}

/* Where the octets are seen in this frame. */
static struct tvb_pos tvb_pos_of(const struct session_octets *octets, const struct tvb_positions *places)
{
    struct tvb_pos place = octets->layer == SESSION_FRAME ? places->frame : places->layers[octets->layer];

    place.offset += octets->offset;
    return tvb_pos_peek(place, octets->count) != NULL ? place : (struct tvb_pos){NULL, 0};
}

/* By the name of an excerpt. */
static const char *words_of(const char *header)
{
    static const char *const words[][2] = {
        {"outer", "outer header"},   {"inner", "inner header"},          {"icmp", "ICMP message"},
        {"quoted", "quoted header"}, {"packet", "header of the packet"}, {"fragment", "header of the fragment"},
        {"gre", "GRE header"},       {"erspan", "ERSPAN header"},        {"udp", "UDP header"},
        {"gue", "GUE header"},       {"minimal", "minimal header"},      {"ah", "authentication header"},
        {"esp", "ESP header"},       {"ipcomp", "IPComp header"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(header, words[i][0]) == 0)
            return words[i][1];
    }
    return header;
}

static void add_octets(proto_tree *tree, const struct tvb_positions *places, const struct session_octets *octets)
{
    struct tvb_pos place = tvb_pos_of(octets, places);
    proto_item *item;

    if (octets->count == 0 || place.tvb == NULL)
        return;
    item = generated(proto_tree_add_item(tree, hf_octets, place.tvb, (int)place.offset, octets->count, ENC_NA));
    proto_item_append_text(item, " (%s)", words_of(octets->header));
}

/* The item of the rule, on the octets that decided: those of the outer header where there are some. */
static proto_item *add_rule(proto_tree *tree, const struct tvb_positions *places, const struct session_finding *finding)
{
    const char *id = ipip_rule_at(finding->rule_index)->id;

    for (unsigned i = 0; i < IPIP_EXCERPT_MAX; i++) {
        struct tvb_pos place = tvb_pos_of(&finding->octets[i], places);

        if (finding->octets[i].count > 0 && place.tvb != NULL)
            return generated(
                proto_tree_add_string(tree, hf_rule, place.tvb, (int)place.offset, finding->octets[i].count, id));
    }
    return generated(proto_tree_add_string(tree, hf_rule, NULL, 0, 0, id));
}

/*
 * With the severity that it has here, which a kind of tunnel or the policy may change. What people set in the expert preferences
 * goes before that.
 */
static void add_expert(packet_info *pinfo, proto_item *item, const struct session_finding *finding)
{
    const struct ipip_rule *rule = ipip_rule_at(finding->rule_index);
    expert_field_info *info = &expert_rows[finding->rule_index].eiinfo;
    int registered = info->severity;

    if (registered == severities[rule->severity])
        info->severity = severities[finding->severity];
    expert_add_info_format(pinfo, item, &experts[finding->rule_index], "%s: %s (%s)", rule->id, finding->message,
                           finding->reference);
    info->severity = registered;
}

void finding_tree_add(proto_tree *tree, packet_info *pinfo, struct session_frame *frame,
                      const struct session_finding *finding)
{
    const struct ipip_rule *rule = ipip_rule_at(finding->rule_index);
    const struct tvb_positions *places = tvb_positions_of(pinfo, frame);
    proto_item *item = add_rule(tree, places, finding);
    proto_tree *below = proto_item_add_subtree(item, ett_finding);

    proto_item_append_text(item, " %s (%s)%s", rule->slug, finding->reference,
                           finding->is_of_tunnel ? ", reported once for the tunnel" : "");
    add_expert(pinfo, item, finding);
    generated(proto_tree_add_string(below, hf_severity, NULL, 0, 0, ipip_severity_name(finding->severity)));
    generated(proto_tree_add_string(below, hf_expected, NULL, 0, 0, finding->expected));
    generated(proto_tree_add_string(below, hf_actual, NULL, 0, 0, finding->actual));
    generated(proto_tree_add_string(below, hf_confidence, NULL, 0, 0, ipip_confidence_name(finding->confidence)));
    generated(proto_tree_add_string(below, hf_usual_cause, NULL, 0, 0, rule->usual_cause));
    for (unsigned i = 0; i < IPIP_EXCERPT_MAX; i++)
        add_octets(below, places, &finding->octets[i]);
    if (finding->other_frame != 0)
        generated(proto_tree_add_uint(below, hf_other_frame, NULL, 0, 0, finding->other_frame));
    if (finding->first_frame != pinfo->num)
        generated(proto_tree_add_uint(below, hf_first_fragment, NULL, 0, 0, finding->first_frame));
}

void finding_tree_name(proto_tree *tree, const struct session_finding *finding)
{
    const struct ipip_rule *rule = ipip_rule_at(finding->rule_index);

    if (tree != NULL && finding->severity > IPIP_NOTE)
        proto_item_append_text(proto_tree_get_parent(tree), ", %s %s", rule->id, rule->slug);
}
