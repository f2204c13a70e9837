/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/microflow.h"

#include <string.h>

#include "packet/facts.h"
#include "wire/checksum.h"
#include "wire/octets.h"

enum {
    PLAIN = 4 << 4 | IPIP_IPV4_HEADER_MIN / 4, /* version and IHL */
    FLAGS_BUT_DF = 0xbfff,
    TOTAL_MAX = 9216, /* no common link carries more in one frame */
};

/* The octets of the two headers that stay the same: not Total Length, Identification, checksum. */
static const uint8_t constant[MICROFLOW_OCTETS] = {
    255, 255, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, /* outer */
    255, 255, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, /* inner */
};

/* What varies is as it should be. */
static bool is_sound(struct ipip_bytes packet)
{
    const uint8_t *outer = packet.data;
    const uint8_t *inner = outer + IPIP_IPV4_HEADER_MIN;
    uint32_t total = wire_get16(outer + 2);

    /* Identification 0 may mean something. */
    return total >= MICROFLOW_OCTETS && total <= TOTAL_MAX && total <= packet.captured &&
           wire_get16(inner + 2) == total - IPIP_IPV4_HEADER_MIN && wire_get16(outer + 4) != 0 &&
           sum_fold(sum_of_20(outer)) == 0xffff && sum_fold(sum_of_20(inner)) == 0xffff;
}

/* What does not vary makes a microflow. */
static bool is_plain(const uint8_t *outer)
{
    const uint8_t *inner = outer + IPIP_IPV4_HEADER_MIN;

    return outer[0] == PLAIN && outer[9] == IPIP_PROTOCOL_IPIP && inner[0] == PLAIN &&
           ((wire_get16(outer + 6) | wire_get16(inner + 6)) & FLAGS_BUT_DF) == 0 && inner[9] != IPIP_PROTOCOL_IPIP &&
           inner[9] != IPIP_PROTOCOL_IPV6 && inner[9] != IPIP_PROTOCOL_AH;
}

struct microflow *microflow_of(struct microflows *microflows, struct ipip_bytes packet,
                               uint64_t words[static MICROFLOW_WORDS])
{
    uint64_t mix = 0;

    if (packet.captured < MICROFLOW_OCTETS || packet.data[9] != IPIP_PROTOCOL_IPIP || !is_sound(packet))
        return NULL;
    for (size_t i = 0; i < MICROFLOW_WORDS; i++) {
        words[i] = sum_load(packet.data + 8 * i) & sum_load(constant + 8 * i);
        mix = hash_rotate(mix, 29) ^ words[i];
    }
    return &microflows->all[mix * 0x9e3779b97f4a7c15 >> 53];
}

_Static_assert((sizeof(struct microflow) & (sizeof(struct microflow) - 1)) == 0, "cheaper to find");
_Static_assert(MICROFLOWS == 1 << (64 - 53), "microflow_of() makes 11 bits");

void microflow_apply(const struct microflow *microflow, struct parsed_packet *parsed)
{
    struct ipip_bytes packet = parsed->packet.ip;
    struct ipip_stack *stack = &parsed->stack;
    struct ipip_layer *outer = &stack->layers[0];
    struct ipip_layer *inner = &stack->layers[1];
    uint16_t total = wire_get16(packet.data + 2);

    stack->count = 2;
    stack->end = microflow->end;
    stack->next = microflow->next;
    stack->carrier_bytes = 0;
    *outer = microflow->layers[0];
    *inner = microflow->layers[1];
    outer->bytes = packet;
    outer->ip.total_bytes = total;
    outer->ip.id = wire_get16(packet.data + 4);
    outer->ip.checksum = wire_get16(packet.data + 10);
    total = (uint16_t)(total - IPIP_IPV4_HEADER_MIN);
    inner->bytes = (struct ipip_bytes){packet.data + IPIP_IPV4_HEADER_MIN, total, total};
    inner->ip.total_bytes = total;
    inner->ip.id = wire_get16(inner->bytes.data + 4);
    inner->ip.checksum = wire_get16(inner->bytes.data + 10);
    for (int k = 0; k < 2; k++) {
        parsed->of[k].facts = microflow->facts[k];
        parsed->of[k].addresses = microflow->addresses[k];
    }
}

void microflow_learn(struct microflow *microflow, const struct parsed_packet *parsed,
                     const uint64_t words[static MICROFLOW_WORDS])
{
    if (!is_plain(parsed->packet.ip.data))
        return;
    *microflow = (struct microflow){
        .end = parsed->stack.end,
        .next = parsed->stack.next,
        .is_known = true,
        .layers = {parsed->stack.layers[0], parsed->stack.layers[1]},
        .facts = {parsed->of[0].facts, parsed->of[1].facts},
        .addresses = {parsed->of[0].addresses, parsed->of[1].addresses},
    };
    memcpy(microflow->words, words, sizeof microflow->words);
}
