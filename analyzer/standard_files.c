/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "standard_files.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void standard_files_open(void)
{
    /* The other way round: reading from standard input, or writing to the other two, is an error then. */
    static const int modes[] = {[STDIN_FILENO] = O_WRONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_RDONLY};

    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        /* It gets the lowest number that is free. A folder, where there is no /dev, can't be read or written either. */
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) < 0)
            open("/", O_RDONLY | O_DIRECTORY);
    }
}

static gboolean look_at(const char *path, int standard, struct stat *status)
{
    return (strcmp(path, "-") == 0 ? fstat(standard, status) : stat(path, status)) == 0;
}

gboolean is_same_file(const char *input, const char *output)
{
    struct stat in;
    struct stat out;

    return look_at(input, STDIN_FILENO, &in) && look_at(output, STDOUT_FILENO, &out) && S_ISREG(in.st_mode) &&
           in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}
