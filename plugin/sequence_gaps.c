/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "sequence_gaps.h"

#include "ipip/gre.h"
#include "ipip/tunnel_direction.h"
#include "session.h"

enum {
    SLOT_BITS = 12,
    WORDS = 6,
    BEHIND_MAX = 1000,  /* a number so far behind is no late one: the sender began anew */
    NO_GAP = INT32_MIN, /* there is none before */
    LAYER_BITS = 5,
};

/* A direction, or one SPI of it. Of two with one slot the later one stays. */
struct furthest {
    uint64_t words[WORDS];
    uint32_t number;
    bool is_used;
};

static struct furthest furthest[1 << SLOT_BITS];
static uint64_t seed;
static wmem_map_t *gaps; /* by frame and layer; of those that are not 0 */

void sequence_gaps_register(void)
{
    gaps = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}

void sequence_gaps_open(uint64_t new_seed)
{
    seed = new_seed | 1;
    memset(furthest, 0, sizeof furthest);
}

static const void *key_of(uint32_t frame, unsigned layer)
{
    return GSIZE_TO_POINTER((gsize)frame << LAYER_BITS | layer);
}

/* Where it was never met, `is_used` is false. */
static struct furthest *slot_of(const uint64_t words[static WORDS])
{
    uint64_t sum = seed;
    struct furthest *slot;

    for (unsigned i = 0; i < WORDS; i++) {
        sum = (sum ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    slot = &furthest[sum >> (64 - SLOT_BITS)];
    if (!slot->is_used || memcmp(slot->words, words, sizeof slot->words) != 0) {
        *slot = (struct furthest){.is_used = false};
        memcpy(slot->words, words, sizeof slot->words);
    }
    return slot;
}

static int32_t take(struct furthest *slot, uint32_t number)
{
    int32_t gap = (int32_t)(number - slot->number - 1);

    if (!slot->is_used || gap < -BEHIND_MAX)
        gap = NO_GAP;
    if (gap >= 0 || gap == NO_GAP)
        slot->number = number;
    slot->is_used = true;
    return gap;
}

static uint32_t word(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
}

/* The number of a tunnel header, and the SPI where it has one. */
static bool read_number(const struct ipip_layer *layer, uint32_t *number, uint32_t *spi)
{
    const struct ipip_chain_link *link;
    struct ipip_chain chain;
    struct ipip_gre gre;

    if (!layer->is_reassembled && ipip_ip_is_fragment(&layer->ip))
        return false;
    ipip_layer_chain(&chain, session_kinds(), layer);
    if (layer->kind == IPIP_KIND_ESP) {
        struct ipip_bytes esp = chain.inside;

        link = ipip_chain_find(&chain, IPIP_SHIM_ESP);
        if (link != NULL)
            esp = ipip_bytes_after(ipip_layer_payload(layer), link->offset);
        if (esp.captured < 8)
            return false;
        *spi = word(esp.data);
        *number = word(esp.data + 4);
        return true;
    }
    link = ipip_chain_find(&chain, IPIP_SHIM_GRE);
    if (link == NULL || ipip_gre_read(&gre, ipip_bytes_after(ipip_layer_payload(layer), link->offset)) != IPIP_OK ||
        (gre.flags & IPIP_GRE_SEQUENCE) == 0)
        return false;
    *number = gre.sequence;
    return true;
}

static bool has_numbers(enum ipip_kind kind)
{
    return ((IPIP_KINDS_WITH_GRE | IPIP_KINDS_OVER_UDP | IPIP_KIND_BIT(IPIP_KIND_ESP)) & IPIP_KIND_BIT(kind)) != 0;
}

void sequence_gaps_learn(const struct ipip_stack *stack, uint32_t copied, uint32_t frame)
{
    for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
        const struct ipip_layer *layer = &stack->layers[k];
        enum ipip_kind kind = (enum ipip_kind)layer->kind;
        uint32_t number, spi = 0;
        int32_t gap = NO_GAP;

        if (!has_numbers(kind) || !read_number(layer, &number, &spi))
            continue;
        if ((copied >> k & 1) == 0) {
            struct ipip_tunnel_direction direction = ipip_tunnel_direction_of(session_kinds(), layer);
            const uint64_t words[WORDS] = {layer->ip.src.high, layer->ip.src.low,          layer->ip.dst.high,
                                           layer->ip.dst.low,  (uint64_t)kind << 32 | spi, direction.discriminator};

            gap = take(slot_of(words), number);
        }
        if (gap != 0)
            wmem_map_insert(gaps, key_of(frame, k), GINT_TO_POINTER(gap));
    }
}

bool sequence_gap_of(uint32_t frame, unsigned layer, int32_t *gap)
{
    *gap = GPOINTER_TO_INT(wmem_map_lookup(gaps, key_of(frame, layer)));
    return *gap != NO_GAP;
}
