/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command shuts itself in before it reads what others sent. Outputs and temporary files are open by then; from there on it can
 * read the captures of the command line, and give the outputs their names, in their folders: nothing else can be opened, no file to be
 * written, no socket, and no program started. Landlock sees to the files (Linux 5.13), seccomp to the rest; a kernel that lacks one has
 * the other. It holds for the calling thread and those that it starts.
 */
#ifndef IPIP_ANALYZER_SANDBOX_H
#define IPIP_ANALYZER_SANDBOX_H

#include "cli_options.h"

enum sandbox_use {
    SANDBOX_TEMPORARIES = 1 << 0, /* temporary files are needed: they are opened before */
    SANDBOX_SOCKETS = 1 << 1,     /* sockets and devices are open already, and used; those of -i need no word */
};

/* Does nothing with --no-sandbox. To be called before the first other thread starts. */
void sandbox_enter(const struct options *options, unsigned use);

/* What this build and the running kernel have, such as "Landlock and seccomp". */
const char *sandbox_text(void);

#endif
