/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domains of 6rd (RFC 5969): one prefix, and behind it the whole IPv4 address of each site. */
#include "ipip/inventory.h"
#include "wire/embedded.h"

enum {
    BITS_MIN = 16,
    BITS_MAX = 32,
    SITES = 4, /* that make a domain, where no two of them send to each other */
    DOMAINS = 16,
};

struct domain {
    uint64_t prefix;
    unsigned bits;
    unsigned sites;
    uint32_t site[SITES];
    bool has_both_ends; /* of one direction, which is no coincidence of numbers */
    bool is_refuted;
};

struct domains {
    unsigned count;
    struct domain all[DOMAINS];
};

static uint64_t prefix_of(uint64_t high, unsigned bits)
{
    return high >> (64 - bits) << (64 - bits);
}

/* Behind so many bits there is this IPv4 address, in all packets. */
static bool fits(const struct ipip_high_bits *seen, unsigned bits, struct ipip_addr ipv4)
{
    unsigned behind = 32 - bits; /* bits of the upper half behind both */

    return (uint32_t)(seen->first >> behind) == (uint32_t)ipv4.low && seen->varies >> behind == 0;
}

static bool is_in(const struct domain *domain, const struct ipip_high_bits *seen)
{
    return prefix_of(seen->first, domain->bits) == domain->prefix && prefix_of(seen->varies, domain->bits) == 0;
}

static struct domain *domain_of(struct domains *domains, uint64_t prefix, unsigned bits)
{
    unsigned i = 0;

    while (i < domains->count && (domains->all[i].prefix != prefix || domains->all[i].bits != bits))
        i++;
    if (i == DOMAINS)
        return NULL;
    if (i == domains->count)
        domains->all[domains->count++] = (struct domain){.prefix = prefix, .bits = bits};
    return &domains->all[i];
}

static void add_site(struct domain *domain, uint32_t ipv4)
{
    for (unsigned i = 0; i < domain->sites; i++) {
        if (domain->site[i] == ipv4)
            return;
    }
    if (domain->sites < SITES)
        domain->site[domain->sites++] = ipv4;
}

static void collect(struct domains *domains, const struct ipip_direction_stats *seen,
                    const struct ipip_kind_stats *more)
{
    if (embedded_is_6to4((struct ipip_addr){more->inner_src.first, 0}))
        return;
    for (unsigned bits = BITS_MIN; bits <= BITS_MAX; bits++) {
        struct domain *domain = fits(&more->inner_src, bits, seen->src)
                                    ? domain_of(domains, prefix_of(more->inner_src.first, bits), bits)
                                    : NULL;

        if (domain == NULL)
            continue;
        add_site(domain, (uint32_t)seen->src.low);
        domain->has_both_ends |= is_in(domain, &more->inner_dst) && fits(&more->inner_dst, bits, seen->dst);
    }
}

static void refute(struct domains *domains, const struct ipip_direction_stats *seen, const struct ipip_kind_stats *more)
{
    for (unsigned i = 0; i < domains->count; i++) {
        struct domain *domain = &domains->all[i];

        domain->is_refuted |= is_in(domain, &more->inner_src) && !fits(&more->inner_src, domain->bits, seen->src);
    }
}

/* The one with the shortest prefix that a site of this direction is in. */
static void assign(const struct domains *domains, const struct ipip_direction_stats *seen, struct ipip_kind_stats *more)
{
    for (unsigned i = 0; i < domains->count; i++) {
        const struct domain *domain = &domains->all[i];
        bool is_of = (is_in(domain, &more->inner_src) && fits(&more->inner_src, domain->bits, seen->src)) ||
                     (is_in(domain, &more->inner_dst) && fits(&more->inner_dst, domain->bits, seen->dst));

        if (!is_of || domain->is_refuted || (domain->sites < SITES && !domain->has_both_ends) ||
            (more->domain.bits != 0 && more->domain.bits <= domain->bits))
            continue;
        more->domain = (struct ipip_prefix){{domain->prefix, 0}, (uint8_t)domain->bits};
        more->is_exit_embedded = is_in(domain, &more->inner_dst) && fits(&more->inner_dst, domain->bits, seen->dst);
    }
}

void ipip_inventory_find_6rd(struct ipip_inventory *inventory)
{
    enum { COLLECT, REFUTE, ASSIGN, PASSES };
    struct domains domains = {.count = 0};

    for (int pass = 0; pass < PASSES && (pass == COLLECT || domains.count > 0); pass++) {
        for (uint32_t i = 0; i < ipip_inventory_count(inventory); i++) {
            const struct ipip_direction_stats *seen = ipip_inventory_at(inventory, i);
            struct ipip_kind_stats *more = ipip_inventory_kind_stats(inventory, seen);

            if (seen->kind != IPIP_KIND_6IN4 || more->over_ipv6 == 0)
                continue;
            if (pass == COLLECT) {
                more->domain = (struct ipip_prefix){0};
                more->is_exit_embedded = false;
                collect(&domains, seen, more);
            } else if (pass == REFUTE) {
                refute(&domains, seen, more);
            } else {
                assign(&domains, seen, more);
            }
        }
    }
}
