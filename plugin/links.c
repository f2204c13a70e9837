/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "links.h"

#include "link_sources.h"
#include "preferences.h"

enum {
    LINKS_MAX = 256, /* of a frame: an ICMP error that is passed on very often has too many to read */
};

static wmem_map_t *links_by_frame;
static bool has_copies;

void links_register(void)
{
    links_by_frame = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    link_fragments_register();
}

void links_open(uint64_t seed)
{
    has_copies = preferences_links_copies();
    link_errors_open(seed);
    link_copies_open(seed);
}

void links_close(void)
{
    link_errors_close();
    link_copies_close();
}

static bool is_icmp(const struct ipip_ip *ip)
{
    return ip->protocol == (ip->version == 6 ? IPIP_PROTOCOL_ICMPV6 : IPIP_PROTOCOL_ICMP);
}

void links_learn(const struct ipip_stack *stack, const struct ipip_packet *packet)
{
    if (stack->count == 0)
        return;
    if (stack->layers[0].kind != IPIP_KIND_NONE) {
        link_fragments_learn(stack, packet);
        link_errors_learn_packet(stack, packet);
    }
    if (is_icmp(&stack->layers[stack->count - 1].ip))
        link_errors_learn_message(&stack->layers[stack->count - 1], packet);
    if (has_copies)
        link_copies_learn(stack, packet);
}

wmem_array_t *links_of(uint32_t frame)
{
    return (wmem_array_t *)wmem_map_lookup(links_by_frame, GUINT_TO_POINTER(frame));
}

static void add(enum link_kind kind, const struct link_end *here, const struct link_end *there)
{
    struct link link = {kind, *here, *there};
    wmem_array_t *links = links_of(here->frame);

    if (links == NULL) {
        links = wmem_array_sized_new(wmem_file_scope(), sizeof link, 1);
        wmem_map_insert(links_by_frame, GUINT_TO_POINTER(here->frame), links);
    }
    if (wmem_array_get_count(links) < LINKS_MAX)
        wmem_array_append_one(links, link);
}

void links_tie(enum link_kind kind, const struct link_end *a, const struct link_end *b)
{
    add(kind, a, b);
    add((enum link_kind)(kind ^ 1), b, a);
}
