/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "learnt_kinds.h"

#include "ipip/gre.h"
#include "ipip/tunnel_stats.h"
#include "seed.h"

enum {
    DIRECTIONS_MAX = 1 << 17, /* 80 MiB */
    CANDIDATES = 4,
    TTL_WITHOUT_IP = 64, /* what a tunnel that inherits the TTL gives to packets that have none */
};

struct direction {
    struct ipip_addr src;
    struct ipip_addr dst;
    uint64_t discriminator;
    uint32_t kind;
    guint hash;
};

/* Values by how often they came; a new one takes the place and the count of the rarest. */
struct votes {
    uint32_t value[CANDIDATES];
    uint32_t count[CANDIDATES];
};

struct learnt {
    struct direction direction; /* the key, too */
    struct ipip_tunnel_stats stats;
    struct votes options;
    struct votes limits;
    struct votes indexes;
    uint32_t label;
    gboolean has_label;
    gboolean labels_vary;
    uint8_t dscp_without_ip;
    gboolean is_ready;
    struct reencap_tunnel tunnel;
};

struct learnt_kinds {
    GHashTable *seen;
    uint64_t seed;
};

static guint direction_hash(const void *direction)
{
    return ((const struct direction *)direction)->hash;
}

static gboolean direction_equal(const void *a, const void *b)
{
    const struct direction *one = a;
    const struct direction *other = b;

    return ipip_address_equal(one->src, other->src) && ipip_address_equal(one->dst, other->dst) &&
           one->discriminator == other->discriminator && one->kind == other->kind;
}

struct learnt_kinds *learnt_kinds_new(void)
{
    struct learnt_kinds *learnt = g_new(struct learnt_kinds, 1);

    learnt->seen = g_hash_table_new_full(direction_hash, direction_equal, g_free, NULL);
    learnt->seed = random_seed();
    return learnt;
}

void learnt_kinds_free(struct learnt_kinds *learnt)
{
    g_hash_table_unref(learnt->seen);
    g_free(learnt);
}

static guint hash_of(uint64_t seed, const struct direction *d)
{
    const uint64_t words[] = {d->src.high, d->src.low, d->dst.high, d->dst.low, d->discriminator, d->kind};
    uint64_t h = seed;

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        h = (h ^ words[i]) * UINT64_C(0xff51afd7ed558ccd) + seed;
        h ^= h >> 29;
    }
    return (guint)(h >> 32 ^ h);
}

static struct direction direction_of(const struct learnt_kinds *learnt, const struct tunnel_sight *sight,
                                     const struct ipip_ip *outer)
{
    struct direction d = {
        .src = outer->src,
        .dst = outer->dst,
        .discriminator = (uint64_t)sight->has_key << 63 | (uint64_t)sight->port << 32 | sight->key,
        .kind = sight->kind,
    };

    d.hash = hash_of(learnt->seed, &d);
    return d;
}

static void vote(struct votes *votes, uint32_t value)
{
    unsigned rarest = 0;

    for (unsigned i = 0; i < CANDIDATES; i++) {
        if (votes->count[i] > 0 && votes->value[i] == value) {
            votes->count[i]++;
            return;
        }
        if (votes->count[i] < votes->count[rarest])
            rarest = i;
    }
    votes->value[rarest] = value;
    votes->count[rarest]++;
}

/* The value of most; `other` where there was none. */
static uint32_t winner(const struct votes *votes, uint32_t other)
{
    unsigned best = 0;

    for (unsigned i = 1; i < CANDIDATES; i++) {
        if (votes->count[i] > votes->count[best])
            best = i;
    }
    return votes->count[best] > 0 ? votes->value[best] : other;
}

/* IPv6 has no DF. Of what is no IP packet there is nothing to inherit. */
static struct ipip_layer as_inherited(const struct ipip_layer *inner, const struct ipip_ip *outer)
{
    struct ipip_layer layer = {.ip = {.ttl = TTL_WITHOUT_IP, .tclass = outer->tclass & ~3}};

    if (inner != NULL) {
        layer.ip = inner->ip;
        if (inner->ip.version == 6)
            layer.ip.flags &= (uint8_t)~IPIP_IP_DF;
    }
    return layer;
}

void learnt_kinds_add(struct learnt_kinds *learnt, const struct tunnel_sight *sight, const struct ipip_layer *outer,
                      const struct ipip_layer *inner)
{
    struct direction direction = direction_of(learnt, sight, &outer->ip);
    struct learnt *l = g_hash_table_lookup(learnt->seen, &direction);
    struct ipip_layer inherited = as_inherited(inner, &outer->ip);

    if (l == NULL) {
        if (g_hash_table_size(learnt->seen) == DIRECTIONS_MAX)
            return;
        l = g_new0(struct learnt, 1);
        l->direction = direction;
        g_hash_table_add(learnt->seen, l);
    }
    ipip_tunnel_stats_add(&l->stats, outer, &inherited, false);
    vote(&l->options, sight->options);
    vote(&l->indexes, sight->index);
    if (sight->limit != SIGHT_LIMIT_OF_INSIDE)
        vote(&l->limits, sight->limit);
    l->labels_vary |= l->has_label && l->label != sight->values.label;
    l->label = sight->values.label;
    l->has_label = TRUE;
    if (inner == NULL)
        l->dscp_without_ip = outer->ip.tclass & ~3;
}

static void configure_gre(struct ipip_tunnel *tunnel, const struct direction *d, uint32_t options)
{
    tunnel->out = (struct ipip_gre_options){
        .has_key = d->discriminator >> 63 != 0,
        .has_checksum = (options & IPIP_GRE_CHECKSUM) != 0,
        .has_sequence = (options & IPIP_GRE_SEQUENCE) != 0,
        .key = (uint32_t)d->discriminator,
    };
    tunnel->in = tunnel->out;
    tunnel->erspan_version = options / SIGHT_ERSPAN_VERSION & 3;
    tunnel->erspan_direction = options / SIGHT_ERSPAN_DIRECTION & 1;
    tunnel->erspan_hardware = options / SIGHT_ERSPAN_HARDWARE & 0x3f;
}

static void configure(struct learnt *l)
{
    uint32_t limit = winner(&l->limits, SIGHT_NO_LIMIT);
    uint32_t options = winner(&l->options, 0);
    struct ipip_tunnel *tunnel = &l->tunnel.tunnel;

    *tunnel = ipip_tunnel_stats_best(&l->stats, l->direction.src, l->direction.dst, &l->tunnel.hops);
    if (tunnel->tos_inherit)
        tunnel->tos = l->dscp_without_ip;
    configure_gre(tunnel, &l->direction, options);
    tunnel->erspan_index = winner(&l->indexes, 0);
    tunnel->has_limit = limit != SIGHT_NO_LIMIT;
    tunnel->limit = (uint8_t)limit;
    tunnel->label_policy = l->labels_vary ? IPIP_LABEL_AUTO : IPIP_LABEL_FIXED;
    tunnel->label = l->label;
    tunnel->destination_port = (uint16_t)(l->direction.discriminator >> 32);
    tunnel->has_udp_checksum = (options & SIGHT_UDP_CHECKSUM) != 0;
    l->is_ready = TRUE;
}

const struct reencap_tunnel *learnt_kinds_find(struct learnt_kinds *learnt, const struct tunnel_sight *sight,
                                               const struct ipip_layer *outer)
{
    struct direction direction = direction_of(learnt, sight, &outer->ip);
    struct learnt *l = g_hash_table_lookup(learnt->seen, &direction);

    if (l != NULL && !l->is_ready)
        configure(l);
    return l != NULL ? &l->tunnel : NULL;
}
