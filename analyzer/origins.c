/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "origins.h"

#include <pthread.h>
#include <string.h>

#include "seed.h"

enum {
    FRAME_BITS = 40,
    CARRIED_MAX = 1 << 16, /* origins with carriers: 12 MiB */
};

struct origins {
    pthread_mutex_t lock; /* of all of it */
    GPtrArray *all;
    GHashTable *carried; /* those with carriers: itself to its place in `all` */
    unsigned left;       /* that may still be added for their carriers */
    uint64_t tunnel_packets[IPIP_CARRIER_KINDS];
};

/* With a seed: a capture may have any carriers. */
static guint hash_of(gconstpointer key)
{
    const struct ipip_carriers *carriers = &((const struct origin *)key)->carriers;
    guint sum = (guint)((const struct origin *)key)->file;

    for (unsigned i = 0; i < carriers->count; i++) {
        const struct ipip_carrier *carrier = &carriers->all[i];

        sum = (sum ^ hash_addresses(carrier->src, carrier->dst) ^ carrier->id) * 668265263U;
        sum ^= sum >> 15;
    }
    return sum;
}

static gboolean is_same(gconstpointer a, gconstpointer b)
{
    const struct origin *left = a, *right = b;

    return left->file == right->file && ipip_carriers_equal(&left->carriers, &right->carriers);
}

struct origins *origins_new(void)
{
    struct origins *origins = g_new0(struct origins, 1);

    pthread_mutex_init(&origins->lock, NULL);
    origins->all = g_ptr_array_new_with_free_func(g_free);
    origins->carried = g_hash_table_new(hash_of, is_same);
    origins->left = CARRIED_MAX;
    return origins;
}

void origins_free(struct origins *origins)
{
    g_hash_table_destroy(origins->carried);
    g_ptr_array_unref(origins->all);
    pthread_mutex_destroy(&origins->lock);
    g_free(origins);
}

/* Adds a copy; its place. */
static guint add(struct origins *origins, const struct origin *origin)
{
    g_ptr_array_add(origins->all, g_memdup2(origin, sizeof *origin));
    return origins->all->len - 1;
}

uint64_t origins_open_file(struct origins *origins, int file)
{
    uint64_t base;

    pthread_mutex_lock(&origins->lock);
    base = (uint64_t)add(origins, &(struct origin){.file = file}) << FRAME_BITS;
    pthread_mutex_unlock(&origins->lock);
    return base;
}

/* FALSE where they are new, and may be added. `of_file` is the place of the one without carriers. */
static gboolean is_known(struct origins *origins, const struct origin *origin, guint of_file, guint *place)
{
    gpointer known;

    *place = of_file;
    if (!g_hash_table_lookup_extended(origins->carried, origin, NULL, &known))
        return origins->left == 0;
    *place = GPOINTER_TO_UINT(known);
    return TRUE;
}

static guint place_of(struct origins *origins, const struct origin *origin, guint of_file, void (*wait)(void *context),
                      void *context)
{
    guint place;

    if (is_known(origins, origin, of_file, &place))
        return place;
    pthread_mutex_unlock(&origins->lock);
    wait(context);
    pthread_mutex_lock(&origins->lock);
    if (is_known(origins, origin, of_file, &place))
        return place;
    origins->left--;
    place = add(origins, origin);
    g_hash_table_insert(origins->carried, origins->all->pdata[place], GUINT_TO_POINTER(place));
    return place;
}

void origins_take_carrier(struct origins *origins, struct ipip_packet *packet, const struct ipip_carriers *carriers,
                          bool is_tunnel, void (*wait)(void *context), void *context)
{
    struct origin origin = {.carriers.count = carriers->count};
    guint of_file = (guint)(packet->frame >> FRAME_BITS);

    memcpy(origin.carriers.all, carriers->all, carriers->count * sizeof carriers->all[0]);
    pthread_mutex_lock(&origins->lock);
    origin.file = ((const struct origin *)origins->all->pdata[of_file])->file;
    packet->frame = origins_frame(packet->frame) | (uint64_t)place_of(origins, &origin, of_file, wait, context)
                                                       << FRAME_BITS;
    if (is_tunnel && !packet->is_context)
        origins->tunnel_packets[carriers->all[carriers->count - 1].kind]++;
    pthread_mutex_unlock(&origins->lock);
}

const struct origin *origins_of(struct origins *origins, uint64_t number)
{
    const struct origin *origin;

    pthread_mutex_lock(&origins->lock);
    origin = origins->all->pdata[number >> FRAME_BITS];
    pthread_mutex_unlock(&origins->lock);
    return origin;
}

uint64_t origins_frame(uint64_t number)
{
    return number & ((UINT64_C(1) << FRAME_BITS) - 1);
}

const uint64_t *origins_tunnel_packets(const struct origins *origins)
{
    return origins->tunnel_packets;
}
