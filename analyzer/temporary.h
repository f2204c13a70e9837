/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Temporary files, in $TMPDIR or /tmp. */
#ifndef IPIP_ANALYZER_TEMPORARY_H
#define IPIP_ANALYZER_TEMPORARY_H

#include <glib.h>

/* A new file without a name, to be read and written: it lives as long as it is open. -1, and `*error`, where there can't be one. */
int temporary_open(GError **error);

#endif
