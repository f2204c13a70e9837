/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_words.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/address.h"
#include "ipip/dscp.h"

/* Where the reading of the words stands. */
struct word_parser {
    struct ipip_tunnel *tunnel;
    gboolean is_nopmtudisc; /* that word was the last on DF */
    GError **error;
};

struct word {
    const char *name;
    gboolean (*take)(struct word_parser *r, const char *value); /* NULL: accepted, and the value ignored */
    gboolean has_value;
};

static gboolean wrong(struct word_parser *r, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean wrong(struct word_parser *r, const char *format, ...)
{
    va_list arguments;
    char *what;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(r->error, TUNNEL_WORDS_ERROR, 0, "--tunnel: %s", what);
    g_free(what);
    return FALSE;
}

/* A number from 0 to 255. */
static gboolean octet(const char *text, int base, unsigned long *value)
{
    char *end;

    *value = strtoul(text, &end, base);
    return g_ascii_isxdigit(text[0]) && *end == '\0' && *value <= 255;
}

static gboolean take_mode(struct word_parser *r, const char *value)
{
    static const char *const known[] = {"ipip", "ip4ip4", "ipv4/ipv4", "ip/ip", "any"};

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(value, known[i]) == 0)
            return TRUE;
    }
    return wrong(r, "mode %s is not supported; this version makes mode ipip (IPv4 in IPv4)", value);
}

/* Not given, or given as 0.0.0.0. */
static gboolean is_missing(struct ipip_addr address)
{
    return ipip_address_kind(address) == IPIP_ADDRESS_UNSPECIFIED;
}

static gboolean take_address(struct word_parser *r, const char *what, const char *value, struct ipip_addr *address)
{
    return (ipip_address_parse(address, value) && ipip_address_is_ipv4(*address)) ||
           wrong(r, "%s %s is no IPv4 address", what, value);
}

static gboolean take_local(struct word_parser *r, const char *value)
{
    return take_address(r, "local", value, &r->tunnel->local);
}

static gboolean take_remote(struct word_parser *r, const char *value)
{
    return take_address(r, "remote", value, &r->tunnel->remote);
}

static gboolean take_ttl(struct word_parser *r, const char *value)
{
    unsigned long ttl = 0;

    if (strcmp(value, "inherit") != 0 && !octet(value, 10, &ttl))
        return wrong(r, "ttl %s: it is 1 to 255, or inherit", value);
    r->tunnel->ttl = (uint8_t)ttl;
    return TRUE;
}

/* As iproute2 reads it: hexadecimal with or without 0x, or the name of a DSCP. */
static gboolean tos_octet(const char *text, unsigned long *tos)
{
    int dscp = ipip_dscp_find(text);

    if (dscp >= 0)
        *tos = (unsigned long)dscp << 2;
    return dscp >= 0 || octet(text, 16, tos);
}

static gboolean take_tos(struct word_parser *r, const char *value)
{
    gboolean is_inherited = g_str_has_prefix(value, "inherit");
    const char *rest = is_inherited ? value + strlen("inherit") : value;
    gboolean has_number = !is_inherited || *rest == '/';
    unsigned long tos = 0;

    if (is_inherited && has_number)
        rest++;
    if (has_number ? !tos_octet(rest, &tos) : *rest != '\0')
        return wrong(r, "tos %s: it is 00 to ff (hexadecimal), a DSCP such as EF, inherit, or inherit/10", value);
    /* Linux reads the low bit of the number as "inherit". */
    r->tunnel->tos_inherit = is_inherited || (tos & 1) != 0;
    r->tunnel->tos = (uint8_t)(tos & ~3UL);
    return TRUE;
}

static gboolean set_df(struct word_parser *r, enum ipip_df_policy df)
{
    r->is_nopmtudisc = FALSE;
    r->tunnel->df = df;
    return TRUE;
}

static gboolean take_pmtudisc(struct word_parser *r, const char *value)
{
    (void)value;
    return set_df(r, IPIP_DF_SET);
}

static gboolean take_nopmtudisc(struct word_parser *r, const char *value)
{
    (void)value;
    set_df(r, IPIP_DF_COPY);
    r->is_nopmtudisc = TRUE;
    return TRUE;
}

static gboolean take_df(struct word_parser *r, const char *value)
{
    for (int df = 0; df < IPIP_DF_POLICY_COUNT; df++) {
        if (strcmp(value, ipip_df_policy_name((enum ipip_df_policy)df)) == 0)
            return set_df(r, (enum ipip_df_policy)df);
    }
    return wrong(r, "df %s: it is set, copy or clear", value);
}

static gboolean take_id(struct word_parser *r, const char *value)
{
    for (int id = 0; id < IPIP_ID_POLICY_COUNT; id++) {
        if (strcmp(value, ipip_id_policy_name((enum ipip_id_policy)id)) == 0) {
            r->tunnel->id = (enum ipip_id_policy)id;
            return TRUE;
        }
    }
    return wrong(r, "id %s: it is counter, copy, zero or zero-with-df", value);
}

static gboolean take_ecn(struct word_parser *r, const char *value)
{
    for (int mode = 0; mode < IPIP_ECN_ENCAP_COUNT; mode++) {
        if (strcmp(value, ipip_ecn_encap_name((enum ipip_ecn_encap)mode)) == 0) {
            r->tunnel->ecn = (enum ipip_ecn_encap)mode;
            return TRUE;
        }
    }
    return wrong(r, "ecn %s: it is normal, compatibility, rfc3168-full, rfc3168-limited or copy", value);
}

static const struct word words[] = {
    {"mode", take_mode, TRUE},
    {"type", take_mode, TRUE},
    {"local", take_local, TRUE},
    {"remote", take_remote, TRUE},
    {"ttl", take_ttl, TRUE},
    {"hoplimit", take_ttl, TRUE},
    {"hlim", take_ttl, TRUE},
    {"tos", take_tos, TRUE},
    {"tclass", take_tos, TRUE},
    {"dsfield", take_tos, TRUE},
    {"pmtudisc", take_pmtudisc, FALSE},
    {"nopmtudisc", take_nopmtudisc, FALSE},
    {"ecn", take_ecn, TRUE},
    {"id", take_id, TRUE},
    {"df", take_df, TRUE},
    {"dev", NULL, TRUE},
    {"name", NULL, TRUE},
};

static const struct word *find_word(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(name, words[i].name) == 0)
            return &words[i];
    }
    return NULL;
}

/* ip(8) takes any abbreviation. */
static gboolean is_abbreviation(const char *token, const char *const *of)
{
    for (; token != NULL && *of != NULL; of++) {
        if (g_str_has_prefix(*of, token))
            return TRUE;
    }
    return FALSE;
}

/* Steps over `ip tunnel add NAME` or `ip link add NAME`, from wherever in it the words begin. */
static char **skip_command(char **token)
{
    static const char *const objects[] = {"tunnel", "link", NULL};
    static const char *const actions[] = {"add", "change", "replace", "set", NULL};

    if (*token != NULL && strcmp(*token, "ip") == 0)
        token++;
    if (*token != NULL && find_word(*token) == NULL && is_abbreviation(*token, objects))
        token++;
    if (*token != NULL && find_word(*token) == NULL && is_abbreviation(*token, actions)) {
        token++;
        /* What is no word of the grammar is the device's name. */
        if (*token != NULL && find_word(*token) == NULL)
            token++;
    }
    return token;
}

static gboolean take_word(struct word_parser *r, char ***token)
{
    const char *name = *(*token)++;
    const struct word *word = find_word(name);
    const char *value = NULL;

    if (word == NULL)
        return wrong(r,
                     "\"%s\" is not known; the syntax is that of ip-tunnel(8): mode, local, remote, ttl, tos, "
                     "pmtudisc, nopmtudisc, dev; and ecn, id, df",
                     name);
    if (word->has_value) {
        value = **token;
        if (value == NULL)
            return wrong(r, "%s needs a value", name);
        (*token)++;
    }
    return word->take == NULL || word->take(r, value);
}

gboolean tunnel_from_words(const char *text, struct ipip_tunnel *tunnel, GError **error)
{
    struct word_parser r = {.tunnel = tunnel, .error = error};
    char **tokens = g_strsplit_set(text, " \t\n", -1);
    GPtrArray *solid = g_ptr_array_new();
    gboolean is_good = TRUE;
    char **token;

    *tunnel = ipip_tunnel_linux(IPIP_KIND_IPIP);
    for (char **t = tokens; *t != NULL; t++) {
        if (**t != '\0')
            g_ptr_array_add(solid, *t);
    }
    g_ptr_array_add(solid, NULL);
    token = skip_command((char **)solid->pdata);
    while (is_good && *token != NULL)
        is_good = take_word(&r, &token);
    g_ptr_array_unref(solid);
    g_strfreev(tokens);
    if (!is_good)
        return FALSE;
    if (is_missing(tunnel->local) || is_missing(tunnel->remote))
        return wrong(&r, "it needs local ADDRESS and remote ADDRESS");
    if (ipip_address_equal(tunnel->local, tunnel->remote))
        return wrong(&r, "local and remote are the same address: no packet would leave");
    if (tunnel->ttl != 0 && r.is_nopmtudisc)
        return wrong(&r,
                     "ttl %u and nopmtudisc are incompatible, as for ip-tunnel(8): with a fixed ttl Linux always sets "
                     "DF; \"df copy\" stands for another implementation",
                     tunnel->ttl);
    return TRUE;
}

char *tunnel_to_words(const struct ipip_tunnel *tunnel)
{
    GString *s = g_string_new("mode ipip");
    char local[IPIP_ADDRESS_TEXT];
    char remote[IPIP_ADDRESS_TEXT];

    g_string_append_printf(s, " local %s remote %s", ipip_address_text(local, tunnel->local),
                           ipip_address_text(remote, tunnel->remote));
    if (tunnel->ttl != 0)
        g_string_append_printf(s, " ttl %u", tunnel->ttl);
    else
        g_string_append(s, " ttl inherit");
    if (tunnel->tos_inherit)
        g_string_append(s, " tos inherit");
    else
        g_string_append_printf(s, " tos 0x%02x", tunnel->tos);
    if (tunnel->df == IPIP_DF_SET)
        g_string_append(s, " pmtudisc");
    else if (tunnel->df == IPIP_DF_COPY && tunnel->ttl == 0)
        g_string_append(s, " nopmtudisc");
    else
        g_string_append_printf(s, " df %s", ipip_df_policy_name(tunnel->df));
    if (tunnel->ecn != IPIP_ECN_RFC3168_FULL)
        g_string_append_printf(s, " ecn %s", ipip_ecn_encap_name(tunnel->ecn));
    if (tunnel->id != IPIP_ID_COUNTER)
        g_string_append_printf(s, " id %s", ipip_id_policy_name(tunnel->id));
    return g_string_free(s, FALSE);
}
