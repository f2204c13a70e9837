/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outbox.h"

enum { AT_FIRST = 1 << 16 };

void outbox_grow(struct outbox *box, size_t bytes)
{
    size_t held = outbox_bytes(box);
    size_t capacity = MAX((size_t)(box->end - box->octets) * 2, AT_FIRST);

    while (capacity - held < bytes)
        capacity *= 2;
    box->octets = g_realloc(box->octets, capacity);
    box->next = box->octets + held;
    box->end = box->octets + capacity;
}
