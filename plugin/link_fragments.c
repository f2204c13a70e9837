/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frames of the fragments of a tunnel packet. */
#define WS_BUILD_DLL
#include "link_sources.h"

#include "ipip/age.h"
#include "ipip/reassembly.h"

struct fragment_key {
    struct ipip_addr src;
    struct ipip_addr dst;
    uint64_t id; /* so wide that there are no octets between the members */
};

static wmem_map_t *waiting; /* of arrays of struct link_end, by struct fragment_key */

static guint key_hash(gconstpointer pointer)
{
    return wmem_strong_hash((const guint8 *)pointer, sizeof(struct fragment_key));
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct fragment_key)) == 0;
}

void link_fragments_register(void)
{
    waiting = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), key_hash, key_equal);
}

static wmem_array_t *frames_of(const struct fragment_key *key, int64_t time)
{
    wmem_array_t *frames = (wmem_array_t *)wmem_map_lookup(waiting, key);

    if (frames == NULL || !ipip_age_exceeds(time, ((const struct link_end *)wmem_array_index(frames, 0))->time,
                                            IPIP_REASSEMBLY_SECONDS * IPIP_AGE_SECOND))
        return frames;
    wmem_map_remove(waiting, key); /* given up by then: the Identification is another datagram's */
    return NULL;
}

static void hold(const struct fragment_key *key, const struct link_end *end)
{
    wmem_array_t *frames = frames_of(key, end->time);

    if (frames == NULL) {
        frames = wmem_array_sized_new(wmem_file_scope(), sizeof *end, 2);
        wmem_map_insert(waiting, wmem_memdup(wmem_file_scope(), key, sizeof *key), frames);
    }
    wmem_array_append(frames, end, 1);
}

static void complete(const struct fragment_key *key, const struct link_end *end)
{
    wmem_array_t *frames = frames_of(key, end->time);

    for (unsigned i = 0; frames != NULL && i < wmem_array_get_count(frames); i++)
        links_tie(LINK_FRAGMENT, end, (const struct link_end *)wmem_array_index(frames, i));
    wmem_map_remove(waiting, key);
}

static void learn(const struct ipip_layer *layer, unsigned k, const struct ipip_packet *packet)
{
    struct fragment_key key = {layer->ip.src, layer->ip.dst, layer->ip.id};
    struct link_end end = link_end_at(packet);

    end.layer = k;
    end.src = layer->ip.src;
    end.dst = layer->ip.dst;
    if (layer->is_reassembled)
        complete(&key, &end);
    else
        hold(&key, &end);
}

void link_fragments_learn(const struct ipip_stack *stack, const struct ipip_packet *packet)
{
    for (unsigned k = 0; k < stack->count && stack->layers[k].kind != IPIP_KIND_NONE; k++) {
        const struct ipip_layer *layer = &stack->layers[k];

        if (layer->is_reassembled || ipip_ip_is_fragment(&layer->ip))
            learn(layer, k, packet);
    }
}
