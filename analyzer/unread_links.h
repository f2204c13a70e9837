/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of a capture that are skipped because of their link type: how many of which, and why. */
#ifndef IPIP_ANALYZER_UNREAD_LINKS_H
#define IPIP_ANALYZER_UNREAD_LINKS_H

#include "capture/filter.h"

struct unread_links;

struct unread_links *unread_links_new(void);
void unread_links_free(struct unread_links *unread);

/* A packet. `refusal`: why the filter can't be used on its link type, in words that stay; NULL: it is not supported. */
void unread_links_add(struct unread_links *unread, uint16_t link_type, const char *refusal);

/* Prints on standard error a line for each of the first few link types, and one for all further ones. */
void unread_links_say(const struct unread_links *unread, const char *path, const struct filter *filter);

#endif
