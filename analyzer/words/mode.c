/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words/mode.h"

#include <string.h>

#include "nearest.h"
#include "refuse.h"

#define KIND(name) IPIP_KIND_BIT(IPIP_KIND_##name)

/* Of several rows with a mode, the first is meant where neither the type nor the IP version is given. */
static const struct tunnel_mode modes[] = {
    {.names = {"ipip", "ip/ip", "ip4ip4", "ipv4/ipv4"},
     .type = "ipip",
     .is_of_ip_tunnel = TRUE,
     .is_spelt_out = TRUE,
     .driver = DRIVER_IPIP,
     .kinds = KIND(IPIP),
     .kind = IPIP_KIND_IPIP,
     .other = "mode ipip6"},
    {.names = {"any", "any/ipv4"},
     .type = "ipip",
     .is_default = TRUE,
     .driver = DRIVER_IPIP,
     .kinds = KIND(IPIP) | KIND(MPLS),
     .kind = IPIP_KIND_IPIP,
     .other = "type ip6tnl"},
    {.names = {"mplsip", "mpls/ipv4"},
     .type = "ipip",
     .driver = DRIVER_IPIP,
     .kinds = KIND(MPLS),
     .kind = IPIP_KIND_MPLS},
    {.names = {"sit", "ipv6/ip", "ip6ip", "ipv6/ipv4"},
     .link_name = "ip6ip",
     .type = "sit",
     .is_of_ip_tunnel = TRUE,
     .driver = DRIVER_SIT,
     .kinds = KIND(6IN4),
     .kind = IPIP_KIND_6IN4,
     .other = "mode ip6ip6"},
    {.names = {"any", "any/ipv4"},
     .type = "sit",
     .is_default = TRUE,
     .driver = DRIVER_SIT,
     .kinds = KIND(6IN4) | KIND(IPIP) | KIND(MPLS),
     .kind = IPIP_KIND_6IN4,
     .other = "type ip6tnl"},
    {.names = {"ipip", "ip4ip4", "ipv4/ipv4"},
     .type = "sit",
     .driver = DRIVER_IPIP, /* it has its words, too */
     .kinds = KIND(IPIP),
     .kind = IPIP_KIND_IPIP,
     .other = "mode ipip6"},
    {.names = {"mplsip", "mpls/ipv4"},
     .type = "sit",
     .driver = DRIVER_IPIP,
     .kinds = KIND(MPLS),
     .kind = IPIP_KIND_MPLS},
    {.names = {"isatap"},
     .is_of_ip_tunnel = TRUE,
     .is_isatap = TRUE,
     .driver = DRIVER_SIT,
     .kinds = KIND(6IN4),
     .kind = IPIP_KIND_6IN4},
    {.names = {"gre", "gre/ip"},
     .type = "gre",
     .is_default = TRUE,
     .is_of_ip_tunnel = TRUE,
     .driver = DRIVER_GRE,
     .kinds = KIND(GRE),
     .kind = IPIP_KIND_GRE,
     .other = "mode ip6gre"},
    {.type = "gretap",
     .is_default = TRUE,
     .driver = DRIVER_GRE,
     .kinds = KIND(GRETAP),
     .kind = IPIP_KIND_GRETAP,
     .other = "type ip6gretap"},
    {.type = "erspan",
     .is_default = TRUE,
     .driver = DRIVER_ERSPAN,
     .kinds = KIND(ERSPAN),
     .kind = IPIP_KIND_ERSPAN,
     .other = "type ip6erspan"},
    {.names = {"vti"},
     .type = "vti",
     .is_default = TRUE,
     .is_of_ip_tunnel = TRUE,
     .driver = DRIVER_VTI,
     .kinds = KIND(ESP),
     .kind = IPIP_KIND_ESP,
     .other = "mode vti6"},
    {.names = {"ipip6", "ip/ipv6", "ipv4/ipv6", "ip4ip6"},
     .type = "ip6tnl",
     .is_of_ip_tunnel = TRUE,
     .is_over_ipv6 = TRUE,
     .driver = DRIVER_IP6TNL,
     .kinds = KIND(4IN6),
     .kind = IPIP_KIND_4IN6,
     .other = "mode ipip"},
    {.names = {"ip6ip6", "ipv6/ipv6"},
     .type = "ip6tnl",
     .is_of_ip_tunnel = TRUE,
     .is_over_ipv6 = TRUE,
     .driver = DRIVER_IP6TNL,
     .kinds = KIND(6IN6),
     .kind = IPIP_KIND_6IN6,
     .other = "mode sit"},
    {.names = {"any", "any/ipv6"},
     .type = "ip6tnl",
     .is_default = TRUE,
     .is_of_ip_tunnel = TRUE,
     .is_over_ipv6 = TRUE,
     .driver = DRIVER_IP6TNL,
     .kinds = KIND(4IN6) | KIND(6IN6),
     .kind = IPIP_KIND_6IN6,
     .other = "type sit"},
    {.names = {"ip6gre", "gre/ipv6"},
     .type = "ip6gre",
     .is_default = TRUE,
     .is_of_ip_tunnel = TRUE,
     .is_over_ipv6 = TRUE,
     .driver = DRIVER_IP6GRE,
     .kinds = KIND(GRE6),
     .kind = IPIP_KIND_GRE6,
     .other = "mode gre"},
    {.type = "ip6gretap",
     .is_default = TRUE,
     .is_over_ipv6 = TRUE,
     .driver = DRIVER_IP6GRE,
     .kinds = KIND(GRETAP6),
     .kind = IPIP_KIND_GRETAP6,
     .other = "type gretap"},
    {.type = "ip6erspan",
     .is_default = TRUE,
     .is_over_ipv6 = TRUE,
     .driver = DRIVER_IP6ERSPAN,
     .kinds = KIND(ERSPAN6),
     .kind = IPIP_KIND_ERSPAN6,
     .other = "type erspan"},
    {.names = {"vti6"},
     .type = "vti6",
     .is_default = TRUE,
     .is_of_ip_tunnel = TRUE,
     .is_over_ipv6 = TRUE,
     .driver = DRIVER_VTI,
     .kinds = KIND(ESP),
     .kind = IPIP_KIND_ESP,
     .other = "mode vti"},
    {.names = {"minimal"}, .driver = DRIVER_OURS, .kinds = KIND(MINIMAL), .kind = IPIP_KIND_MINIMAL},
};

static gboolean has_name(const struct tunnel_mode *mode, const char *name)
{
    for (size_t i = 0; i < MODE_NAMES_MAX && mode->names[i] != NULL; i++) {
        if (strcmp(mode->names[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

char *mode_text(const struct tunnel_mode *mode)
{
    if (mode->names[0] == NULL)
        return g_strdup_printf("type %s", mode->type);
    return g_strdup_printf("mode %s", mode->names[0]);
}

char *mode_types(unsigned drivers)
{
    GString *s = g_string_new(NULL);
    const char *last = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        const char *type = modes[i].type;

        if (type == NULL || (modes[i].driver & drivers) == 0 || (last != NULL && strcmp(type, last) == 0))
            continue;
        g_string_append_printf(s, "%s%s", s->len > 0 ? ", " : "", type);
        last = type;
    }
    return g_string_free(s, FALSE);
}

/* "ipip, sit, gre" of those rows; to be freed. */
static char *names_where(gboolean (*is_meant)(const struct tunnel_mode *mode, const void *context), const void *context)
{
    GString *s = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (modes[i].names[0] != NULL && is_meant(&modes[i], context))
            g_string_append_printf(s, "%s%s", s->len > 0 ? ", " : "", modes[i].names[0]);
    }
    return g_string_free(s, FALSE);
}

static gboolean is_of_type(const struct tunnel_mode *mode, const void *type)
{
    return mode->type != NULL && strcmp(mode->type, type) == 0;
}

/* Of `ip tunnel` over the IP version `*version`, or ours. */
static gboolean is_of_version(const struct tunnel_mode *mode, const void *version)
{
    return mode->is_of_ip_tunnel && mode->is_over_ipv6 == (*(const int *)version == 6);
}

static const char *nearest_type(const char *type)
{
    const char *types[G_N_ELEMENTS(modes) + 1] = {NULL};
    size_t count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (modes[i].is_default)
            types[count++] = modes[i].type;
    }
    return nearest(type, types);
}

gboolean mode_check_type(const char *type, GError **error)
{
    const char *near;
    char *all;

    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (is_of_type(&modes[i], type))
            return TRUE;
    }
    near = nearest_type(type);
    all = mode_types(DRIVER_ALL);
    refuse(error, NULL, "type %s is not supported; it is one of %s%s%s%s", type, all,
           near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
    g_free(all);
    return FALSE;
}

static const struct tunnel_mode *find_by_type(const struct mode_words *words, GError **error)
{
    char *names;

    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        gboolean is_meant = words->mode != NULL ? has_name(&modes[i], words->mode) : modes[i].is_default;

        if (is_meant && is_of_type(&modes[i], words->type))
            return &modes[i];
    }
    names = names_where(is_of_type, words->type);
    if (*names == '\0')
        refuse(error, NULL, "type %s has no mode", words->type);
    else
        refuse(error, NULL, "mode %s is not supported with type %s; it is one of %s", words->mode, words->type, names);
    g_free(names);
    return NULL;
}

static const struct tunnel_mode *refuse_mode(const struct mode_words *words, GError **error)
{
    const char *all[G_N_ELEMENTS(modes) * MODE_NAMES_MAX + 1] = {NULL};
    int version = words->version == 6 ? 6 : 4;
    size_t count = 0;
    const char *near;
    char *names;

    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        for (size_t k = 0; k < MODE_NAMES_MAX && modes[i].names[k] != NULL; k++)
            all[count++] = modes[i].names[k];
    }
    near = nearest(words->mode, all);
    names = names_where(is_of_version, &version);
    refuse(error, NULL, "mode %s is not supported; over IPv%d it is one of %s%s%s%s", words->mode, version, names,
           near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
    g_free(names);
    return NULL;
}

static const struct tunnel_mode *find_by_mode(const struct mode_words *words, GError **error)
{
    const struct tunnel_mode *found = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        gboolean is_better = found == NULL || (words->version == 6 && modes[i].is_over_ipv6 && !found->is_over_ipv6);

        if (has_name(&modes[i], words->mode) && is_better)
            found = &modes[i];
    }
    if (found == NULL)
        return refuse_mode(words, error);
    if (words->is_version_6 && !found->is_over_ipv6) {
        refuse(error, NULL, "mode %s is over IPv4, and `ip -6 tunnel` makes tunnels over IPv6%s%s", words->mode,
               found->other != NULL ? "; there it is " : "", found->other != NULL ? found->other : "");
        return NULL;
    }
    return found;
}

/* `ip tunnel` takes the mode from the name of the device, and `ip -6 tunnel` has a default. */
static const struct tunnel_mode *find_by_default(const struct mode_words *words, GError **error)
{
    static const char *const prefixes[] = {"gre", "ipip", "sit", "isatap", "vti"};
    struct mode_words guess = *words;

    guess.mode = words->version == 6 ? "ip6ip6" : "ipip";
    if (words->is_ip_tunnel && words->version != 6) {
        guess.mode = NULL;
        for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
            if (words->device != NULL && g_str_has_prefix(words->device, prefixes[i]))
                guess.mode = prefixes[i];
        }
    }
    if (guess.mode != NULL)
        return find_by_mode(&guess, error);
    refuse(error, NULL, "`ip tunnel add` needs a mode, such as mode ipip");
    return NULL;
}

const struct tunnel_mode *mode_find(const struct mode_words *words, GError **error)
{
    if (words->type != NULL)
        return find_by_type(words, error);
    if (words->mode != NULL)
        return find_by_mode(words, error);
    return find_by_default(words, error);
}

const struct tunnel_mode *mode_of(const struct ipip_tunnel *tunnel)
{
    struct ipip_addr end = ipip_address_is_none(tunnel->local) ? tunnel->remote : tunnel->local;
    gboolean is_over_ipv6 = !ipip_address_is_ipv4(end);
    const struct tunnel_mode *found = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
        const struct tunnel_mode *mode = &modes[i];
        gboolean makes_all = (tunnel->kinds & ~mode->kinds) == 0;

        if (!makes_all || mode->is_isatap != tunnel->is_isatap || mode->is_over_ipv6 != is_over_ipv6)
            continue;
        if (mode->kinds == tunnel->kinds)
            return mode;
        if (found == NULL)
            found = mode;
    }
    return found != NULL ? found : &modes[0];
}

struct ipip_tunnel mode_defaults(const struct tunnel_mode *mode)
{
    struct ipip_tunnel tunnel = ipip_tunnel_linux(mode->kind);

    tunnel.kinds = mode->kinds;
    tunnel.is_isatap = mode->is_isatap;
    tunnel.prefix = (struct ipip_prefix){0};      /* of 6to4: only without remote */
    tunnel.has_udp_checksum = mode->is_over_ipv6; /* iproute2 switches it on there */
    return tunnel;
}
