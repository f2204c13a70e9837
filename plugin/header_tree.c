/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "header_tree.h"

#include <epan/ipproto.h>
#include <epan/tfs.h>
#include <epan/unit_strings.h>

#include "ipip/dscp.h"
#include "ipip/field.h"
#include "ipip/ipv6.h"
#include "ws_address.h"

/* The fields of a header, once for the outer and once for the inner one. */
struct header_fields {
    int header, src, dst, src6, dst6, flow, ttl, tos, dscp, ecn, len, hdr_len, id, df, mf, frag_offset, proto, checksum,
        checksum_status;
};

static struct header_fields hf_outer;
static struct header_fields hf_inner;
static int hf_ecn_arrived = -1;

static int ett_outer = -1;
static int ett_inner = -1;

static const value_string ecn_names[] = {
    {IPIP_NOT_ECT, "Not-ECT"}, {IPIP_ECT1, "ECT(1)"}, {IPIP_ECT0, "ECT(0)"}, {IPIP_CE, "CE"}, {0, NULL},
};

#define FIELD(side, member, name, label, type, base, strings, blurb)            \
    {                                                                           \
        &hf_##side.member,                                                      \
        {                                                                       \
            label, "ipip." #side "." name, type, base, strings, 0, blurb, HFILL \
        }                                                                       \
    }

#define HEADER_FIELDS(side, Side)                                                                                    \
    {&hf_##side.header, {Side " header", "ipip." #side, FT_NONE, BASE_NONE, NULL, 0, NULL, HFILL}},                  \
        FIELD(side, src, "src", Side " source", FT_IPv4, BASE_NONE, NULL, NULL),                                     \
        FIELD(side, dst, "dst", Side " destination", FT_IPv4, BASE_NONE, NULL, NULL),                                \
        FIELD(side, src6, "src6", Side " source", FT_IPv6, BASE_NONE, NULL, NULL),                                   \
        FIELD(side, dst6, "dst6", Side " destination", FT_IPv6, BASE_NONE, NULL, NULL),                              \
        FIELD(side, flow, "flow", Side " flow label", FT_UINT24, BASE_HEX, NULL, NULL),                              \
        FIELD(side, ttl, "ttl", Side " TTL", FT_UINT8, BASE_DEC, NULL, "Of IPv6: Hop Limit"),                        \
        FIELD(side, tos, "tos", Side " TOS octet", FT_UINT8, BASE_HEX, NULL, "Of IPv6: Traffic Class"),              \
        FIELD(side, dscp, "dscp", Side " DSCP", FT_UINT8, BASE_DEC, NULL, NULL),                                     \
        FIELD(side, ecn, "ecn", Side " ECN", FT_UINT8, BASE_DEC, VALS(ecn_names), NULL),                             \
        FIELD(side, len, "len", Side " total length", FT_UINT16, BASE_DEC | BASE_UNIT_STRING, &units_octet_octets,   \
              "Total Length; of IPv6 with its header"),                                                              \
        FIELD(side, hdr_len, "hdr_len", Side " header length", FT_UINT8, BASE_DEC | BASE_UNIT_STRING,                \
              &units_octet_octets, "With options, or extension headers"),                                            \
        FIELD(side, id, "id", Side " identification", FT_UINT16, BASE_HEX_DEC, NULL, NULL),                          \
        FIELD(side, df, "df", Side " don't fragment", FT_BOOLEAN, BASE_NONE, TFS(&tfs_set_notset), NULL),            \
        FIELD(side, mf, "mf", Side " more fragments", FT_BOOLEAN, BASE_NONE, TFS(&tfs_set_notset), NULL),            \
        FIELD(side, frag_offset, "frag_offset", Side " fragment offset", FT_UINT16, BASE_DEC, NULL,                  \
              "In units of 8 octets"),                                                                               \
        FIELD(side, proto, "proto", Side " protocol", FT_UINT8, BASE_DEC | BASE_EXT_STRING, &ipproto_val_ext, NULL), \
        FIELD(side, checksum, "checksum", Side " header checksum", FT_UINT16, BASE_HEX, NULL,                        \
              "Absent where the header was made by reassembly"),                                                     \
        FIELD(side, checksum_status, "checksum.status", Side " header checksum status", FT_UINT8, BASE_NONE,         \
              VALS(proto_checksum_vals), "Whether the captured header sums up; not where it was made by reassembly")

void header_tree_register(int proto)
{
    static hf_register_info fields[] = {
        HEADER_FIELDS(outer, "Outer"),
        HEADER_FIELDS(inner, "Inner"),
        {&hf_ecn_arrived,
         {"Outer ECN of all fragments", "ipip.outer.ecn.reassembled", FT_STRING, BASE_NONE, NULL, 0,
          "What RFC 3168 section 5.3 makes of the fragments' fields", HFILL}},
    };
    static int *subtrees[] = {&ett_outer, &ett_inner};

    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}

static proto_item *generated(proto_item *item)
{
    proto_item_set_generated(item);
    return item;
}

static unsigned checksum_status(const struct ipip_layer *layer, struct tvb_pos at)
{
    const uint8_t *octets = tvb_pos_peek(at, layer->ip.header_bytes);

    if (octets == NULL || layer->ip.header_bytes < IPIP_IPV4_HEADER_MIN)
        return PROTO_CHECKSUM_E_UNVERIFIED;
    return ipip_ipv4_checksum_ok(octets, layer->ip.header_bytes) ? PROTO_CHECKSUM_E_GOOD : PROTO_CHECKSUM_E_BAD;
}

/* Where a field is; nothing where there is nothing to point at. */
struct place {
    int start, bytes;
};

/* In an IPv6 header (RFC 8200 section 3); other fields have no place of their own. */
static struct ipip_octets octets_of_ipv6(enum ipip_field field)
{
    switch (field) {
    case IPIP_FIELD_VERSION:
        return (struct ipip_octets){0, 1};
    case IPIP_FIELD_TCLASS:
        return (struct ipip_octets){0, 2};
    case IPIP_FIELD_TOTAL_LENGTH:
        return (struct ipip_octets){4, 2};
    case IPIP_FIELD_PROTOCOL:
        return (struct ipip_octets){6, 1};
    case IPIP_FIELD_TTL:
        return (struct ipip_octets){7, 1};
    case IPIP_FIELD_SRC:
        return (struct ipip_octets){8, 16};
    case IPIP_FIELD_DST:
        return (struct ipip_octets){24, 16};
    default:
        return (struct ipip_octets){0, 0};
    }
}

/* A header, and where it is. */
struct header {
    proto_tree *tree;
    const struct ipip_ip *ip;
    struct tvb_pos at;
};

static struct place place_of(const struct header *header, enum ipip_field field)
{
    struct ipip_octets octets = header->ip->version == 6 ? octets_of_ipv6(field) : ipip_field_octets(field);

    return header->at.tvb != NULL ? (struct place){(int)header->at.offset + octets.offset, octets.count}
                                  : (struct place){(int)header->at.offset, 0};
}

static void add_address(const struct header *header, int hf, int hf6, enum ipip_field field, struct ipip_addr address)
{
    struct place place = place_of(header, field);
    struct ws_address ws;
    proto_item *item;

    ws_address_set(&ws, address);
    if (header->ip->version == 6)
        item = proto_tree_add_ipv6(header->tree, hf6, header->at.tvb, place.start, place.bytes,
                                   (const ws_in6_addr *)(const void *)ws.octets);
    else
        item =
            proto_tree_add_ipv4(header->tree, hf, header->at.tvb, place.start, place.bytes, ws_address_ipv4(address));
    generated(item);
}

static proto_item *add_number(const struct header *header, int hf, enum ipip_field field, unsigned value)
{
    struct place place = place_of(header, field);

    return generated(proto_tree_add_uint(header->tree, hf, header->at.tvb, place.start, place.bytes, value));
}

static void add_flag(const struct header *header, int hf, bool value)
{
    struct place place = place_of(header, IPIP_FIELD_FLAGS);

    generated(proto_tree_add_boolean(header->tree, hf, header->at.tvb, place.start, place.bytes, value));
}

static void add_flow_label(const struct header *header, int hf)
{
    const uint8_t *octets = tvb_pos_peek(header->at, 4);

    if (octets != NULL)
        generated(proto_tree_add_uint(header->tree, hf, header->at.tvb, (int)header->at.offset + 1, 3,
                                      ipip_ipv6_flow_label(octets)));
}

/* Those of IPv4 in its header, those of IPv6 only in a Fragment header. */
static void add_fragment(const struct header *header, const struct header_fields *hf)
{
    const struct ipip_ip *ip = header->ip;

    if (ip->version == 6 && !ipip_ip_is_fragment(ip))
        return;
    add_number(header, hf->id, IPIP_FIELD_ID, ip->id);
    add_number(header, hf->frag_offset, IPIP_FIELD_FRAGMENT, ip->fragment_offset / 8);
    if (ip->version != 6)
        add_flag(header, hf->df, ipip_ip_df(ip));
    add_flag(header, hf->mf, ipip_ip_mf(ip));
}

static void add_checksum(const struct header *header, const struct header_fields *hf, const struct ipip_layer *layer)
{
    if (layer->is_reassembled) {
        generated(proto_tree_add_string(header->tree, hf_ecn_arrived, header->at.tvb, (int)header->at.offset, 0,
                                        ipip_ecn_name(layer->ecn)));
        return;
    }
    if (layer->ip.version == 6)
        return;
    add_number(header, hf->checksum, IPIP_FIELD_CHECKSUM, layer->ip.checksum);
    generated(proto_tree_add_uint(header->tree, hf->checksum_status, header->at.tvb, (int)header->at.offset, 0,
                                  checksum_status(layer, header->at)));
}

static void add_header(proto_tree *tree, const struct header_fields *hf, const struct ipip_layer *layer,
                       struct tvb_pos at)
{
    const struct ipip_ip *ip = &layer->ip;
    const struct header header = {tree, ip, at};
    const char *dscp = ipip_dscp_name(ipip_ip_dscp(ip));
    const struct {
        int hf;
        enum ipip_field field;
        unsigned value;
    } numbers[] = {
        {hf->ttl, IPIP_FIELD_TTL, ip->ttl},
        {hf->tos, IPIP_FIELD_TCLASS, ip->tclass},
        {hf->dscp, IPIP_FIELD_TCLASS, ipip_ip_dscp(ip)},
        {hf->ecn, IPIP_FIELD_TCLASS, ipip_ip_ecn(ip)},
        {hf->len, IPIP_FIELD_TOTAL_LENGTH, ip->total_bytes},
        {hf->hdr_len, IPIP_FIELD_VERSION, ip->header_bytes},
        {hf->proto, IPIP_FIELD_PROTOCOL, ip->protocol},
    };

    add_address(&header, hf->src, hf->src6, IPIP_FIELD_SRC, ip->src);
    add_address(&header, hf->dst, hf->dst6, IPIP_FIELD_DST, ip->dst);
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        proto_item *item = add_number(&header, numbers[i].hf, numbers[i].field, numbers[i].value);

        if (numbers[i].hf == hf->dscp && dscp != NULL)
            proto_item_append_text(item, " (%s)", dscp);
    }
    if (ip->version == 6)
        add_flow_label(&header, hf->flow);
    add_fragment(&header, hf);
    add_checksum(&header, hf, layer);
}

static void add_side(proto_tree *tree, tvbuff_t *tvb, int subtree, const struct header_fields *hf,
                     const struct ipip_layer *layer, struct tvb_pos at)
{
    bool is_seen = tvb_pos_peek(at, layer->ip.header_bytes) != NULL;
    proto_item *item =
        generated(proto_tree_add_item(tree, hf->header, is_seen ? at.tvb : tvb, is_seen ? (int)at.offset : 0,
                                      is_seen ? layer->ip.header_bytes : 0, ENC_NA));

    add_header(proto_item_add_subtree(item, subtree), hf, layer, at);
}

void header_tree_add(proto_tree *tree, tvbuff_t *tvb, const struct header_pair *pair)
{
    if (tree == NULL)
        return;
    add_side(tree, tvb, ett_outer, &hf_outer, pair->outer, pair->outer_at);
    if (pair->inner != NULL)
        add_side(tree, tvb, ett_inner, &hf_inner, pair->inner, pair->inner_at);
}
