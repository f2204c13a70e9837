/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out_of_memory.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture/new_file.h"
#include "exit_status.h"

static const char *verb = "";

void out_of_memory_in(const char *name)
{
    verb = name;
}

static void say(const char *text)
{
    size_t bytes = strlen(text);

    while (bytes > 0) {
        ssize_t written = write(STDERR_FILENO, text, bytes);

        if (written <= 0)
            return;
        text += written;
        bytes -= (size_t)written;
    }
}

_Noreturn void out_of_memory(void)
{
    static atomic_flag is_ending = ATOMIC_FLAG_INIT;

    while (atomic_flag_test_and_set(&is_ending))
        pause(); /* another thread is about to end the command */
    fflush(stdout);
    if (isatty(STDERR_FILENO))
        say("\r\033[K"); /* in the place of the progress */
    say(*verb != '\0' ? "ipip " : "ipip");
    say(verb);
    say(": out of memory: the answer is not complete; allow more (ulimit -v), or read a smaller capture\n");
    new_file_remove_unfinished();
    _exit(EXIT_UNWRITABLE);
}
