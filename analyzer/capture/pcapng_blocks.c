/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcapng_blocks.h"

#include "draft.h"
#include "reader.h"

enum { HEADERS = 28 + 20 + 8 + 4, NAME_MAX_BYTES = 256 };

static void put_option(struct draft *d, uint16_t code, const void *value, uint16_t bytes)
{
    put16(d, code);
    put16(d, bytes);
    put_octets(d, value, bytes);
    put_zeroes(d, -bytes & 3U);
}

void pcapng_put_header(struct outbox *box, const struct pcapng_description *interface)
{
    uint16_t name_bytes = interface->name != NULL ? (uint16_t)MIN(strlen(interface->name), NAME_MAX_BYTES) : 0;
    uint32_t options = 12 + (name_bytes > 0 ? 4 + name_bytes + (-(uint32_t)name_bytes & 3) : 0);
    struct draft d;

    outbox_room(box, HEADERS + NAME_MAX_BYTES + 16);
    d = draft_of(box, interface->is_big_endian);
    put32(&d, PCAPNG_SECTION);
    put32(&d, 28);
    put32(&d, PCAPNG_BYTE_ORDER);
    put16(&d, 1);
    put16(&d, 0);
    put32(&d, UINT32_MAX); /* the length of the section is not given */
    put32(&d, UINT32_MAX);
    put32(&d, 28);
    put32(&d, PCAPNG_INTERFACE);
    put32(&d, 20 + options);
    put16(&d, interface->link_type);
    put16(&d, 0);
    put32(&d, 0); /* any length */
    if (name_bytes > 0)
        put_option(&d, PCAPNG_OPTION_IF_NAME, interface->name, name_bytes);
    put_option(&d, PCAPNG_OPTION_IF_TSRESOL, &interface->resolution, 1);
    put32(&d, PCAPNG_OPTION_END);
    put32(&d, 20 + options);
    box->next = d.at;
}
