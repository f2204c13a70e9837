/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which end of a tunnel direction is tested. */
#ifndef IPIP_ANALYZER_DUTY_H
#define IPIP_ANALYZER_DUTY_H

#include <glib.h>

#include "ipip/pair.h"

/* Of which requirements packets of a direction show something: those of the entry, of the exit, of both where it is not known. */
struct duty {
    gboolean is_of_entry, is_of_exit;
};

/* The tested end is the source of what most datagrams went into, and the destination of what they came out of. */
struct duty duty_find(const struct ipip_pair *pair, struct ipip_addr src, struct ipip_addr dst);

#endif
