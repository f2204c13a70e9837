/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a text is refused: what it is, and what would be right. */
#ifndef IPIP_ANALYZER_REFUSE_H
#define IPIP_ANALYZER_REFUSE_H

#include <glib.h>

#define REFUSED_ERROR (g_quark_from_static_string("ipip-refused"))

/*
 * Sets `*error` to "TEXT: REASON", of a long text only the beginning; with NULL to the reason alone. Returns FALSE, so that it can be
 * returned. What a file holds is no TEXT: the file may be another one than was meant, with secrets in it.
 */
gboolean refuse(GError **error, const char *text, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Puts "TEXT: " before the error's message. */
void refuse_prefix(GError **error, const char *text);

/* Puts "--OPTION TEXT: " there. Always FALSE. */
gboolean refuse_option(const char *option, const char *text, GError **error);

#endif
