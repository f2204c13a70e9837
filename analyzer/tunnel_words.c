/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_words.h"

#include <string.h>

#include "refuse.h"
#include "words/complete.h"
#include "words/line.h"
#include "words/mode.h"
#include "words/word.h"

/* What decides on the mode, which may come last: the other words depend on it. */
static void note_phrase(struct mode_words *words, const struct line *line, const struct phrase *phrase)
{
    gboolean is_address = strcmp(phrase->name, "local") == 0 || strcmp(phrase->name, "remote") == 0;
    gboolean is_device = strcmp(phrase->name, "name") == 0 ||
                         (strcmp(phrase->name, "dev") == 0 && words->type == NULL && line->command == COMMAND_LINK);

    if (strcmp(phrase->name, "mode") == 0)
        words->mode = phrase->value;
    else if (strcmp(phrase->name, "type") == 0)
        words->type = phrase->value;
    else if (is_device)
        words->device = phrase->value;
    else if (is_address && words->version == 0 && strchr(phrase->value, ':') != NULL)
        words->version = 6;
}

static gboolean note_lines(struct mode_words *words, const struct lines *lines, GError **error)
{
    unsigned commands = 0;
    gboolean is_tunnel = lines->count == 0;

    for (unsigned i = 0; i < lines->count; i++) {
        const struct line *line = &lines->all[i];

        if ((line->command & COMMAND_ADD) == 0)
            continue;
        is_tunnel = TRUE;
        words->is_ip_tunnel |= line->is_command && line->command == COMMAND_TUNNEL;
        words->is_version_6 |= line->is_version_6;
        if (line->device != NULL)
            words->device = line->device;
        for (const struct phrase *phrase = line->phrases; phrase->name != NULL; phrase++)
            note_phrase(words, line, phrase);
        if (line->command == COMMAND_LINK && words->type == NULL)
            return refuse(error, NULL,
                          "a line of `ip link` describes a tunnel only with a type, such as type ipip; leave out those "
                          "that don't");
        if (line->is_command && ++commands > 1)
            return refuse(error, NULL, "two lines describe a tunnel: give one, and those of 6rd, prl and fou");
    }
    if (words->is_version_6)
        words->version = 6;
    return is_tunnel || refuse(error, NULL, "the line of `ip tunnel add` or `ip link add` is missing");
}

/* The line of `ip fou add` is complete. */
static gboolean end_port(struct description *d)
{
    const struct ipip_udp_tunnel *port = &d->ports[d->port_count];

    if (port->port == 0 || port->kind == IPIP_KIND_NONE)
        return refuse(d->error, NULL, "`ip fou add` needs port PORT, and ipproto NUMBER or gue");
    d->port_count++;
    return TRUE;
}

static gboolean take_line(struct description *d, const struct line *line)
{
    d->command = line->command;
    if (line->command == COMMAND_FOU && d->port_count == IPIP_UDP_TUNNELS_MAX)
        return refuse(d->error, NULL, "more than %d lines of `ip fou add`", IPIP_UDP_TUNNELS_MAX);
    for (const struct phrase *phrase = line->phrases; phrase->name != NULL; phrase++) {
        const struct word *word = word_find(phrase->name, line->command, d->mode->driver);

        if (word == NULL)
            return word_refuse_mode(d, phrase->name);
        if (word->take != NULL && !word->take(d, word, phrase->value))
            return FALSE;
    }
    return line->command != COMMAND_FOU || end_port(d);
}

static gboolean describe(struct description *d, const struct lines *lines)
{
    struct mode_words words = {0};

    if (!note_lines(&words, lines, d->error) || (d->mode = mode_find(&words, d->error)) == NULL)
        return FALSE;
    d->device = words.device;
    d->type = words.type;
    d->tunnel = ipip_tunnel_mode_defaults(d->mode);
    for (unsigned i = 0; i < lines->count; i++) {
        if (!take_line(d, &lines->all[i]))
            return FALSE;
    }
    return description_complete(d);
}

gboolean tunnel_from_words(const char *text, struct ipip_tunnel *tunnel, GError **error)
{
    GError *reason = NULL;
    struct description d = {.error = &reason};
    struct lines lines;
    gboolean is_good = lines_read(&lines, text, &reason) && describe(&d, &lines);

    lines_clear(&lines);
    if (is_good) {
        *tunnel = d.tunnel;
        return TRUE;
    }
    g_propagate_prefixed_error(error, reason, "--tunnel: ");
    return FALSE;
}

gboolean tunnel_has_kind(const struct ipip_tunnel *tunnel, uint32_t kinds, GError **error)
{
    static const uint32_t over_udp[IPIP_UDP_ENCAP_COUNT] = {0, IPIP_KIND_BIT(IPIP_KIND_FOU),
                                                            IPIP_KIND_BIT(IPIP_KIND_GUE)};
    uint32_t made = tunnel->encap != IPIP_UDP_ENCAP_NONE ? over_udp[tunnel->encap] : tunnel->kinds;
    char *mode;

    if ((made & kinds) != 0)
        return TRUE;
    mode = mode_text(ipip_tunnel_mode_of(tunnel));
    if (made == IPIP_KIND_BIT(IPIP_KIND_ESP))
        refuse(error, NULL, "--tunnel: %s is not supported: it needs the keys of IPsec", mode);
    else
        refuse(error, NULL, "--tunnel: %s%s is not supported here; mode ipip (IPv4 in IPv4) is", mode,
               tunnel->encap != IPIP_UDP_ENCAP_NONE ? " with encap" : "");
    g_free(mode);
    return FALSE;
}
