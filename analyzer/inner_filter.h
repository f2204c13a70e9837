/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --inner for packets that come one by one: what is innermost in fragments is known when all of them are there. */
#ifndef IPIP_ANALYZER_INNER_FILTER_H
#define IPIP_ANALYZER_INNER_FILTER_H

#include "cli_options.h"
#include "ipip/packet.h"

struct inner_filter;

/* NULL without --inner. */
struct inner_filter *inner_filter_new(const struct options *options);
void inner_filter_free(struct inner_filter *filter);

/* Whether --inner lets the packet pass. What is not known, because fragments are missing, does not. */
gboolean inner_filter_passes(struct inner_filter *filter, const struct ipip_packet *packet);

#endif
