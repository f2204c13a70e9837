/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel/numbers.h"

/* A number so far behind the furthest one is no late packet: the sender began anew. */
enum { LATE_MAX = 1000 };

void numbers_add(struct ipip_numbers *numbers, uint32_t value)
{
    unsigned rarest = 0;

    for (unsigned i = 0; i < IPIP_NUMBERS; i++) {
        if (numbers->count[i] > 0 && numbers->value[i] == value) {
            numbers->count[i]++;
            return;
        }
        if (numbers->count[i] < numbers->count[rarest])
            rarest = i;
    }
    numbers->is_inexact |= numbers->count[rarest] > 0;
    numbers->value[rarest] = value;
    numbers->count[rarest]++;
}

uint32_t ipip_numbers_best(const struct ipip_numbers *numbers, uint32_t *count, uint32_t *second)
{
    unsigned best = 0;

    *second = 0;
    for (unsigned i = 1; i < IPIP_NUMBERS; i++) {
        if (numbers->count[i] > numbers->count[best])
            best = i;
    }
    for (unsigned i = 0; i < IPIP_NUMBERS; i++) {
        if (i != best && numbers->count[i] > *second)
            *second = numbers->count[i];
    }
    *count = numbers->count[best];
    return numbers->value[best];
}

void flow_numbers_add(struct ipip_flow_numbers *flows, uint16_t tag, uint32_t number)
{
    for (unsigned i = 0; i < IPIP_NUMBER_FLOWS; i++) {
        if (flows->tag[i] != tag)
            continue;
        flows->kept += flows->number[i] == number;
        flows->moved += flows->number[i] != number;
        flows->number[i] = number;
        return;
    }
    flows->next = (uint8_t)((flows->next + 1) % IPIP_NUMBER_FLOWS);
    flows->tag[flows->next] = tag;
    flows->number[flows->next] = number;
    flows->flows++;
}

/* Behind the furthest number: it comes late, or once more, or the sender has begun anew. */
static void add_behind(struct ipip_sequence *s, uint32_t number)
{
    if (number == s->first || s->last - number > LATE_MAX) {
        s->restarts++;
        s->last = number;
        return;
    }
    s->late++;
    if (s->missing > 0 && number != s->last)
        s->missing--;
}

void sequence_add(struct ipip_sequence *s, uint32_t number)
{
    uint32_t step = number - s->last;

    if (s->packets++ == 0) {
        s->first = s->last = number;
    } else if (step == 0 || step > INT32_MAX) {
        add_behind(s, number);
    } else {
        s->gaps += step > 1;
        s->missing += step - 1;
        s->last = number;
    }
}
