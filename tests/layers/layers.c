/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: the IPv4 layers of each frame of a capture, as the core reads them, to be compared with what tshark shows.
 *
 * One line a frame: its number, how many carriers over IPv4 it is in, why the walk ended, then for each layer "src dst ttl tos df id
 * length", tab separated.
 *
 * With --all, tunnels of all kinds: the number of carriers is that of all, a layer of IPv6 is "src dst hop-limit class payload-length", and
 * the GRE header behind a layer stands behind that: its flags, with key and sequence number where it has them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "capture/reader.h"
#include "ipip/address.h"
#include "ipip/carrier.h"
#include "ipip/gre.h"
#include "ipip/kind.h"
#include "ipip/link.h"
#include "ipip/stack.h"

static const char *const ends[IPIP_END_COUNT] = {
    [IPIP_END_PAYLOAD] = "the payload is not a tunnel",
    [IPIP_END_UNSUPPORTED] = "a tunnel of an unsupported kind",
    [IPIP_END_FRAGMENT] = "a fragment of a tunnel packet",
    [IPIP_END_CUT] = "cut off by the snapshot length",
    [IPIP_END_NO_ROOM] = "too short for the announced header",
    [IPIP_END_INNER_VERSION] = "the announced header has another version",
    [IPIP_END_BAD_HEADER] = "impossible header",
    [IPIP_END_NESTING_LIMIT] = "nesting limit reached",
    [IPIP_END_BAD_SHIM] = "impossible header between",
    [IPIP_END_OPAQUE] = "opaque",
    [IPIP_END_NOT_IP] = "a tunnel without an IP packet",
    [IPIP_END_FOLDED] = "minimal encapsulation",
};

static const struct ipip_kinds *kinds;

static void print_ipv6(const struct ipip_ip *ip)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    printf("\t%s %s %u 0x%02x %u", ipip_address_text(src, ip->src), ipip_address_text(dst, ip->dst), ip->ttl,
           ip->tclass, ip->total_bytes > 40 ? ip->total_bytes - 40 : 0);
}

static void print_gre(const struct ipip_layer *layer)
{
    struct ipip_chain chain;
    const struct ipip_chain_link *link;
    struct ipip_gre gre;

    ipip_layer_chain(&chain, kinds, layer);
    link = ipip_chain_find(&chain, IPIP_SHIM_GRE);
    if (link == NULL || ipip_gre_read(&gre, ipip_bytes_after(ipip_layer_payload(layer), link->offset)) != IPIP_OK)
        return;
    printf("\t0x%04x", gre.flags);
    if ((gre.flags & IPIP_GRE_KEY) != 0)
        printf(" 0x%08x", gre.key);
    if ((gre.flags & IPIP_GRE_SEQUENCE) != 0)
        printf(" %u", gre.sequence);
}

static void print_layer(const struct ipip_ip *ip)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    if (ip->version == 6) {
        print_ipv6(ip);
        return;
    }
    printf("\t%s %s %u 0x%02x %d 0x%04x %u", ipip_address_text(src, ip->src), ipip_address_text(dst, ip->dst), ip->ttl,
           ip->tclass, ipip_ip_df(ip), ip->id, ip->total_bytes);
}

static unsigned carriers_of(const struct ipip_stack *stack, struct ipip_bytes packet)
{
    struct ipip_carried carried;
    unsigned count = 0;

    if (stack->carrier_bytes == 0 || !ipip_carried_find(&carried, kinds, packet))
        return 0;
    for (unsigned i = 0; i < carried.carriers.count; i++)
        count += kinds == ipip_kinds_all() || ipip_address_is_ipv4(carried.carriers.all[i].src);
    return count;
}

static void print_frame(const struct capture_record *record)
{
    static const char *const links[] = {"ip", "other", "truncated link", "unsupported link"};
    struct ipip_link link;
    struct ipip_stack stack = {0};
    enum ipip_link_result found = ipip_link_find_ip(&link, record->link_type, record->bytes);
    enum ipip_status status = IPIP_OK;

    if (found != IPIP_LINK_IP) {
        printf("%" PRIu64 "\t0\t%s\n", record->frame, links[found]);
        return;
    }
    status = ipip_stack_read(&stack, kinds, link.ip);
    printf("%" PRIu64 "\t%u\t", record->frame, carriers_of(&stack, link.ip));
    switch (status) {
    case IPIP_OK:
        printf("%s", ends[stack.end]);
        break;
    case IPIP_TRUNCATED:
        printf("truncated");
        break;
    default:
        printf("not IPv4");
    }
    for (unsigned i = 0; i < stack.count; i++) {
        print_layer(&stack.layers[i].ip);
        if (kinds == ipip_kinds_all() && (!ipip_ip_is_fragment(&stack.layers[i].ip) || i + 1 < stack.count))
            print_gre(&stack.layers[i]);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    bool is_all = argc == 3 && strcmp(argv[1], "--all") == 0;
    GError *error = NULL;
    struct capture *capture = argc == 2 || is_all ? capture_open(argv[argc - 1], &error) : NULL;
    enum capture_item item;

    if (capture == NULL)
        return 3;
    kinds = is_all ? ipip_kinds_all() : ipip_kinds_ipip();
    while ((item = capture_next(capture, &error)) != CAPTURE_END && item != CAPTURE_BROKEN) {
        if (item == CAPTURE_PACKET)
            print_frame(&capture->record);
    }
    capture_close(capture);
    return item == CAPTURE_BROKEN ? 3 : 0;
}
