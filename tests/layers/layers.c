/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: the IPv4 layers of each frame of a capture, as the core reads them, to be compared with what tshark shows.
 *
 * One line a frame: its number, how many carriers over IPv4 it is in, why the walk ended, then for each layer "src dst ttl tos df id
 * length", tab separated.
 */
#include <inttypes.h>
#include <stdio.h>

#include "capture/reader.h"
#include "ipip/address.h"
#include "ipip/carrier.h"
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
};

static void print_layer(const struct ipip_ip *ip)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    printf("\t%s %s %u 0x%02x %d 0x%04x %u", ipip_address_text(src, ip->src), ipip_address_text(dst, ip->dst), ip->ttl,
           ip->tclass, ipip_ip_df(ip), ip->id, ip->total_bytes);
}

static unsigned carriers_over_ipv4(const struct ipip_stack *stack, struct ipip_bytes packet)
{
    struct ipip_carried carried;
    unsigned count = 0;

    if (stack->carrier_bytes == 0 || !ipip_carried_find(&carried, packet))
        return 0;
    for (unsigned i = 0; i < carried.carriers.count; i++)
        count += ipip_address_is_ipv4(carried.carriers.all[i].src);
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
    status = ipip_stack_read(&stack, ipip_kinds_judged(), link.ip);
    printf("%" PRIu64 "\t%u\t", record->frame, carriers_over_ipv4(&stack, link.ip));
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
    for (unsigned i = 0; i < stack.count; i++)
        print_layer(&stack.layers[i].ip);
    putchar('\n');
}

int main(int argc, char **argv)
{
    GError *error = NULL;
    struct capture *capture = argc == 2 ? capture_open(argv[1], &error) : NULL;
    enum capture_item item;

    if (capture == NULL)
        return 3;
    while ((item = capture_next(capture, &error)) != CAPTURE_END && item != CAPTURE_BROKEN) {
        if (item == CAPTURE_PACKET)
            print_frame(&capture->record);
    }
    capture_close(capture);
    return item == CAPTURE_BROKEN ? 3 : 0;
}
