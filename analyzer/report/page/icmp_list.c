/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "icmp_list.h"

#include "ipip/ip.h"

enum {
    HEADER = 8, /* octets before the quote (RFC 792, RFC 4443) */
    ANY_CODE = 255,
    UNREACHABLE = 3,
    NEEDS_FRAGMENTATION = 4,
    TOO_BIG = 2, /* of ICMPv6 */
};

/* Errors, with the more particular name first. */
static const struct {
    gboolean is_ipv6;
    uint8_t type;
    uint8_t code;
    const char *name;
} errors[] = {
    {FALSE, UNREACHABLE, 0, "network unreachable"},
    {FALSE, UNREACHABLE, 1, "host unreachable"},
    {FALSE, UNREACHABLE, 2, "protocol unreachable"},
    {FALSE, UNREACHABLE, 3, "port unreachable"},
    {FALSE, UNREACHABLE, NEEDS_FRAGMENTATION, "fragmentation needed"},
    {FALSE, UNREACHABLE, 5, "source route failed"},
    {FALSE, UNREACHABLE, 13, "administratively prohibited"},
    {FALSE, UNREACHABLE, ANY_CODE, "destination unreachable"},
    {FALSE, 4, ANY_CODE, "source quench"},
    {FALSE, 11, 0, "TTL exceeded"},
    {FALSE, 11, ANY_CODE, "reassembly time exceeded"},
    {FALSE, 12, ANY_CODE, "parameter problem"},
    {TRUE, 1, 0, "no route"},
    {TRUE, 1, 1, "administratively prohibited"},
    {TRUE, 1, 3, "address unreachable"},
    {TRUE, 1, 4, "port unreachable"},
    {TRUE, 1, ANY_CODE, "destination unreachable"},
    {TRUE, TOO_BIG, ANY_CODE, "packet too big"},
    {TRUE, 3, 0, "Hop Limit exceeded"},
    {TRUE, 3, ANY_CODE, "reassembly time exceeded"},
    {TRUE, 4, ANY_CODE, "parameter problem"},
};

static const char *name_of(gboolean is_ipv6, uint8_t type, uint8_t code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (errors[i].is_ipv6 == is_ipv6 && errors[i].type == type &&
            (errors[i].code == code || errors[i].code == ANY_CODE))
            return errors[i].name;
    }
    return NULL;
}

static uint32_t mtu_of(const struct icmp_sight *sight, const uint8_t *message)
{
    uint32_t low = (uint32_t)message[6] << 8 | message[7];

    if (!sight->is_ipv6)
        return sight->type == UNREACHABLE && sight->code == NEEDS_FRAGMENTATION ? low : 0;
    return sight->type == TOO_BIG ? (uint32_t)message[4] << 24 | (uint32_t)message[5] << 16 | low : 0;
}

gboolean icmp_sight_read(struct icmp_sight *sight, const struct ipip_kinds *kinds, const struct ipip_stack *stack)
{
    const struct ipip_layer *layer = &stack->layers[0];
    struct ipip_bytes message;

    if (stack->count != 1 || layer->kind != IPIP_KIND_NONE || layer->ip.fragment_offset != 0 ||
        layer->ip.protocol != (layer->ip.version == 6 ? IPIP_PROTOCOL_ICMPV6 : IPIP_PROTOCOL_ICMP))
        return FALSE;
    message = ipip_layer_payload(layer);
    if (message.captured < HEADER)
        return FALSE;
    sight->is_ipv6 = layer->ip.version == 6;
    sight->type = message.data[0];
    sight->code = message.data[1];
    sight->mtu = mtu_of(sight, message.data);
    sight->from = layer->ip.src;
    sight->to = layer->ip.dst;
    return name_of(sight->is_ipv6, sight->type, sight->code) != NULL &&
           ipip_stack_read(&sight->quote, kinds, ipip_bytes_after(message, HEADER)) == IPIP_OK;
}

char *icmp_words(gboolean is_ipv6, uint8_t type, uint8_t code)
{
    const char *name = name_of(is_ipv6, type, code);

    return g_strdup_printf("%s (ICMP%s %u/%u)", name != NULL ? name : "error", is_ipv6 ? "v6" : "", type, code);
}

static gboolean is_alike(const struct icmp_row *row, const struct icmp_sight *sight, gboolean is_relayed)
{
    return row->is_relayed == is_relayed && row->is_ipv6 == sight->is_ipv6 && row->type == sight->type &&
           row->code == sight->code && row->mtu == sight->mtu && ipip_address_equal(row->from, sight->from) &&
           ipip_address_equal(row->to, sight->to);
}

void icmp_list_add(struct icmp_list *list, const struct icmp_sight *sight, gboolean is_relayed, const char *file,
                   uint64_t frame, int64_t time)
{
    struct icmp_row *row = list->rows;

    while (row < list->rows + list->count && !is_alike(row, sight, is_relayed))
        row++;
    if (row == list->rows + ICMP_ROWS_MAX) {
        list->others++;
        return;
    }
    if (row == list->rows + list->count) {
        *row = (struct icmp_row){.is_relayed = is_relayed,
                                 .is_ipv6 = sight->is_ipv6,
                                 .type = sight->type,
                                 .code = sight->code,
                                 .mtu = sight->mtu,
                                 .from = sight->from,
                                 .to = sight->to,
                                 .file = file,
                                 .frame = frame,
                                 .first = time};
        list->count++;
    }
    row->count++;
    row->last = time;
}
