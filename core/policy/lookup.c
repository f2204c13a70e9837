/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lists of a policy: in order, and searched by halves. */
#include <stdlib.h>
#include <string.h>

#include "ipip/policy.h"

static uint64_t direction(uint32_t src, uint32_t dst)
{
    return (uint64_t)src << 32 | dst;
}

/* The lower address comes first. */
static uint64_t pair(uint32_t a, uint32_t b)
{
    return a < b ? direction(a, b) : direction(b, a);
}

/* A wider prefix comes before those that begin with the same address. */
static uint64_t prefix_key(const void *item)
{
    const struct ipip_prefix *prefix = item;

    return direction(prefix->address, prefix->bits);
}

static uint64_t endpoints_key(const void *item)
{
    const struct ipip_endpoints *endpoints = item;

    return pair(endpoints->a, endpoints->b);
}

static uint64_t expectation_key(const void *item)
{
    const struct ipip_expectation *expectation = item;

    return direction(expectation->src, expectation->dst);
}

/* How many of the items, which are in order, have a lower key. */
static inline size_t lower(const void *items, size_t count, size_t bytes, uint64_t (*key_of)(const void *),
                           uint64_t key)
{
    const uint8_t *first = items;
    size_t passed = 0;

    while (count > 0) {
        size_t half = count / 2;

        if (key_of(first + (passed + half) * bytes) < key) {
            passed += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return passed;
}

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
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
        if (kept == 0 || endpoints_key(&endpoints[kept - 1]) != endpoints_key(&endpoints[i]))
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
        uint64_t key = expectation_key(&next);
        size_t at = lower(expectations, kept, sizeof next, expectation_key, key);

        if (at < kept && expectation_key(&expectations[at]) == key)
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
               vantages[at].source.address != next.source.address)
            at++;
        is_there = at < kept && vantages[at].source.bits == next.source.bits;
        if (!is_there)
            memmove(&vantages[at + 1], &vantages[at], (kept++ - at) * sizeof next);
        vantages[at] = next;
    }
    return kept;
}

bool ipip_policy_is_site(const struct ipip_policy *policy, uint32_t address)
{
    /* The only one that may have it is the last one that begins no later. */
    size_t begun = lower(policy->sites, policy->site_count, sizeof *policy->sites, prefix_key, direction(address, 33));

    return begun > 0 && ipip_prefix_has(&policy->sites[begun - 1], address);
}

bool ipip_policy_is_endpoint(const struct ipip_policy *policy, uint32_t src, uint32_t dst)
{
    uint64_t key = pair(src, dst);
    size_t at = lower(policy->endpoints, policy->endpoint_count, sizeof *policy->endpoints, endpoints_key, key);

    return at < policy->endpoint_count && endpoints_key(&policy->endpoints[at]) == key;
}

const struct ipip_expectation *ipip_policy_expectation(const struct ipip_policy *policy, uint32_t src, uint32_t dst)
{
    uint64_t key = direction(src, dst);
    size_t at = lower(policy->tunnels, policy->tunnel_count, sizeof *policy->tunnels, expectation_key, key);

    return at < policy->tunnel_count && expectation_key(&policy->tunnels[at]) == key ? &policy->tunnels[at] : NULL;
}

enum ipip_vantage ipip_policy_vantage(const struct ipip_policy *policy, uint32_t src, uint32_t dst, bool *is_of_all)
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
