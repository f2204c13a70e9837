/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The captures of a command line, on which a folder stands for those in it. */
#ifndef IPIP_ANALYZER_CAPTURE_PATHS_H
#define IPIP_ANALYZER_CAPTURE_PATHS_H

#include <glib.h>

/*
 * Adds copies of `path`, or of the paths of all files in the folder, and in those below, whose names match *.pcap*, in the order of their
 * names. Links to folders are not followed. A folder without captures is added itself, and one that can't be read, so that reading it
 * fails with a message.
 */
void capture_paths_add(GPtrArray *paths, const char *path);

#endif
