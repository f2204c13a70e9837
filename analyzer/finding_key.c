/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding_key.h"

#include <string.h>

#include "seed.h"

struct finding_key finding_key_of(const struct ipip_finding *finding)
{
    struct finding_key key = {
        .rule_index = finding->rule_index,
        .direction = finding->direction,
        .layer = finding->layer,
    };

    key.count = ipip_finding_values(finding, key.values);
    return key;
}

/* With a seed: words may come from a file. */
static uint64_t hash_word(const char *word)
{
    const struct ipip_addr none = {0, 0};
    uint64_t sum = hash_addresses(none, none);

    for (; *word != '\0'; word++) {
        sum = (sum ^ (unsigned char)*word) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 32;
    }
    return sum;
}

guint finding_key_hash(const struct finding_key *key)
{
    guint sum = hash_tunnel(&key->direction) ^ (guint)key->rule_index * 3266489917U ^ key->layer;

    for (unsigned i = 0; i < key->count; i++) {
        const struct ipip_value *v = &key->values[i];

        sum = sum * 668265263U ^ v->number ^ (guint)v->address.low ^ (guint)(v->address.high * 668265263U) ^
              (v->word != NULL ? (guint)hash_word(v->word) : 0);
    }
    return sum;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_values(const struct ipip_value *a, const struct ipip_value *b)
{
    int order = compare_numbers(a->number, b->number);

    if (order == 0)
        order = ipip_address_compare(a->address, b->address);
    return order != 0 ? order : g_strcmp0(a->word, b->word);
}

int finding_key_compare(const struct finding_key *a, const struct finding_key *b)
{
    const int orders[] = {
        compare_numbers(a->rule_index, b->rule_index),
        ipip_address_compare(a->direction.src, b->direction.src),
        ipip_address_compare(a->direction.dst, b->direction.dst),
        compare_numbers(a->direction.kind, b->direction.kind),
        compare_numbers(a->direction.discriminator, b->direction.discriminator),
        compare_numbers(a->layer, b->layer),
    };
    int order = 0;

    for (size_t i = 0; order == 0 && i < G_N_ELEMENTS(orders); i++)
        order = orders[i];
    for (unsigned i = 0; order == 0 && i < a->count; i++) /* a rule has as many on each of its findings */
        order = compare_values(&a->values[i], &b->values[i]);
    return order;
}
