/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages on options that don't exist, or not in this form. */
#ifndef IPIP_ANALYZER_UNKNOWN_OPTION_H
#define IPIP_ANALYZER_UNKNOWN_OPTION_H

#include <glib.h>

/* Sets `*error` to what `argument`, such as "--formt=text" or "-nn", probably should have been. Returns FALSE. */
gboolean unknown_option_refuse(const char *argument, const GOptionEntry *entries, GError **error);

/*
 * FALSE, and `*error`, where an argument is something else to GLib than was meant: --all=no for --all, -quiet or -nh.pcap for several
 * options of one letter. -wFILE becomes --write=FILE, which GLib understands.
 */
gboolean options_check(char **arguments, const GOptionEntry *entries, GError **error);

#endif
