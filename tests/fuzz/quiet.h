/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For fuzz targets that run verbs: nothing comes in from standard input, and what is printed goes nowhere. */
#ifndef IPIP_TESTS_FUZZ_QUIET_H
#define IPIP_TESTS_FUZZ_QUIET_H

#include <signal.h>
#include <stdio.h>

#include "exit_status.h"
#include "fuzz.h"
#include "out_of_memory.h"
#include "say.h"

static inline void be_quiet(void)
{
    must(freopen("/dev/null", "r", stdin) != NULL && freopen("/dev/null", "w", stdout) != NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Runs the command line of a verb, whose name is its first word; returns its status. Messages go to standard error: -close_fd_mask=2. */
static inline int run_verb(int (*run)(int argc, char **argv), int argc, char **argv)
{
    int status;

    out_of_memory_in(argv[0]);
    say_as(argv[0]);
    status = run(argc, argv);
    must(status >= EXIT_CLEAN && status <= EXIT_UNREADABLE);
    return status;
}

#endif
