/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "kind_tree.h"

#include "ipip/gre.h"
#include "ipip/ipv6.h"
#include "ipip/sub_kind.h"
#include "session.h"
#include "ws_address.h"

enum { CHAIN_TEXT = 128, GRE_BASE = 4, ESP_HEADER = 8, IPV6_NEXT_HEADER = 6 };

static int hf_kind = -1;
static int hf_chain = -1;
static int hf_key = -1;
static int hf_sequence = -1;
static int hf_gap = -1;
static int hf_limit = -1;
static int hf_embedded = -1;
static int hf_embedded_src = -1;
static int hf_embedded_dst = -1;
static int hf_spi = -1;
static int hf_esp_gap = -1;

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
        {&hf_gap,
         {"GRE sequence gap", "ipip.gre.gap", FT_INT32, BASE_DEC, NULL, 0,
          "Numbers that are missing before this one in its tunnel direction; less than 0: it comes late, or again",
          HFILL}},
        {&hf_limit,
         {"Encapsulation limit", "ipip.limit", FT_UINT8, BASE_DEC, NULL, 0,
          "How many more headers may go around this packet (RFC 2473 section 4.1.1)", HFILL}},
        {&hf_embedded,
         {"Embedded addresses", "ipip.embedded", FT_STRING, BASE_NONE, NULL, 0,
          "Of 6to4 and ISATAP. same: those that there are, are the outer addresses; other: one is not; none: there are none",
          HFILL}},
        {&hf_embedded_src,
         {"Embedded in the inner source", "ipip.embedded.src", FT_IPv4, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_embedded_dst,
         {"Embedded in the inner destination", "ipip.embedded.dst", FT_IPv4, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_spi, {"ESP SPI", "ipip.spi", FT_UINT32, BASE_HEX, NULL, 0, NULL, HFILL}},
        {&hf_esp_gap,
         {"ESP sequence gap", "ipip.esp.gap", FT_INT32, BASE_DEC, NULL, 0,
          "Numbers that are missing before this one in its tunnel direction and SPI; less than 0: it comes late, or again",
          HFILL}},
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
    [IPIP_SHIM_AH] = "ah",        [IPIP_SHIM_EXTENSIONS] = "ext", [IPIP_SHIM_UDP] = "udp",
    [IPIP_SHIM_GUE] = "gue",      [IPIP_SHIM_GRE] = "gre",        [IPIP_SHIM_ERSPAN] = "erspan",
    [IPIP_SHIM_ETHERNET] = "eth", [IPIP_SHIM_MPLS] = "mpls",      [IPIP_SHIM_MINIMAL] = "minimal",
    [IPIP_SHIM_ESP] = "esp",
};

static proto_item *generated(proto_item *item)
{
    proto_item_set_generated(item);
    return item;
}

/* As Wireshark names them. */
static const char *extension_name(uint8_t type)
{
    switch (type) {
    case IPIP_PROTOCOL_HOP_BY_HOP:
        return "hopopts";
    case IPIP_PROTOCOL_ROUTING:
        return "routing";
    case IPIP_PROTOCOL_FRAGMENT:
        return "fraghdr";
    case IPIP_PROTOCOL_DESTINATION_OPTIONS:
        return "dstopts";
    case IPIP_PROTOCOL_MOBILITY:
        return "mipv6";
    case IPIP_PROTOCOL_HIP:
        return "hip";
    default:
        return "shim6";
    }
}

static void add_name(char text[static CHAIN_TEXT], const char *name)
{
    g_strlcat(text, *text != '\0' ? ":" : "", CHAIN_TEXT);
    g_strlcat(text, name, CHAIN_TEXT);
}

static void add_chain(proto_tree *tree, const struct ipip_layer *seen, const struct ipip_chain *chain)
{
    char text[CHAIN_TEXT] = "";

    if (seen->ip.version == 6) {
        struct ipip_bytes header = ipip_bytes_first(seen->bytes, seen->ip.header_bytes);
        struct ipip_extension_walk walk =
            ipip_extensions(seen->bytes.data[IPV6_NEXT_HEADER], ipip_bytes_after(header, IPIP_IPV6_HEADER));
        struct ipip_extension extension;

        while (ipip_extension_next(&walk, &extension))
            add_name(text, extension_name(extension.type));
    }
    for (unsigned i = 0; i < chain->count; i++)
        add_name(text, shim_names[chain->links[i].shim]);
    if (*text != '\0')
        generated(proto_tree_add_string(tree, hf_chain, NULL, 0, 0, text));
}

/* The octets of an optional field follow those of the ones before it (RFC 2890 section 2). */
static void add_gre(proto_tree *tree, proto_item *item, const struct ipip_gre *gre, struct tvb_pos at,
                    const int32_t *gap)
{
    int key_at = (int)at.offset + GRE_BASE + ((gre->flags & (IPIP_GRE_CHECKSUM | IPIP_GRE_ROUTING)) != 0 ? 4 : 0);
    bool has_key = (gre->flags & IPIP_GRE_KEY) != 0;

    if (has_key) {
        generated(proto_tree_add_uint(tree, hf_key, at.tvb, key_at, 4, gre->key));
        proto_item_append_text(item, ", key %u", gre->key);
    }
    if ((gre->flags & IPIP_GRE_SEQUENCE) == 0)
        return;
    generated(proto_tree_add_uint(tree, hf_sequence, at.tvb, key_at + (has_key ? 4 : 0), 4, gre->sequence));
    proto_item_append_text(item, ", seq %u", gre->sequence);
    if (gap != NULL)
        generated(proto_tree_add_int(tree, hf_gap, at.tvb, key_at + (has_key ? 4 : 0), 4, *gap));
}

static void add_esp(proto_tree *tree, struct tvb_pos at, const int32_t *gap)
{
    struct ipip_bytes octets = tvb_pos_octets(at);

    if (octets.captured < ESP_HEADER)
        return;
    generated(proto_tree_add_uint(tree, hf_spi, at.tvb, (int)at.offset, 4, tvb_get_ntohl(at.tvb, (int)at.offset)));
    if (gap != NULL)
        generated(proto_tree_add_int(tree, hf_esp_gap, at.tvb, (int)at.offset + 4, 4, *gap));
}

static void add_limit(proto_tree *tree, proto_item *item, struct tvb_pos at)
{
    struct ipip_bytes octets = tvb_pos_octets(at);
    uint32_t offset = ipip_ipv6_limit_offset(octets);

    if (offset == 0)
        return;
    generated(proto_tree_add_uint(tree, hf_limit, at.tvb, (int)(at.offset + offset), 1, octets.data[offset]));
    proto_item_append_text(item, ", limit %u", octets.data[offset]);
}

/* The first mechanism whose own the address is. */
static bool find_embedded(struct ipip_addr inside, struct ipip_addr *ipv4)
{
    return ipip_sub_kind_embedded(IPIP_SUB_KIND_6TO4, inside, ipv4) ||
           ipip_sub_kind_embedded(IPIP_SUB_KIND_ISATAP, inside, ipv4);
}

static bool add_embedded_address(proto_tree *tree, int hf, struct ipip_addr inside, struct ipip_addr outside,
                                 bool *is_other)
{
    struct ipip_addr ipv4;

    if (!find_embedded(inside, &ipv4))
        return false;
    generated(proto_tree_add_ipv4(tree, hf, NULL, 0, 0, ws_address_ipv4(ipv4)));
    *is_other |= !ipip_address_equal(ipv4, outside);
    return true;
}

static void add_embedded(proto_tree *tree, const struct ipip_ip *outer, const struct ipip_ip *inner)
{
    bool is_other = false;
    bool has_src = add_embedded_address(tree, hf_embedded_src, inner->src, outer->src, &is_other);
    bool has_dst = add_embedded_address(tree, hf_embedded_dst, inner->dst, outer->dst, &is_other);

    generated(proto_tree_add_string(tree, hf_embedded, NULL, 0, 0,
                                    is_other             ? "other"
                                    : has_src || has_dst ? "same"
                                                         : "none"));
}

/* Of a header whose octets are at `at`. */
static void add_between(proto_tree *tree, proto_item *item, const struct ipip_layer *outer, struct tvb_pos at,
                        const int32_t *gap)
{
    const struct ipip_chain_link *link;
    struct ipip_layer seen = *outer;
    struct ipip_chain chain;
    struct ipip_gre gre;

    seen.bytes = tvb_pos_octets(at);
    ipip_layer_chain(&chain, session_kinds(), &seen);
    add_chain(tree, &seen, &chain);
    if (outer->ip.version == 6)
        add_limit(tree, item, at);
    at.offset += outer->ip.header_bytes;
    if (outer->kind == IPIP_KIND_ESP) {
        link = ipip_chain_find(&chain, IPIP_SHIM_ESP);
        at.offset += link != NULL ? link->offset : chain.bytes;
        add_esp(tree, at, gap);
    }
    link = ipip_chain_find(&chain, IPIP_SHIM_GRE);
    if (link == NULL)
        return;
    at.offset += link->offset;
    if (ipip_gre_read(&gre, tvb_pos_octets(at)) == IPIP_OK)
        add_gre(tree, item, &gre, at, gap);
}

void kind_tree_add(proto_tree *tree, proto_item *item, const struct header_pair *pair, const int32_t *gap)
{
    const struct ipip_layer *outer = pair->outer;
    const struct ipip_kind_about *row = ipip_kind_about((enum ipip_kind)outer->kind);

    if (row != NULL)
        generated(proto_tree_add_string(tree, hf_kind, NULL, 0, 0, row->name));
    if (outer->kind == IPIP_KIND_6IN4 && pair->inner != NULL && pair->inner->ip.version == 6)
        add_embedded(tree, &outer->ip, &pair->inner->ip);
    if (!outer->is_reassembled && !ipip_ip_is_fragment(&outer->ip) &&
        tvb_pos_peek(pair->outer_at, outer->ip.header_bytes) != NULL)
        add_between(tree, item, outer, pair->outer_at, gap);
}
