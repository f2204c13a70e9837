/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kinds_option.h"

#include <string.h>

#include "choice.h"
#include "option_words.h"
#include "refuse.h"

static const char *udp_name(int index)
{
    return ipip_udp_tunnel_name((unsigned)index);
}

/* What tunnels are called elsewhere: ip(8), and what they are used for. */
static const char *kind_called(const char *name)
{
    static const struct {
        const char *name, *kind;
    } others[] = {
        {"sit", "6in4"},     {"6to4", "6in4"},   {"6rd", "6in4"},          {"isatap", "6in4"}, {"ipip6", "4in6"},
        {"ds-lite", "4in6"}, {"ip6ip6", "6in6"}, {"ip6tnl", "4in6,6in6"},  {"ip6gre", "gre6"}, {"ip6gretap", "gretap6"},
        {"vti", "esp"},      {"ipsec", "esp"},   {"ip6erspan", "erspan6"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (g_ascii_strcasecmp(name, others[i].name) == 0)
            return others[i].kind;
    }
    return NULL;
}

/* "all": the usual ones, and those that are left out otherwise. */
static gboolean add_kind(struct ipip_kinds *kinds, const struct ipip_kinds *usual, const char *name, GError **error)
{
    enum ipip_kind kind = ipip_kind_find(name);

    if (g_ascii_strcasecmp(name, "all") == 0) {
        kinds->set |= usual->set | ipip_kinds_all()->set;
        return TRUE;
    }
    if (kind == IPIP_KIND_NONE && kind_called(name) != NULL)
        return refuse(error, NULL, "--kinds %s: write %s", name, kind_called(name));
    if (kind == IPIP_KIND_NONE) {
        choice_refuse(name, option_kind_name, error);
        return refuse_option("kinds", name, error);
    }
    kinds->set |= IPIP_KIND_BIT(kind);
    return TRUE;
}

static gboolean add_list(struct ipip_kinds *kinds, const struct ipip_kinds *usual, const char *list, GError **error)
{
    char **names = g_strsplit(list, ",", -1);
    gboolean is_known = TRUE;

    for (char **name = names; is_known && *name != NULL; name++) {
        if (*g_strstrip(*name) != '\0') /* a comma at the end */
            is_known = add_kind(kinds, usual, *name, error);
    }
    g_strfreev(names);
    return is_known;
}

static gboolean add_port(struct ipip_kinds *kinds, const char *text, GError **error)
{
    const char *name = strchr(text, '=');
    char *digits = g_strndup(text, name != NULL ? (gsize)(name - text) : strlen(text));
    guint64 port = 0;
    gboolean is_port = g_ascii_string_to_unsigned(digits, 10, 1, G_MAXUINT16, &port, NULL);

    g_free(digits);
    if (name == NULL || !is_port)
        return refuse(error, NULL, "it must be PORT=KIND, such as 5555=fou-ipip, with a port from 1 to 65535");
    if (kinds->udp_count == IPIP_UDP_TUNNELS_MAX)
        return refuse(error, NULL, "no more than %d ports can be declared", IPIP_UDP_TUNNELS_MAX);
    if (!ipip_udp_tunnel_find(&kinds->udp[kinds->udp_count], name + 1))
        return choice_refuse(name + 1, udp_name, error);
    kinds->udp[kinds->udp_count++].port = (uint16_t)port;
    return TRUE;
}

static const char *esp_null_name(int index)
{
    return ipip_esp_null_name((unsigned)index);
}

gboolean kinds_from_options(char **lists, char **udp, const char *esp_null, const struct ipip_kinds *usual,
                            struct ipip_kinds *kinds, GError **error)
{
    *kinds = *usual;
    if (lists != NULL)
        kinds->set = 0;
    for (; lists != NULL && *lists != NULL; lists++) {
        if (!add_list(kinds, usual, *lists, error))
            return FALSE;
    }
    if (kinds->set == 0)
        return refuse(error, NULL, "--kinds names none");
    for (; udp != NULL && *udp != NULL; udp++) {
        if (!add_port(kinds, *udp, error))
            return refuse_option("udp-tunnel", *udp, error);
    }
    if (esp_null != NULL && !ipip_esp_null_declare(kinds, esp_null)) {
        choice_refuse(esp_null, esp_null_name, error);
        return refuse_option("esp-null", esp_null, error);
    }
    return TRUE;
}
