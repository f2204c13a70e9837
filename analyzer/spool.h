/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inputs that are read twice: what can't be, such as a pipe, is copied to a temporary file first. */
#ifndef IPIP_ANALYZER_SPOOL_H
#define IPIP_ANALYZER_SPOOL_H

#include <glib.h>

/*
 * A path that can be opened repeatedly with the octets of `path`: `path` itself, or a temporary file. To be given back
 * to spool_free(). NULL, with a message, where there is no room.
 */
char *spool(const char *path);
void spool_free(char *spooled, const char *path);

#endif
