/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "gue.h"

#include <epan/expert.h>
#include <epan/ipproto.h>
#include <epan/tfs.h>

#include "inside.h"
#include "ipip/ip.h"
#include "ipip/udp.h"
#include "tvb_pos.h"
#include "udp_ports.h"
#include "wire_fields.h"

enum { PRIVATE_END = IPIP_GUE_HEADER + 4, REMCSUM_END = PRIVATE_END + 4, IP_4 = 4, IP_6 = 6 };

static int proto_gue = -1;

static int hf_variant = -1;
static int hf_control = -1;
static int hf_hlen = -1;
static int hf_proto = -1;
static int hf_ctype = -1;
static int hf_flags = -1;
static int hf_has_private = -1;
static int hf_private = -1;
static int hf_has_remcsum = -1;
static int hf_remcsum_start = -1;
static int hf_remcsum_offset = -1;
static int hf_other = -1;

static expert_field ei_malformed = EI_INIT;

static int ett_gue = -1;

void gue_register(void)
{
    static hf_register_info fields[] = {
        {&hf_variant,
         {"Variant", "ipip.gue.variant", FT_UINT8, BASE_DEC, NULL, 0xc0, "With 1 an IP header follows UDP", HFILL}},
        {&hf_control,
         {"Control message", "ipip.gue.control", FT_BOOLEAN, 8, TFS(&tfs_set_notset), 0x20, "Else data", HFILL}},
        {&hf_hlen,
         {"Header length", "ipip.gue.hlen", FT_UINT8, BASE_DEC, NULL, 0x1f,
          "Of the optional fields, in units of 4 octets", HFILL}},
        {&hf_proto,
         {"Protocol", "ipip.gue.proto", FT_UINT8, BASE_DEC | BASE_EXT_STRING, &ipproto_val_ext, 0, "Of what is inside",
          HFILL}},
        {&hf_ctype, {"Control type", "ipip.gue.ctype", FT_UINT8, BASE_DEC, NULL, 0, "Of the message inside", HFILL}},
        {&hf_flags,
         {"Flags", "ipip.gue.flags", FT_UINT16, BASE_HEX, NULL, 0, "Which optional fields there are", HFILL}},
        {&hf_has_private,
         {"Private flags present", "ipip.gue.flags.private", FT_BOOLEAN, 16, TFS(&tfs_set_notset), IPIP_GUE_PRIVATE,
          NULL, HFILL}},
        {&hf_private, {"Private flags", "ipip.gue.private", FT_UINT32, BASE_HEX, NULL, 0, NULL, HFILL}},
        {&hf_has_remcsum,
         {"Remote checksum offload", "ipip.gue.remcsum", FT_BOOLEAN, 32, TFS(&tfs_set_notset), IPIP_GUE_PRIVATE_REMCSUM,
          "The exit is to fill in the checksum of what is inside", HFILL}},
        {&hf_remcsum_start,
         {"Checksum start", "ipip.gue.remcsum.start", FT_UINT16, BASE_DEC, NULL, 0,
          "Where what is summed begins, from the end of this header on", HFILL}},
        {&hf_remcsum_offset,
         {"Checksum offset", "ipip.gue.remcsum.offset", FT_UINT16, BASE_DEC, NULL, 0,
          "Where the checksum is, from the end of this header on", HFILL}},
        {&hf_other, {"Other optional fields", "ipip.gue.other", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
    };
    static ei_register_info experts[] = {
        {&ei_malformed,
         {"ipip.gue.malformed", PI_MALFORMED, PI_ERROR,
          "The header is longer than the datagram, or its flags promise more than it has room for", EXPFILL}},
    };
    static int *subtrees[] = {&ett_gue};

    proto_gue = proto_register_protocol("Generic UDP Encapsulation", "GUE", "ipip.gue");
    proto_register_field_array(proto_gue, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
    expert_register_field_array(expert_register_protocol(proto_gue), experts, array_length(experts));
}

static void add_optional(proto_tree *tree, tvbuff_t *tvb, const struct ipip_gue *gue, int end)
{
    static const struct wire_field private_flags[] = {{&hf_private, IPIP_GUE_HEADER, 4},
                                                      {&hf_has_remcsum, IPIP_GUE_HEADER, 4}};
    static const struct wire_field remcsum[] = {{&hf_remcsum_start, PRIVATE_END, 2},
                                                {&hf_remcsum_offset, PRIVATE_END + 2, 2}};
    int known = IPIP_GUE_HEADER;

    if (gue->has_private_flags && end >= PRIVATE_END) {
        wire_fields_add(tree, tvb, private_flags, G_N_ELEMENTS(private_flags));
        known = PRIVATE_END;
    }
    if (gue->has_remcsum && end >= REMCSUM_END) {
        wire_fields_add(tree, tvb, remcsum, G_N_ELEMENTS(remcsum));
        known = REMCSUM_END;
    }
    if (end > known)
        wire_fields_add(tree, tvb, &(struct wire_field){&hf_other, known, end - known}, 1);
}

/* `end` is where the header does. */
static proto_item *show(proto_tree *tree, tvbuff_t *tvb, const struct ipip_gue *gue, int end)
{
    static const struct wire_field first[] = {{&hf_variant, 0, 1}, {&hf_control, 0, 1}, {&hf_hlen, 0, 1}};
    const struct wire_field second[] = {
        {gue->is_control ? &hf_ctype : &hf_proto, 1, 1}, {&hf_flags, 2, 2}, {&hf_has_private, 2, 2}};
    proto_item *item = proto_tree_add_item(tree, proto_gue, tvb, 0, MIN(end, (int)tvb_captured_length(tvb)), ENC_NA);
    proto_tree *below = proto_item_add_subtree(item, ett_gue);

    wire_fields_add(below, tvb, first, gue->variant == 0 ? G_N_ELEMENTS(first) : 1);
    if (gue->variant != 0)
        return item;
    wire_fields_add(below, tvb, second, G_N_ELEMENTS(second));
    add_optional(below, tvb, gue, end);
    return item;
}

static void dissect_inside(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct ipip_gue *gue)
{
    const struct ipip_udp_tunnel tunnel = {(uint16_t)pinfo->destport, IPIP_KIND_GUE, 0};
    tvbuff_t *inside = tvb_new_subset_remaining(tvb, gue->header_bytes);

    udp_ports_annotate(tree, pinfo, inside, &tunnel);
    if (gue->is_control) {
        col_add_fstr(pinfo->cinfo, COL_INFO, "Control message, type %u", gue->protocol);
        call_data_dissector(inside, pinfo, tree);
    } else if (gue->variant == 0) {
        inside_dissect(gue->protocol, inside, pinfo, tree);
    } else {
        inside_dissect(tvb_get_bits8(tvb, 0, 4) == IP_4 ? IPIP_PROTOCOL_IPIP : IPIP_PROTOCOL_IPV6, inside, pinfo, tree);
    }
}

/* Variant 0, or an IP header as variant 1 has it. */
static bool may_be_gue(tvbuff_t *tvb)
{
    uint8_t first = tvb_captured_length(tvb) > 0 ? tvb_get_bits8(tvb, 0, 4) : UINT8_MAX;

    return first < IP_4 || first == IP_4 || first == IP_6;
}

/* Declines what goes elsewhere, and what is no GUE. */
static int dissect_gue(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    enum ipip_status status;
    struct ipip_gue gue;
    proto_item *item;
    int end = 0;

    (void)data;
    if (!udp_ports_is_sent_to(pinfo) || !may_be_gue(tvb))
        return 0;
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "GUE");
    col_clear(pinfo->cinfo, COL_INFO);
    status = ipip_gue_read(&gue, tvb_pos_octets((struct tvb_pos){tvb, 0}));
    if (gue.variant == 0)
        end = gue.header_bytes;
    item = show(tree, tvb, &gue, end);
    if (status == IPIP_OK) {
        dissect_inside(tvb, pinfo, tree, &gue);
        return (int)tvb_captured_length(tvb);
    }
    if (status == IPIP_TRUNCATED)
        tvb_ensure_bytes_exist(tvb, 0, end);
    else if (!pinfo->flags.in_error_pkt)
        expert_add_info(pinfo, item, &ei_malformed);
    return (int)tvb_captured_length(tvb);
}

dissector_handle_t gue_handoff(void)
{
    dissector_handle_t handle = create_dissector_handle_with_name_and_description(dissect_gue, proto_gue, "ipip.gue",
                                                                                  "Generic UDP Encapsulation");

    dissector_add_uint("udp.port", IPIP_UDP_PORT_GUE, handle);
    return handle;
}
