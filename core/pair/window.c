/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair/window.h"

#include <stdlib.h>

enum { PLACES = IPIP_PAIR_WINDOW_PACKETS };

bool pair_window_init(struct pair_window *window)
{
    *window = (struct pair_window){.first = 1, .next = 1};
    window->ring = calloc(IPIP_PAIR_WINDOW_PACKETS, sizeof *window->ring);
    window->keys = calloc(PLACES, sizeof *window->keys);
    window->groups = calloc(PLACES, sizeof *window->groups);
    return window->ring != NULL && window->keys != NULL && window->groups != NULL;
}

void pair_window_free(struct pair_window *window)
{
    free(window->ring);
    free(window->keys);
    free(window->groups);
}

struct pair_item *pair_window_add(struct pair_window *window, const struct pair_item *item)
{
    uint64_t number = window->next++;
    struct pair_item *added = &window->ring[number % IPIP_PAIR_WINDOW_PACKETS];
    uint64_t *key = &window->keys[item->datagram.key % PLACES];
    uint64_t *group = &window->groups[item->datagram.group % PLACES];

    *added = *item;
    added->number = number;
    added->older_key = *key;
    added->older_group = *group;
    *key = *group = number;
    return added;
}

static struct pair_item *with_key(const struct pair_window *window, uint64_t number, uint64_t key)
{
    struct pair_item *item;

    for (int i = 0; i < PAIR_CHAIN_MAX && (item = pair_window_at(window, number)) != NULL; i++) {
        if (item->datagram.key == key)
            return item;
        number = item->older_key;
    }
    return NULL;
}

static struct pair_item *of_group(const struct pair_window *window, uint64_t number, uint64_t group)
{
    struct pair_item *item;

    for (int i = 0; i < PAIR_CHAIN_MAX && (item = pair_window_at(window, number)) != NULL; i++) {
        if (item->datagram.group == group)
            return item;
        number = item->older_group;
    }
    return NULL;
}

struct pair_item *pair_window_find(const struct pair_window *window, uint64_t key)
{
    return with_key(window, window->keys[key % PLACES], key);
}

struct pair_item *pair_window_before(const struct pair_window *window, const struct pair_item *item)
{
    return with_key(window, item->older_key, item->datagram.key);
}

struct pair_item *pair_window_find_group(const struct pair_window *window, uint64_t group)
{
    return of_group(window, window->groups[group % PLACES], group);
}

struct pair_item *pair_window_before_group(const struct pair_window *window, const struct pair_item *item)
{
    return of_group(window, item->older_group, item->datagram.group);
}
