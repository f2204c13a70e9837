/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words/mode.h"

#include <string.h>

#include "nearest.h"
#include "refuse.h"

static gboolean has_name(const struct ipip_tunnel_mode *mode, const char *name)
{
    for (size_t i = 0; i < IPIP_MODE_NAMES_MAX && mode->names[i] != NULL; i++) {
        if (strcmp(mode->names[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* vti is read, and refused in the end: its packets need the keys of IPsec. */
static gboolean is_offered(const struct ipip_tunnel_mode *mode)
{
    return mode->driver != IPIP_DRIVER_VTI;
}

char *mode_text(const struct ipip_tunnel_mode *mode)
{
    if (mode->names[0] == NULL)
        return g_strdup_printf("type %s", mode->type);
    return g_strdup_printf("mode %s", mode->names[0]);
}

char *mode_types(unsigned drivers)
{
    GString *s = g_string_new(NULL);
    const char *last = NULL;

    for (size_t i = 0; i < IPIP_TUNNEL_MODES; i++) {
        const char *type = ipip_tunnel_mode_at(i)->type;

        if (type == NULL || (ipip_tunnel_mode_at(i)->driver & drivers) == 0 || !is_offered(ipip_tunnel_mode_at(i)) ||
            (last != NULL && strcmp(type, last) == 0))
            continue;
        g_string_append_printf(s, "%s%s", s->len > 0 ? ", " : "", type);
        last = type;
    }
    return g_string_free(s, FALSE);
}

/* "ipip, sit, gre" of those rows; to be freed. */
static char *names_where(gboolean (*is_meant)(const struct ipip_tunnel_mode *mode, const void *context),
                         const void *context)
{
    GString *s = g_string_new(NULL);

    for (size_t i = 0; i < IPIP_TUNNEL_MODES; i++) {
        if (ipip_tunnel_mode_at(i)->names[0] != NULL && is_offered(ipip_tunnel_mode_at(i)) &&
            is_meant(ipip_tunnel_mode_at(i), context))
            g_string_append_printf(s, "%s%s", s->len > 0 ? ", " : "", ipip_tunnel_mode_at(i)->names[0]);
    }
    return g_string_free(s, FALSE);
}

static gboolean is_of_type(const struct ipip_tunnel_mode *mode, const void *type)
{
    return mode->type != NULL && strcmp(mode->type, type) == 0;
}

/* Of `ip tunnel` over the IP version `*version`, or ours. */
static gboolean is_of_version(const struct ipip_tunnel_mode *mode, const void *version)
{
    return mode->is_of_ip_tunnel && mode->is_over_ipv6 == (*(const int *)version == 6);
}

static const char *nearest_type(const char *type)
{
    const char *types[IPIP_TUNNEL_MODES + 1] = {NULL};
    size_t count = 0;

    for (size_t i = 0; i < IPIP_TUNNEL_MODES; i++) {
        if (ipip_tunnel_mode_at(i)->is_default && is_offered(ipip_tunnel_mode_at(i)))
            types[count++] = ipip_tunnel_mode_at(i)->type;
    }
    return nearest(type, types);
}

gboolean mode_check_type(const char *type, GError **error)
{
    const char *near;
    char *all;

    for (size_t i = 0; i < IPIP_TUNNEL_MODES; i++) {
        if (is_of_type(ipip_tunnel_mode_at(i), type))
            return TRUE;
    }
    near = nearest_type(type);
    all = mode_types(IPIP_DRIVER_ALL);
    refuse(error, NULL, "type %s is not supported; it is one of %s%s%s%s", type, all,
           near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
    g_free(all);
    return FALSE;
}

static const struct ipip_tunnel_mode *find_by_type(const struct mode_words *words, GError **error)
{
    char *names;

    for (size_t i = 0; i < IPIP_TUNNEL_MODES; i++) {
        gboolean is_meant =
            words->mode != NULL ? has_name(ipip_tunnel_mode_at(i), words->mode) : ipip_tunnel_mode_at(i)->is_default;

        if (is_meant && is_of_type(ipip_tunnel_mode_at(i), words->type))
            return ipip_tunnel_mode_at(i);
    }
    names = names_where(is_of_type, words->type);
    if (*names == '\0')
        refuse(error, NULL, "type %s has no mode", words->type);
    else
        refuse(error, NULL, "mode %s is not supported with type %s; it is one of %s", words->mode, words->type, names);
    g_free(names);
    return NULL;
}

static const struct ipip_tunnel_mode *refuse_mode(const struct mode_words *words, GError **error)
{
    const char *all[IPIP_TUNNEL_MODES * IPIP_MODE_NAMES_MAX + 1] = {NULL};
    int version = words->version == 6 ? 6 : 4;
    size_t count = 0;
    const char *near;
    char *names;

    for (size_t i = 0; i < IPIP_TUNNEL_MODES; i++) {
        for (size_t k = 0;
             k < IPIP_MODE_NAMES_MAX && ipip_tunnel_mode_at(i)->names[k] != NULL && is_offered(ipip_tunnel_mode_at(i));
             k++)
            all[count++] = ipip_tunnel_mode_at(i)->names[k];
    }
    near = nearest(words->mode, all);
    names = names_where(is_of_version, &version);
    refuse(error, NULL, "mode %s is not supported; over IPv%d it is one of %s%s%s%s", words->mode, version, names,
           near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
    g_free(names);
    return NULL;
}

static const struct ipip_tunnel_mode *find_by_mode(const struct mode_words *words, GError **error)
{
    const struct ipip_tunnel_mode *found = NULL;

    for (size_t i = 0; i < IPIP_TUNNEL_MODES; i++) {
        gboolean is_better =
            found == NULL || (words->version == 6 && ipip_tunnel_mode_at(i)->is_over_ipv6 && !found->is_over_ipv6);

        if (has_name(ipip_tunnel_mode_at(i), words->mode) && is_better)
            found = ipip_tunnel_mode_at(i);
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
static const struct ipip_tunnel_mode *find_by_default(const struct mode_words *words, GError **error)
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

const struct ipip_tunnel_mode *mode_find(const struct mode_words *words, GError **error)
{
    if (words->type != NULL)
        return find_by_type(words, error);
    if (words->mode != NULL)
        return find_by_mode(words, error);
    return find_by_default(words, error);
}
