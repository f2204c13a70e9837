/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IPIP_CORE_BATCH_H
#define IPIP_CORE_BATCH_H

#include "ipip/batch.h"
#include "packet/parsed_packet.h"

struct ipip_batch {
    size_t count;
    size_t room;
    struct parsed_packet packets[];
};

#endif
