/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "minimal.h"

#include "compat.h"

#include <epan/expert.h>
#include <epan/ipproto.h>
#include <epan/proto_data.h>
#include <epan/tfs.h>

#include "annotation.h"
#include "ipip/ipv4.h"
#include "ipip/minimal.h"
#include "packet-ipip.h"
#include "tvb_pos.h"
#include "wire_fields.h"

enum { SHORT = 8, LONG = 12 };

static int proto_minimal = -1;
static dissector_handle_t ip_handle;

static int hf_proto = -1;
static int hf_s = -1;
static int hf_reserved = -1;
static int hf_checksum = -1;
static int hf_checksum_status = -1;
static int hf_dst = -1;
static int hf_src = -1;

static expert_field ei_short = EI_INIT;
static expert_field ei_checksum = EI_INIT;
static expert_field ei_depth = EI_INIT;

static int ett_minimal = -1;

static const struct wire_field before_checksum[] = {{&hf_proto, 0, 1}, {&hf_s, 1, 1}, {&hf_reserved, 1, 1}};
static const struct wire_field addresses[] = {{&hf_dst, 4, 4}, {&hf_src, 8, 4}};

void minimal_register(void)
{
    static hf_register_info fields[] = {
        {&hf_proto,
         {"Protocol", "ipip.min.proto", FT_UINT8, BASE_DEC | BASE_EXT_STRING, &ipproto_val_ext, 0,
          "Of the inner header", HFILL}},
        {&hf_s,
         {"Original source address present", "ipip.min.s", FT_BOOLEAN, 8, TFS(&tfs_set_notset), 0x80,
          "Else the outer source is the inner one", HFILL}},
        {&hf_reserved, {"Reserved", "ipip.min.reserved", FT_UINT8, BASE_HEX, NULL, 0x7f, "Must be 0", HFILL}},
        {&hf_checksum,
         {"Header checksum", "ipip.min.checksum", FT_UINT16, BASE_HEX, NULL, 0, "Of this header alone", HFILL}},
        {&hf_checksum_status,
         {"Header checksum status", "ipip.min.checksum.status", FT_UINT8, BASE_NONE, VALS(proto_checksum_vals), 0, NULL,
          HFILL}},
        {&hf_dst,
         {"Original destination address", "ipip.min.dst", FT_IPv4, BASE_NONE, NULL, 0, "Of the inner header", HFILL}},
        {&hf_src,
         {"Original source address", "ipip.min.src", FT_IPv4, BASE_NONE, NULL, 0, "Of the inner header", HFILL}},
    };
    static ei_register_info experts[] = {
        {&ei_short,
         {"ipip.min.short", PI_MALFORMED, PI_ERROR, "The minimal forwarding header ends before its last field",
          EXPFILL}},
        {&ei_checksum,
         {"ipip.min.checksum.bad", PI_CHECKSUM, PI_ERROR, "Bad checksum of the minimal forwarding header", EXPFILL}},
        {&ei_depth,
         {"ipip.min.nested", PI_UNDECODED, PI_WARN, "Nested too deeply: the inner datagram is not rebuilt", EXPFILL}},
    };
    static int *subtrees[] = {&ett_minimal};

    proto_minimal = proto_register_protocol("Minimal Encapsulation", "MinEncap", "ipip.min");
    proto_register_field_array(proto_minimal, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
    expert_register_field_array(expert_register_protocol(proto_minimal), experts, array_length(experts));
}

/* How long it is, as far as that can be seen. */
static unsigned header_bytes(tvbuff_t *tvb)
{
    return tvb_bytes_exist(tvb, 1, 1) && (tvb_get_bits8(tvb, 8, 1) != 0) ? LONG : SHORT;
}

static proto_item *show(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, unsigned bytes)
{
    unsigned shown = MIN(bytes, tvb_captured_length(tvb));
    proto_item *item = proto_tree_add_item(tree, proto_minimal, tvb, 0, (int)shown, ENC_NA);
    proto_tree *below = proto_item_add_subtree(item, ett_minimal);

    wire_fields_add(below, tvb, before_checksum, G_N_ELEMENTS(before_checksum));
    if (tvb_bytes_exist(tvb, 0, (int)bytes)) {
        uint16_t sum = ipip_checksum(tvb_get_ptr(tvb, 0, (int)bytes), bytes);

        proto_tree_add_checksum(below, tvb, 2, hf_checksum, hf_checksum_status, &ei_checksum, pinfo, g_htons(sum),
                                ENC_BIG_ENDIAN, PROTO_CHECKSUM_VERIFY | PROTO_CHECKSUM_IN_CKSUM);
    }
    wire_fields_add(below, tvb, addresses, bytes == LONG ? 2 : 1);
    return item;
}

/* The outer header where the capture shows it whole, and it is one that carries this; NULL: it does not. */
static const uint8_t *read_outer(struct ipip_ip *outer, const packet_info *pinfo)
{
    struct ipip_bytes octets = tvb_pos_octets(tvb_pos_of_outer(pinfo));

    if (ipip_ipv4_read(outer, octets.data, octets.captured) != IPIP_OK || outer->version != 4 ||
        outer->header_bytes < IPIP_IPV4_HEADER_MIN || octets.captured < outer->header_bytes ||
        (outer->protocol != IPIP_PROTOCOL_MINIMAL && outer->protocol != IPIP_PROTOCOL_AH))
        return NULL;
    return octets.data;
}

/* Of what the outer header was followed by when it was sent: the rest of the datagram from other fragments, no authentication header. */
static void correct_length(uint8_t *header, uint32_t bytes)
{
    enum { LENGTH = 2, FRAGMENT = 6, DF = 0x40 };
    uint16_t total = (uint16_t)MIN(bytes, UINT16_MAX);

    header[LENGTH] = (uint8_t)(total >> 8);
    header[LENGTH + 1] = (uint8_t)total;
    header[FRAGMENT] &= DF;
    header[FRAGMENT + 1] = 0;
}

/* The inner datagram; NULL where it can't be made. */
static tvbuff_t *rebuild(packet_info *pinfo, tvbuff_t *tvb, const struct ipip_ip *outer, const uint8_t *header)
{
    uint32_t captured = outer->header_bytes + tvb_captured_length(tvb);
    uint32_t wire = outer->header_bytes + tvb_reported_length(tvb);
    uint8_t *octets = (uint8_t *)wmem_alloc(pinfo->pool, captured);
    uint8_t *room = (uint8_t *)wmem_alloc(pinfo->pool, captured);
    struct ipip_ip corrected;
    struct ipip_bytes inner;
    tvbuff_t *made;

    memcpy(octets, header, outer->header_bytes);
    tvb_memcpy(tvb, octets + outer->header_bytes, 0, tvb_captured_length(tvb));
    if (outer->protocol == IPIP_PROTOCOL_AH || (ipip_ip_is_fragment(outer) && !pinfo->fragmented))
        correct_length(octets, wire);
    if (ipip_ipv4_read(&corrected, octets, captured) != IPIP_OK ||
        ipip_minimal_unfold(&inner, room, captured, &corrected, (struct ipip_bytes){octets, captured, wire}, 0) !=
            IPIP_OK)
        return NULL;
    made = tvb_new_child_real_data(tvb, room, inner.captured, (int)inner.wire);
    add_new_data_source(pinfo, made, "Inner datagram, rebuilt");
    return made;
}

/* One in another takes eight octets, and each time the whole datagram is made anew. */
static bool is_too_deep(packet_info *pinfo)
{
    unsigned depth = GPOINTER_TO_UINT(p_get_proto_data(pinfo->pool, pinfo, proto_minimal, 0)) + 1;

    p_remove_proto_data(pinfo->pool, pinfo, proto_minimal, 0);
    p_add_proto_data(pinfo->pool, pinfo, proto_minimal, 0, GUINT_TO_POINTER(depth));
    return depth > IPIP_STACK_MAX;
}

static void dissect_inside(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item, tvbuff_t *inner,
                           unsigned bytes)
{
    if (inner != NULL) {
        if (packet_ipip_is_on()) {
            session_feed(pinfo);
            annotation_add(tree, pinfo, inner, IPIP_KIND_BIT(IPIP_KIND_MINIMAL));
        }
        call_dissector(ip_handle, inner, pinfo, tree);
        return;
    }
    expert_add_info(pinfo, item, &ei_depth);
    call_data_dissector(tvb_new_subset_remaining(tvb, (int)bytes), pinfo, tree);
}

/* Declines what no IPv4 header announced. */
static int dissect_minimal(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct ipip_ip outer;
    const uint8_t *header = read_outer(&outer, pinfo);
    unsigned bytes = header_bytes(tvb);
    proto_item *item;

    (void)data;
    if (header == NULL)
        return 0;
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "MinEncap");
    col_clear(pinfo->cinfo, COL_INFO);
    item = show(tree, pinfo, tvb, bytes);
    if (!wire_fields_have_room(tvb, bytes)) {
        if (!pinfo->flags.in_error_pkt) /* which quotes 8 octets, or more */
            expert_add_info(pinfo, item, &ei_short);
        return (int)tvb_captured_length(tvb);
    }
    tvb_ensure_bytes_exist(tvb, 0, (int)bytes);
    dissect_inside(tvb, pinfo, tree, item, is_too_deep(pinfo) ? NULL : rebuild(pinfo, tvb, &outer, header), bytes);
    return (int)tvb_captured_length(tvb);
}

void minimal_handoff(void)
{
    ip_handle = find_dissector_add_dependency("ip", proto_minimal);
    dissector_add_uint("ip.proto", IPIP_PROTOCOL_MINIMAL, create_dissector_handle(dissect_minimal, proto_minimal));
}
