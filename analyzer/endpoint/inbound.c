/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the wire to the device. */
#include <sys/uio.h>
#include <unistd.h>

#include "faults.h"

enum { SOURCE = 12 };

static gboolean is_of_far_end(const struct endpoint *e, struct ipip_bytes packet)
{
    return packet.captured >= IPIP_IPV4_HEADER_MIN &&
           (e->admits_strangers || memcmp(packet.data + SOURCE, &e->remote.sin_addr, 4) == 0);
}

static void judge(struct endpoint *e, struct ipip_bytes packet)
{
    struct ipip_packet one = {.ip = packet,
                              .announced = IPIP_ANNOUNCED_IPV4,
                              .direction = IPIP_DIRECTION_RECEIVED,
                              .frame = ++e->frame,
                              .time = endpoint_now()};

    if (e->judge != NULL)
        ipip_judge_packets(e->judge, &one, 1);
}

static void deliver(struct endpoint *e, const uint8_t *head, const struct ipip_rewrite *inner)
{
    struct iovec pieces[] = {{(uint8_t *)head, inner->head_bytes}, {(uint8_t *)inner->rest.data, inner->rest.captured}};

    if (writev(e->tun, pieces, G_N_ELEMENTS(pieces)) >= 0)
        e->counts.received++;
    else
        e->counts.lost++;
}

/* The same in one piece, as the fault has it. */
static void deliver_broken(struct endpoint *e, const uint8_t *head, const struct ipip_rewrite *inner,
                           const struct ipip_stack *stack)
{
    uint8_t whole[ENDPOINT_PACKET_MAX];
    uint32_t bytes = inner->head_bytes + inner->rest.captured;

    memcpy(whole, head, inner->head_bytes);
    memcpy(whole + inner->head_bytes, inner->rest.data, inner->rest.captured);
    fault_after_decap(e, whole, (uint8_t)stack->layers[1].ecn, (uint8_t)stack->layers[0].ecn);
    deliver(e, whole, &(struct ipip_rewrite){0, {whole, bytes, bytes}});
}

void endpoint_receive(struct endpoint *e, struct ipip_bytes packet)
{
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct ipip_rewrite inner;
    enum ipip_payload type;
    enum ipip_ecn_decap mode = IPIP_ECN_DECAP_RFC6040;
    struct ipip_stack stack;
    enum ipip_status status;

    judge(e, packet);
    if (!is_of_far_end(e, packet)) {
        e->counts.strangers++;
        return;
    }
    ipip_stack_read(&stack, ipip_kinds_ipip(), packet);
    if (stack.count > 0) {
        enum ipip_drop_why why = ipip_drop_find(&stack, ipip_kinds_ipip(), 1, false).why;

        if (why != IPIP_DROP_NOTHING && !(why == IPIP_DROP_TTL && e->delivers_ttl_0)) {
            e->counts.dropped[why]++;
            return;
        }
    }
    if (stack.count > 1)
        mode = fault_ecn_mode(e, (uint8_t)stack.layers[1].ecn, (uint8_t)stack.layers[0].ecn);
    status = ipip_decap(&inner, &type, head, sizeof head, &stack, ipip_kinds_ipip(), 1, mode);
    if (status != IPIP_OK) {
        e->counts.not_received[status]++;
        return;
    }
    if (e->fault != NULL)
        deliver_broken(e, head, &inner, &stack);
    else
        deliver(e, head, &inner);
}
