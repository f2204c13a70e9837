/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the modes is meant (ipip/tunnel_mode.h), and what to say where none is. */
#ifndef IPIP_ANALYZER_WORDS_MODE_H
#define IPIP_ANALYZER_WORDS_MODE_H

#include <glib.h>

#include "ipip/tunnel_mode.h"

/* What the command says of the mode; NULL and 0 where it says nothing. */
struct mode_words {
    const char *type;
    const char *mode;
    const char *device;
    int version;           /* 4, 6: of `-4`, `-6`, else of the addresses */
    gboolean is_version_6; /* `ip -6` */
    gboolean is_ip_tunnel; /* `ip tunnel`, not words alone */
};

/* FALSE and `*error` where no tunnel has this type. */
gboolean mode_check_type(const char *type, GError **error);

/* The row, or NULL and `*error`. */
const struct ipip_tunnel_mode *mode_find(const struct mode_words *words, GError **error);

/* "mode ipip", or "type gretap" where there is no mode; to be freed. */
char *mode_text(const struct ipip_tunnel_mode *mode);

/* "ipip, sit, gre": the types whose driver is among these; to be freed. */
char *mode_types(unsigned drivers);

#endif
