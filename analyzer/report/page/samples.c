/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "samples.h"

#include <stddef.h>

void samples_add(struct samples *samples, int64_t time, uint32_t value)
{
    uint64_t number = samples->seen++;

    if (number % (UINT64_C(1) << samples->shift) != 0)
        return;
    if (samples->count == SAMPLES_MAX) {
        for (size_t i = 0; i < SAMPLES_MAX / 2; i++)
            samples->kept[i] = samples->kept[i * 2];
        samples->count = SAMPLES_MAX / 2;
        samples->shift++; /* of a power of two the next number is kept by the new rule, too */
    }
    samples->kept[samples->count++] = (struct sample){time, value};
}
