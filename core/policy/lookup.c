/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lists of a policy: in order, and searched by halves. */
#include <stdlib.h>
#include <string.h>

#include "ipip/policy.h"

/* What a list is ordered by: the first address, then the second. */
struct key {
    struct ipip_addr first, second;
};

static struct key pair(struct ipip_addr a, struct ipip_addr b)
{
    return ipip_address_less(a, b) ? (struct key){a, b} : (struct key){b, a};
}

static int compare(struct key a, struct key b)
{
    int first = ipip_address_compare(a.first, b.first);

    return first != 0 ? first : ipip_address_compare(a.second, b.second);
}

/* A wider prefix comes before those that begin with the same address. */
static struct key prefix_key(const void *item)
{
    const struct ipip_prefix *prefix = item;

    return (struct key){prefix->address, {0, prefix->bits}};
}

static struct key endpoints_key(const void *item)
{
    const struct ipip_endpoints *endpoints = item;

    return pair(endpoints->a, endpoints->b);
}

static struct key expectation_key(const void *item)
{
    const struct ipip_expectation *expectation = item;

    return (struct key){expectation->src, expectation->dst};
}

/* How many of the items, which are in order, have a lower key. */
static inline size_t lower(const void *items, size_t count, size_t bytes, struct key (*key_of)(const void *),
                           struct key key)
{
    const uint8_t *first = items;
    size_t passed = 0;

    while (count > 0) {
        size_t half = count / 2;

        if (compare(key_of(first + (passed + half) * bytes), key) < 0) {
            passed += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return passed;
}

static int compare_prefixes(const void *a, const void *b)
{
    return compare(prefix_key(a), prefix_key(b));
}

static int compare_endpoints(const void *a, const void *b)
{
    return compare(endpoints_key(a), endpoints_key(b));
}

size_t ipip_prefixes_order(struct ipip_prefix *prefixes, size_t count)
{
    size_t kept = 0;

    if (count > 0)
        qsort(prefixes, count, sizeof *prefixes, compare_prefixes);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !ipip_prefix_has(&prefixes[kept - 1], prefixes[i].address))
            prefixes[kept++] = prefixes[i];
    }
    return kept;
}

size_t ipip_endpoints_order(struct ipip_endpoints *endpoints, size_t count)
{
    size_t kept = 0;

    if (count > 0)
        qsort(endpoints, count, sizeof *endpoints, compare_endpoints);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare(endpoints_key(&endpoints[kept - 1]), endpoints_key(&endpoints[i])) != 0)
            endpoints[kept++] = endpoints[i];
    }
    return kept;
}

/* They are few, and of equal ones the first must stay, which qsort() does not know. */
size_t ipip_expectations_order(struct ipip_expectation *expectations, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        struct ipip_expectation next = expectations[i];
        struct key key = expectation_key(&next);
        size_t at = lower(expectations, kept, sizeof next, expectation_key, key);

        if (at < kept && compare(expectation_key(&expectations[at]), key) == 0)
            continue;
        memmove(&expectations[at + 1], &expectations[at], (kept - at) * sizeof next);
        expectations[at] = next;
        kept++;
    }
    return kept;
}

size_t ipip_source_vantages_order(struct ipip_source_vantage *vantages, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        struct ipip_source_vantage next = vantages[i];
        size_t at = 0;
        bool is_there;

        while (at < kept && vantages[at].source.bits > next.source.bits)
            at++;
        while (at < kept && vantages[at].source.bits == next.source.bits &&
               !ipip_address_equal(vantages[at].source.address, next.source.address))
            at++;
        is_there = at < kept && vantages[at].source.bits == next.source.bits;
        if (!is_there)
            memmove(&vantages[at + 1], &vantages[at], (kept++ - at) * sizeof next);
        vantages[at] = next;
    }
    return kept;
}

bool ipip_policy_is_site(const struct ipip_policy *policy, struct ipip_addr address)
{
    /* The only one that may have it is the last one that begins no later. */
    struct key behind = {address, {0, IPIP_ADDRESS_BITS + 1}};
    size_t begun = lower(policy->sites, policy->site_count, sizeof *policy->sites, prefix_key, behind);

    return begun > 0 && ipip_prefix_has(&policy->sites[begun - 1], address);
}

bool ipip_policy_is_endpoint(const struct ipip_policy *policy, struct ipip_addr src, struct ipip_addr dst)
{
    struct key key = pair(src, dst);
    size_t at = lower(policy->endpoints, policy->endpoint_count, sizeof *policy->endpoints, endpoints_key, key);

    return at < policy->endpoint_count && compare(endpoints_key(&policy->endpoints[at]), key) == 0;
}

const struct ipip_expectation *ipip_policy_expectation(const struct ipip_policy *policy, struct ipip_addr src,
                                                       struct ipip_addr dst)
{
    struct key key = {src, dst};
    size_t at = lower(policy->tunnels, policy->tunnel_count, sizeof *policy->tunnels, expectation_key, key);

    return at < policy->tunnel_count && compare(expectation_key(&policy->tunnels[at]), key) == 0 ? &policy->tunnels[at]
                                                                                                 : NULL;
}

enum ipip_vantage ipip_policy_vantage(const struct ipip_policy *policy, struct ipip_addr src, struct ipip_addr dst,
                                      bool *is_of_all)
{
    const struct ipip_expectation *expectation;

    *is_of_all = false;
    for (size_t i = 0; i < policy->vantage_count; i++) {
        if (ipip_prefix_has(&policy->vantages[i].source, src))
            return policy->vantages[i].vantage;
    }
    expectation = ipip_policy_expectation(policy, src, dst);
    if (expectation != NULL && expectation->has_vantage)
        return expectation->vantage;
    *is_of_all = true;
    return policy->vantage;
}
