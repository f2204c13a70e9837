/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "link_tree.h"

#include "ipip/age.h"

static int hf_kinds[LINK_KINDS] = {-1, -1, -1, -1, -1, -1, -1, -1};
static int hf_apart = -1;

static int ett_link = -1;

#define LINK(kind, name, filter, type, blurb)                                          \
    {                                                                                  \
        &hf_kinds[kind],                                                               \
        {                                                                              \
            name, filter, FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(type), 0, blurb, HFILL \
        }                                                                              \
    }

void link_tree_register(int proto)
{
    static hf_register_info fields[] = {
        LINK(LINK_QUOTES, "About the tunnel packet in frame", "ipip.icmp.about", FT_FRAMENUM_REQUEST,
             "The tunnel packet that the ICMP error quotes"),
        LINK(LINK_REPORTED, "ICMP error about it in frame", "ipip.icmp.error_in", FT_FRAMENUM_RESPONSE, NULL),
        LINK(
            LINK_RELAYS, "Relays the ICMP error in frame", "ipip.icmp.relays", FT_FRAMENUM_REQUEST,
            "The error from inside the tunnel that is relayed to the sender: about the same inner packet, or, of the same "
            "type, about an earlier one of its flow"),
        LINK(LINK_RELAYED, "Relayed to the sender in frame", "ipip.icmp.relayed_in", FT_FRAMENUM_RESPONSE, NULL),
        LINK(LINK_FRAGMENT, "Another fragment in frame", "ipip.fragment", FT_FRAMENUM_NONE, NULL),
        LINK(LINK_REASSEMBLED_IN, "Reassembled in frame", "ipip.reassembled_in", FT_FRAMENUM_NONE, NULL),
        LINK(LINK_ENCAPSULATED_IN, "Encapsulated in frame", "ipip.encapsulated_in", FT_FRAMENUM_NONE,
             "The same packet with a tunnel header around it"),
        LINK(LINK_INNER_IN, "Inner packet in frame", "ipip.inner_in", FT_FRAMENUM_NONE,
             "The same packet without this tunnel header"),
        {&hf_apart,
         {"Time between", "ipip.apart", FT_RELATIVE_TIME, BASE_NONE, NULL, 0, "Between the two frames", HFILL}},
    };
    static int *subtrees[] = {&ett_link};

    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}

static nstime_t apart(const struct link *link)
{
    uint64_t time = ipip_age_distance(link->here.time, link->there.time);

    return (nstime_t){(time_t)(time / IPIP_AGE_SECOND), (int)(time % IPIP_AGE_SECOND)};
}

static const struct link *at(wmem_array_t *links, unsigned index)
{
    return (const struct link *)wmem_array_index(links, index);
}

void link_tree_add(proto_tree *tree, wmem_array_t *links, unsigned layer)
{
    for (unsigned i = 0; tree != NULL && links != NULL && i < wmem_array_get_count(links); i++) {
        const struct link *link = at(links, i);
        nstime_t time = apart(link);
        proto_item *item;

        if (link->here.layer != layer)
            continue;
        item = proto_tree_add_uint(tree, hf_kinds[link->kind], NULL, 0, 0, link->there.frame);
        proto_item_set_generated(item);
        item = proto_tree_add_time(proto_item_add_subtree(item, ett_link), hf_apart, NULL, 0, 0, &time);
        proto_item_set_generated(item);
    }
}

const struct link *link_tree_first(wmem_array_t *links, unsigned layer)
{
    for (unsigned i = 0; links != NULL && i < wmem_array_get_count(links); i++) {
        if (at(links, i)->here.layer == layer)
            return at(links, i);
    }
    return NULL;
}
