/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The privileges that it takes to open interfaces and devices. */
#ifndef IPIP_ANALYZER_PRIVILEGES_H
#define IPIP_ANALYZER_PRIVILEGES_H

#include <glib.h>

/*
 * From now on without capabilities. Where it was root: with the rights of no user; or, if files are to be written, with those of the user who
 * called sudo, else with those that root has without capabilities. For the calling thread: before there are others. FALSE and `*error`
 * where privileges stay.
 */
gboolean privileges_drop(gboolean writes_files, GError **error);

#endif
