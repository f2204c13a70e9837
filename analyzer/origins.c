/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "origins.h"

#include <string.h>

#include "seed.h"

enum {
    FRAME_BITS = 40,
    CARRIED_MAX = 1 << 16, /* origins with carriers: 12 MiB */
};

struct origins {
    GMutex lock; /* of `all` */
    GPtrArray *all;
    GHashTable *carried; /* those with carriers, of the file that is open: itself to its place in `all` */
    guint of_file;       /* the place of the one without */
    unsigned left;       /* that may still be added for their carriers */
    uint64_t tunnel_packets[IPIP_CARRIER_KINDS];
};

/* With a seed: a capture may have any carriers. */
static guint hash_of(gconstpointer key)
{
    const struct ipip_carriers *carriers = &((const struct origin *)key)->carriers;
    guint sum = 0;

    for (unsigned i = 0; i < carriers->count; i++) {
        const struct ipip_carrier *carrier = &carriers->all[i];

        sum = (sum ^ hash_tunnel(carrier->src, carrier->dst) ^ carrier->id) * 668265263U;
        sum ^= sum >> 15;
    }
    return sum;
}

static gboolean is_same(gconstpointer a, gconstpointer b)
{
    return ipip_carriers_equal(&((const struct origin *)a)->carriers, &((const struct origin *)b)->carriers);
}

struct origins *origins_new(void)
{
    struct origins *origins = g_new0(struct origins, 1);

    g_mutex_init(&origins->lock);
    origins->all = g_ptr_array_new_with_free_func(g_free);
    origins->carried = g_hash_table_new(hash_of, is_same);
    origins->left = CARRIED_MAX;
    return origins;
}

void origins_free(struct origins *origins)
{
    g_hash_table_destroy(origins->carried);
    g_ptr_array_unref(origins->all);
    g_mutex_clear(&origins->lock);
    g_free(origins);
}

/* Adds a copy; its place. */
static guint add(struct origins *origins, const struct origin *origin)
{
    guint place;

    g_mutex_lock(&origins->lock);
    place = origins->all->len;
    g_ptr_array_add(origins->all, g_memdup2(origin, sizeof *origin));
    g_mutex_unlock(&origins->lock);
    return place;
}

uint64_t origins_open_file(struct origins *origins, int file)
{
    g_hash_table_remove_all(origins->carried);
    origins->of_file = add(origins, &(struct origin){.file = file});
    return (uint64_t)origins->of_file << FRAME_BITS;
}

static guint place_of(struct origins *origins, const struct origin *origin)
{
    gpointer known;
    guint place;

    if (g_hash_table_lookup_extended(origins->carried, origin, NULL, &known))
        return GPOINTER_TO_UINT(known);
    if (origins->left == 0)
        return origins->of_file;
    origins->left--;
    place = add(origins, origin);
    g_hash_table_insert(origins->carried, origins->all->pdata[place], GUINT_TO_POINTER(place));
    return place;
}

void origins_take_carrier(void *context, struct ipip_packet *packet, const struct ipip_carriers *carriers,
                          bool is_tunnel)
{
    struct origins *origins = context;
    struct origin origin = {.file = origins_of(origins, packet->frame)->file, .carriers.count = carriers->count};

    memcpy(origin.carriers.all, carriers->all, carriers->count * sizeof carriers->all[0]);
    packet->frame = origins_frame(packet->frame) | (uint64_t)place_of(origins, &origin) << FRAME_BITS;
    if (is_tunnel && !packet->is_context)
        origins->tunnel_packets[carriers->all[carriers->count - 1].kind]++;
}

const struct origin *origins_of(struct origins *origins, uint64_t number)
{
    const struct origin *origin;

    g_mutex_lock(&origins->lock);
    origin = origins->all->pdata[number >> FRAME_BITS];
    g_mutex_unlock(&origins->lock);
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
