/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Temporary files, in $TMPDIR or /tmp. */
#ifndef IPIP_ANALYZER_TEMPORARY_H
#define IPIP_ANALYZER_TEMPORARY_H

#include <glib.h>

/*
 * Opens so many for those who ask temporary_open() later, when no file can be made any more. Where there can't be one, that
 * shows to who asks.
 */
void temporary_reserve(unsigned count);

/* Those that are left of them. */
unsigned temporary_reserved(void);
int temporary_reserved_at(unsigned index);

/* A new file without a name, to be read and written: it lives as long as it is open. -1, and `*error`, where there can't be one. */
int temporary_open(GError **error);

#endif
