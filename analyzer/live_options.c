/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live_options.h"

#include <inttypes.h>
#include <string.h>

#include "capture/output.h"
#include "capture/stop.h"
#include "exit_status.h"
#include "privileges.h"
#include "refuse.h"
#include "say.h"

/* A number from 1 to `most`. */
static gboolean take_number(const char *option, const char *text, int most, int *value, GError **error)
{
    guint64 number;

    if (text == NULL)
        return TRUE;
    if (!g_ascii_string_to_unsigned(text, 10, 1, (guint64)most, &number, NULL)) {
        refuse(error, NULL, "it must be a number from 1 to %d", most);
        return refuse_option(option, text, error);
    }
    *value = (int)number;
    return TRUE;
}

/* What the file is called has the last word for other files; this one holds more than pcap can. */
static gboolean is_name_of_pcapng(const char *path, GError **error)
{
    char *plain = output_plain_name(path);
    gboolean is_such =
        !g_str_has_suffix(plain, ".pcap") && !g_str_has_suffix(plain, ".cap") && !g_str_has_suffix(plain, ".dmp");

    g_free(plain);
    if (strcmp(path, "-") == 0)
        return refuse(error, path, "standard output has the findings; name a file after -w");
    return is_such || refuse(error, path, "a pcapng file, which tells what was dropped, is written; name it .pcapng");
}

gboolean live_options_understand(struct options *o, const struct option_texts *t, GError **error)
{
    struct live_settings *live = &o->live;
    const char *alone = live->keep != NULL    ? "-w"
                        : t->count != NULL    ? "--count"
                        : t->duration != NULL ? "--duration"
                        : t->buffer != NULL   ? "--buffer"
                                              : NULL;

    if (live->interface == NULL && alone != NULL)
        return refuse(error, NULL, "%s is for packets of an interface: -i NAME", alone);
    live->buffer = LIVE_BUFFER_USUAL;
    return take_number("buffer", t->buffer, LIVE_BUFFER_MOST, &live->buffer, error) &&
           take_number("count", t->count, G_MAXINT, &live->count, error) &&
           take_number("duration", t->duration, G_MAXINT, &live->duration, error) &&
           (live->keep == NULL || is_name_of_pcapng(live->keep, error));
}

gboolean live_options_take_interface(struct options *o, GError **error)
{
    char *paths[] = {o->live.interface, NULL};

    if (o->live.interface == NULL)
        return TRUE;
    if (o->path_count > 0)
        return refuse(error, o->paths[0], "packets come from captures or, with -i, from an interface, not from both");
    g_strfreev(o->found);
    o->paths = o->found = g_strdupv(paths);
    o->path_count = 1;
    return TRUE;
}

static gboolean writes_files(const struct options *o)
{
    return o->live.keep != NULL || o->output_count > 0 || o->new_baseline != NULL;
}

/* What was lost is not only missing: it makes what is left look wrong. */
static void say_dropped(const struct options *o)
{
    uint64_t dropped = live_dropped(o->source);

    if (dropped > 0)
        say("%s: %" PRIu64 " packet%s dropped before %s captured: --buffer makes more room, --filter leaves more out",
            o->live.interface, dropped, dropped == 1 ? " was" : "s were", dropped == 1 ? "it was" : "they were");
}

static gboolean open_all(struct options *o, GError **error)
{
    o->source = live_open(&o->live, o->filter != NULL ? filter_expression(o->filter) : NULL, error);
    if (o->source == NULL || !privileges_drop(writes_files(o), error))
        return FALSE;
    if (o->live.keep == NULL || live_keep(o->source, o->live.keep, error))
        return TRUE;
    refuse_prefix(error, o->live.keep);
    return FALSE;
}

gboolean live_options_open(struct options *o, int *status)
{
    GError *error = NULL;

    if (o->live.interface == NULL)
        return TRUE;
    stop_on_signals();
    if (open_all(o, &error)) {
        filter_free(g_steal_pointer(&o->filter)); /* the kernel has it */
        return TRUE;
    }
    say("%s", error->message);
    *status = error->domain == OUTPUT_ERROR ? EXIT_UNWRITABLE : EXIT_UNREADABLE;
    g_error_free(error);
    return FALSE;
}

void live_options_abandon(struct options *o)
{
    if (o->source != NULL)
        live_discard(g_steal_pointer(&o->source));
}

int live_options_close(struct options *o, int status)
{
    GError *error = NULL;

    if (o->source == NULL)
        return status;
    say_dropped(o);
    if (!live_close(g_steal_pointer(&o->source), &error)) {
        say("%s: %s", o->live.keep, error->message);
        g_error_free(error);
        return EXIT_UNWRITABLE;
    }
    return status;
}
