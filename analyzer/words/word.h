/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of ip(8) that describe a tunnel: one row each, and what they set. */
#ifndef IPIP_ANALYZER_WORDS_WORD_H
#define IPIP_ANALYZER_WORDS_WORD_H

#include <glib.h>

#include "ipip/kind.h"
#include "ipip/tunnel.h"
#include "words/mode.h"

/* The commands that have words. */
enum command {
    COMMAND_TUNNEL = 1 << 0, /* ip tunnel add, ip -6 tunnel add */
    COMMAND_LINK = 1 << 1,   /* ip link add */
    COMMAND_6RD = 1 << 2,    /* ip tunnel 6rd */
    COMMAND_PRL = 1 << 3,    /* ip tunnel prl */
    COMMAND_FOU = 1 << 4,    /* ip fou add */

    COMMAND_ADD = COMMAND_TUNNEL | COMMAND_LINK, /* words without a command are those of both */
};

/* What the words have said so far. */
struct description {
    struct ipip_tunnel tunnel;
    const struct ipip_tunnel_mode *mode;
    const char *device; /* the name that the tunnel was given; NULL: none */
    const char *type;   /* as it was given */
    unsigned command;   /* of the line that is read: enum command */
    gboolean has_ecn;
    gboolean is_nopmtudisc; /* that word was the last on DF */
    gboolean ignores_df;
    unsigned tos; /* as it was given */
    unsigned port_count;
    struct ipip_udp_tunnel ports[IPIP_UDP_TUNNELS_MAX]; /* of `ip fou add`; the last one may be incomplete */
    GError **error;
};

struct word {
    const char *name;
    unsigned drivers;  /* enum ipip_driver: the modes that have it */
    unsigned commands; /* enum command */
    gboolean has_value;
    /* FALSE and `*d->error` where the value is wrong. NULL: the word has no influence on the packets, or is read beforehand. */
    gboolean (*take)(struct description *d, const struct word *word, const char *value);
    unsigned argument; /* for `take`: what the word is about */
};

/* Tables, each with a row without name at its end. */
extern const struct word words_of_addresses[];
extern const struct word words_of_ip[];
extern const struct word words_of_ipv6[];
extern const struct word words_of_gre[];
extern const struct word words_of_udp[];
extern const struct word words_of_sit[];
extern const struct word words_without_influence[];

/* The row of a word that one of these commands and drivers has; NULL: there is none. */
const struct word *word_find(const char *name, unsigned commands, unsigned drivers);

/* Refuses `name`, which is no word of these commands. Returns FALSE. */
gboolean word_refuse_unknown(const char *name, unsigned commands, GError **error);

/* Refuses a word that the mode doesn't have. Returns FALSE. */
gboolean word_refuse_mode(const struct description *d, const char *name);

/* Refuses "NAME VALUE: what would be right". Returns FALSE. */
gboolean word_refuse_value(const struct description *d, const struct word *word, const char *value, const char *right);

/* A number in base 10 or 16, or with base 0 as in C; nothing around it, and at most `most`. */
gboolean word_number(const char *text, int base, unsigned long most, unsigned long *number);

#endif
