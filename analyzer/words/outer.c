/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words on the outer header, of either version or of IPv4: TTL, TOS, DF, Identification, ECN. */
#include <string.h>

#include "choice.h"
#include "ipip/dscp.h"
#include "refuse.h"
#include "words/word.h"

enum { OCTET_MAX = 255 };

static gboolean take_ttl(struct description *d, const struct word *word, const char *value)
{
    unsigned long ttl = 0;

    if (strcmp(value, "inherit") != 0 && !word_number(value, 0, OCTET_MAX, &ttl))
        return word_refuse_value(d, word, value, "1 to 255, or inherit");
    d->tunnel.ttl = (uint8_t)ttl;
    return TRUE;
}

/* As iproute2 reads it: hexadecimal with or without 0x, or the name of a DSCP. */
static gboolean tos_octet(const char *text, unsigned long *tos)
{
    int dscp = ipip_dscp_find(text);

    if (dscp >= 0)
        *tos = (unsigned long)dscp << 2;
    return dscp >= 0 || word_number(text, 16, OCTET_MAX, tos);
}

/* Linux reads the low bit of the number as "inherit"; in a sit device only the number 1. */
static gboolean is_inherit(const struct description *d, unsigned tos)
{
    return d->mode->driver == IPIP_DRIVER_SIT ? tos == 1 : (tos & 1) != 0;
}

static gboolean take_tos(struct description *d, const struct word *word, const char *value)
{
    gboolean is_inherited = g_str_has_prefix(value, "inherit");
    const char *rest = is_inherited ? value + strlen("inherit") : value;
    gboolean has_number = !is_inherited || *rest == '/';
    unsigned long tos = 0;

    if (is_inherited && has_number)
        rest++;
    if (has_number ? !tos_octet(rest, &tos) : *rest != '\0')
        return word_refuse_value(d, word, value, "00 to ff (hexadecimal), a DSCP such as EF, inherit, or inherit/10");
    if (is_inherited && has_number && d->command == COMMAND_LINK)
        return refuse(d->error, NULL, "%s %s: `ip link add` takes inherit or a number, not both", word->name, value);
    if (is_inherited)
        tos |= 1;
    if (d->mode->kinds != IPIP_KIND_BIT(IPIP_KIND_6IN4) && (tos & 1) != 0 && !is_inherit(d, (unsigned)tos))
        return refuse(d->error, NULL, "%s %s: a sit device inherits the DSCP of IPv4 then, and not that of IPv6",
                      word->name, value);
    d->tunnel.tos_inherit = is_inherit(d, (unsigned)tos);
    d->tunnel.tos = (uint8_t)(tos & ~3UL);
    return TRUE;
}

/* ip(8) knows no names here: it takes EF for the number ef. */
static gboolean take_tclass(struct description *d, const struct word *word, const char *value)
{
    gboolean is_inherited = strcmp(value, "inherit") == 0;
    int dscp = ipip_dscp_find(value);
    unsigned long tclass = 0;

    if (dscp >= 0 && !g_ascii_isdigit(*value))
        return refuse(d->error, NULL, "%s %s: over IPv6 it is hexadecimal or inherit; %s is 0x%02x", word->name, value,
                      value, (unsigned)dscp << 2);
    if (!is_inherited && !word_number(value, 16, OCTET_MAX, &tclass))
        return word_refuse_value(d, word, value, "00 to ff (hexadecimal), or inherit");
    d->tunnel.tos_inherit = is_inherited;
    d->tunnel.tos = (uint8_t)tclass;
    return TRUE;
}

static gboolean set_df(struct description *d, enum ipip_df_policy df)
{
    d->is_nopmtudisc = FALSE;
    d->tunnel.df = df;
    return TRUE;
}

static gboolean take_pmtudisc(struct description *d, const struct word *word, const char *value)
{
    (void)value;
    set_df(d, (enum ipip_df_policy)word->argument);
    d->is_nopmtudisc = word->argument == IPIP_DF_COPY;
    return TRUE;
}

static gboolean take_ignore_df(struct description *d, const struct word *word, const char *value)
{
    (void)value;
    d->ignores_df = word->argument != 0;
    return TRUE;
}

static const char *df_name(int index)
{
    return ipip_df_policy_name((enum ipip_df_policy)index);
}

static const char *id_name(int index)
{
    return ipip_id_policy_name((enum ipip_id_policy)index);
}

static const char *ecn_name(int index)
{
    return ipip_ecn_encap_name((enum ipip_ecn_encap)index);
}

/* The position of `value` among the names; -1, and refused, where it is none. */
static int choose(struct description *d, const struct word *word, const char *value, choice_name *name_at)
{
    int choice = choice_find(value, name_at);

    if (choice < 0) {
        choice_refuse(value, name_at, d->error);
        g_prefix_error(d->error, "%s %s: ", word->name, value);
    }
    return choice;
}

static gboolean take_df(struct description *d, const struct word *word, const char *value)
{
    int df = choose(d, word, value, df_name);

    return df >= 0 && set_df(d, (enum ipip_df_policy)df);
}

static gboolean take_id(struct description *d, const struct word *word, const char *value)
{
    int id = choose(d, word, value, id_name);

    d->tunnel.id = (enum ipip_id_policy)MAX(id, 0);
    return id >= 0;
}

static gboolean take_ecn(struct description *d, const struct word *word, const char *value)
{
    int ecn = choose(d, word, value, ecn_name);

    d->has_ecn = TRUE;
    d->tunnel.ecn = (enum ipip_ecn_encap)MAX(ecn, 0);
    return ecn >= 0;
}

const struct word words_of_ip[] = {
    {"ttl", IPIP_DRIVER_OVER_IP, COMMAND_ADD, TRUE, take_ttl, 0},
    {"hoplimit", IPIP_DRIVER_OVER_IP, COMMAND_ADD, TRUE, take_ttl, 0},
    {"hlim", IPIP_DRIVER_OVER_IP, COMMAND_ADD, TRUE, take_ttl, 0},
    {"tos", IPIP_DRIVER_OVER_IPV4, COMMAND_ADD, TRUE, take_tos, 0},
    {"tclass", IPIP_DRIVER_OVER_IPV4, COMMAND_ADD, TRUE, take_tos, 0},
    {"tc", IPIP_DRIVER_OVER_IPV4, COMMAND_ADD, TRUE, take_tos, 0},
    {"dsfield", IPIP_DRIVER_OVER_IPV4, COMMAND_ADD, TRUE, take_tos, 0},
    {"tos", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, TRUE, take_tclass, 0},
    {"tclass", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, TRUE, take_tclass, 0},
    {"tc", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, TRUE, take_tclass, 0},
    {"dsfield", IPIP_DRIVER_OVER_IPV6, COMMAND_ADD, TRUE, take_tclass, 0},
    {"pmtudisc", IPIP_DRIVER_OVER_IPV4, COMMAND_ADD, FALSE, take_pmtudisc, IPIP_DF_SET},
    {"nopmtudisc", IPIP_DRIVER_OVER_IPV4, COMMAND_ADD, FALSE, take_pmtudisc, IPIP_DF_COPY},
    {"ignore-df", IPIP_DRIVER_GRE | IPIP_DRIVER_ERSPAN, COMMAND_LINK, FALSE, take_ignore_df, TRUE},
    {"noignore-df", IPIP_DRIVER_GRE | IPIP_DRIVER_ERSPAN, COMMAND_LINK, FALSE, take_ignore_df, FALSE},
    {"df", IPIP_DRIVER_OVER_IPV4, COMMAND_ADD, TRUE, take_df, 0},
    {"id", IPIP_DRIVER_OVER_IPV4, COMMAND_ADD, TRUE, take_id, 0},
    {"ecn", IPIP_DRIVER_OVER_IP, COMMAND_ADD, TRUE, take_ecn, 0},
    {0},
};
