/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcpdump filters, compiled by libpcap, for packets of any link type. */
#ifndef IPIP_ANALYZER_FILTER_H
#define IPIP_ANALYZER_FILTER_H

#include <glib.h>

#include "ipip/bytes.h"

#define FILTER_ERROR (g_quark_from_static_string("ipip-filter"))

enum { FILTER_LINKTYPE_RAW = 101 }; /* of packets that start with their IP header */

enum filter_result {
    FILTER_FALSE,
    FILTER_TRUE,
    FILTER_UNUSABLE, /* the expression makes no sense for the link type, such as `ether src` for raw IP */
};

struct filter;

/* NULL and `*error` where the expression is wrong: for every link type, or, with `is_raw`, for raw IP, which all packets will be. */
struct filter *filter_new(const char *expression, gboolean is_raw, GError **error);
void filter_free(struct filter *filter);

/* Compiles it for every link type that ipip reads: later, names of hosts and services can't be looked up. NULL: does nothing. */
void filter_prepare(struct filter *filter);

/* Whether the expression is true of a packet that starts with a header of this link type (a LINKTYPE_ number). */
enum filter_result filter_look(struct filter *filter, uint16_t link_type, struct ipip_bytes packet);

/* Why the expression is unusable for the link type, in libpcap's words; it stays while the filter does. NULL where it is not. */
const char *filter_refusal(struct filter *filter, uint16_t link_type);

const char *filter_expression(const struct filter *filter);

/* The name that libpcap has for a link type, or NULL. */
const char *filter_link_name(uint16_t link_type);

/* "libpcap version 1.10.3", as the library that the program runs with calls itself. */
const char *filter_library(void);

#endif
