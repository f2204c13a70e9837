/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a file says may be printed on a terminal: it must not command it. */
#ifndef IPIP_ANALYZER_PRINTABLE_H
#define IPIP_ANALYZER_PRINTABLE_H

#include <glib.h>

/* Whether `text`, which is UTF-8, has no control characters but tabs. */
gboolean is_printable(const char *text);

#endif
