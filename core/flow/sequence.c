/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/sequence.h"

#include <string.h>

#include "flow/state.h"
#include "packet/fingerprint.h"

enum { CONTENT_OCTETS = 64 };

uint64_t sequence_content(const struct hash_keys *keys, struct ipip_bytes payload)
{
    uint64_t words[HASH_WORDS_MAX] = {payload.wire};
    uint32_t bytes = payload.captured < CONTENT_OCTETS ? payload.captured : (uint32_t)CONTENT_OCTETS;

    if (bytes > 0)
        memcpy(words + 1, payload.data, bytes);
    return hash_of(keys, words, HASH_WORDS_MAX / 2);
}

/* The latest with this number; NULL where there is none. */
static const struct sequence_number *find(const struct sequence_series *d, uint32_t number)
{
    uint32_t there = d->count < SEQUENCE_NUMBERS ? d->count : (uint32_t)SEQUENCE_NUMBERS;

    for (uint32_t i = 1; i <= there; i++) {
        const struct sequence_number *one = &d->numbers[(d->count - i) % SEQUENCE_NUMBERS];

        if (one->number == number)
            return one;
    }
    return NULL;
}

static struct other other_number(const struct sequence_number *one, int64_t now)
{
    return (struct other){.frame = one->frame, .age = ipip_age(now, one->time), .is_known = true};
}

static enum sequence_order order_of(const struct sequence_series *d, const struct sequence_number *same,
                                    uint32_t number, uint64_t content)
{
    uint32_t ahead = number - d->last;

    if (same != NULL)
        return same->content == content ? SEQUENCE_COPY : SEQUENCE_AGAIN;
    if (ahead == 1)
        return SEQUENCE_NEXT;
    if (number == 0)
        return SEQUENCE_RESTART;
    return ahead < UINT32_C(1) << 31 ? SEQUENCE_GAP : SEQUENCE_BEHIND;
}

uint64_t sequence_association(const struct hash_keys *keys, uint64_t direction, unsigned protocol, uint32_t spi)
{
    return fingerprint_of_kind(keys, direction, protocol, spi);
}

struct sequence_step sequence_take(struct flow *flow, uint64_t series, const struct ipip_packet *packet,
                                   uint32_t number, uint64_t content)
{
    bool is_new;
    struct sequence_series *d = lru_row(&flow->sequences, lru_get(&flow->sequences, series, &is_new));
    const struct sequence_number *same = find(d, number);
    struct sequence_step step = {.order = SEQUENCE_FIRST, .number = number, .last = d->last};

    if (!is_new) {
        step.order = order_of(d, same, number, content);
        step.other = other_number(same != NULL ? same : &d->numbers[(d->count - 1) % SEQUENCE_NUMBERS], packet->time);
    }
    if (step.order == SEQUENCE_COPY)
        return step;
    if (step.order != SEQUENCE_BEHIND && step.order != SEQUENCE_AGAIN)
        d->last = number;
    d->numbers[d->count++ % SEQUENCE_NUMBERS] = (struct sequence_number){content, packet->frame, packet->time, number};
    return step;
}
