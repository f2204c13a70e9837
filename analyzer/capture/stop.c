/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "new_file.h"

enum { GRACE = 500 }; /* milliseconds */

/* A request is an octet in a pipe, so that it can be waited for together with an input, on whatever thread. */
static int request[2] = {-1, -1};
static atomic_int is_requested;
static atomic_int is_signalled;
static gboolean is_cut_short;
static gboolean has_ended_live; /* an input whose end was waited for */
static gint64 patience;         /* until when a pipe is read on; 0: not known yet */

static void ask_to_stop(void)
{
    int saved = errno;

    is_requested = 1;
    if (request[1] >= 0 && write(request[1], "", 1) < 0) {
        /* It is full: then there is a request already. */
    }
    errno = saved;
}

static void take_signal(int number)
{
    if (!is_signalled) {
        is_signalled = 1;
        ask_to_stop();
        return;
    }
    new_file_remove_unfinished();
    signal(number, SIG_DFL);
    raise(number);
}

void stop_on_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = take_signal, .sa_flags = SA_RESTART};

    if (request[0] >= 0 || pipe2(request, O_CLOEXEC | O_NONBLOCK) != 0)
        return; /* without a pipe signals end the process, as they do by default */
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        struct sigaction old;

        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

void stop_request(void)
{
    ask_to_stop();
}

gboolean stop_is_requested(void)
{
    return is_requested != 0;
}

gboolean stop_was_by_signal(void)
{
    return is_cut_short;
}

/* Who interrupts a pipeline interrupts all of it: the end of the pipe may come before the signal does. */
gboolean stop_excuses_early_end(void)
{
    enum { MOMENT = 100 }; /* milliseconds */
    struct pollfd wanted = {.fd = request[0], .events = POLLIN};

    if (has_ended_live && !is_requested && !is_cut_short)
        poll(&wanted, 1, MOMENT);
    is_cut_short |= is_signalled != 0;
    return is_requested || is_cut_short;
}

void stop_is_done(void)
{
    char octet;

    is_requested = 0;
    while (request[0] >= 0 && read(request[0], &octet, 1) == 1)
        ;
}

int stop_open(const char *path, int flags)
{
    enum { PAUSE = 50 }; /* milliseconds */
    struct pollfd wanted = {.fd = request[0], .events = POLLIN};
    int fd;

    while ((fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) < 0 && errno == ENXIO && !is_requested)
        poll(&wanted, 1, PAUSE);
    if (fd >= 0)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return fd;
}

/* Milliseconds for which an input that is to end may still be waited for. */
static int patience_left(int fd)
{
    gint64 now = g_get_monotonic_time();
    struct stat status;

    if (!is_signalled || (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)))
        return 0;
    if (patience == 0)
        patience = now + GRACE * (gint64)1000;
    return patience > now ? (int)((patience - now) / 1000) : 0;
}

/* FALSE where reading is to end. `*has_waited`: nothing was there. */
static gboolean wait_for_input(int fd, gboolean *has_waited)
{
    struct pollfd wanted[] = {{.fd = fd, .events = POLLIN}, {.fd = request[0], .events = POLLIN}};
    int ready;
    int left;

    *has_waited = FALSE;
    while (!is_requested) {
        ready = poll(wanted, G_N_ELEMENTS(wanted), *has_waited ? -1 : 0);
        *has_waited |= ready == 0;
        if ((ready > 0 && wanted[0].revents != 0 && !is_requested) || (ready < 0 && errno != EINTR))
            return TRUE;
    }
    left = patience_left(fd);
    return left > 0 && poll(wanted, 1, left) > 0;
}

void stop_wait(int fd, gint64 until, gboolean ends_on_request)
{
    struct pollfd wanted[] = {{.fd = fd, .events = POLLIN}, {.fd = request[0], .events = POLLIN}};
    gint64 left = (until - g_get_monotonic_time() + 999) / 1000;

    poll(wanted, ends_on_request ? G_N_ELEMENTS(wanted) : 1, (int)CLAMP(left, 0, G_MAXINT));
}

ssize_t stop_read(int fd, void *out, size_t capacity)
{
    gboolean has_waited;
    ssize_t count;

    do {
        if (!wait_for_input(fd, &has_waited)) {
            is_cut_short = is_signalled != 0;
            return 0;
        }
        count = read(fd, out, capacity);
    } while (count < 0 && errno == EINTR);
    has_ended_live |= count == 0 && has_waited;
    return count;
}
