/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcpdump filters, compiled by libpcap, for packets of any link type. */
#ifndef IPIP_ANALYZER_FILTER_H
#define IPIP_ANALYZER_FILTER_H

#include <glib.h>

#include "ipip/bytes.h"

#define FILTER_ERROR (g_quark_from_static_string("ipip-filter"))

struct filter;

/* NULL and `*error` where the expression is wrong. */
struct filter *filter_new(const char *expression, GError **error);
void filter_free(struct filter *filter);

/*
 * Whether the expression is true of a packet that starts with a header of this link type (a LINKTYPE_ number). An expression
 * that makes no sense for the link type, such as `ether src` on raw IP, is false.
 */
gboolean filter_matches(struct filter *filter, uint16_t link_type, struct ipip_bytes packet);

#endif
