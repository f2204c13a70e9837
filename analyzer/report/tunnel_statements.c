/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_statements.h"

#include "ipip/address.h"

enum {
    /* Packets that only one way explains, from which on they are no coincidence. */
    TELLING_MIN = 3,
};

static const char *way_name(int way)
{
    static const char *const names[] = {"fixed", "inherit"};

    return way < IPIP_WAY_COUNT ? names[way] : NULL;
}

static const char *ecn_name(int mode)
{
    return ipip_ecn_encap_name((enum ipip_ecn_encap)mode);
}

static const char *df_name(int policy)
{
    return ipip_df_policy_name((enum ipip_df_policy)policy);
}

static const char *id_name(int policy)
{
    return ipip_id_policy_name((enum ipip_id_policy)policy);
}

static const struct {
    const char *name;
    size_t offset;
    const char *(*way_name)(int way);
} fields[STATEMENT_FIELDS] = {
    [STATEMENT_TTL] = {"ttl", G_STRUCT_OFFSET(struct ipip_inference, ttl), way_name},
    [STATEMENT_TOS] = {"tos", G_STRUCT_OFFSET(struct ipip_inference, dscp), way_name},
    [STATEMENT_ECN] = {"ecn", G_STRUCT_OFFSET(struct ipip_inference, ecn), ecn_name},
    [STATEMENT_DF] = {"df", G_STRUCT_OFFSET(struct ipip_inference, df), df_name},
    [STATEMENT_ID] = {"id", G_STRUCT_OFFSET(struct ipip_inference, id), id_name},
};

const char *statement_name(enum statement_field field)
{
    return fields[field].name;
}

const struct ipip_statement *statement_of(const struct ipip_inference *inference, enum statement_field field)
{
    return (const struct ipip_statement *)((const char *)inference + fields[field].offset);
}

/* What a fixed value is, or how far an inherited one has come. */
static void append_value(GString *words, const struct ipip_statement *s, enum statement_field field, int way)
{
    if (field == STATEMENT_TTL && way == IPIP_WAY_FIXED)
        g_string_append_printf(words, " %u", s->value);
    else if (field == STATEMENT_TTL && ipip_statement_is(s, way) && s->value > 0)
        g_string_append_printf(words, ", %u hop%s ago", s->value, s->value == 1 ? "" : "s");
    else if (field == STATEMENT_TOS && way == IPIP_WAY_FIXED)
        g_string_append_printf(words, " 0x%02x", s->value << 2);
}

char *statement_words(const struct ipip_inference *inference, enum statement_field field)
{
    const struct ipip_statement *s = statement_of(inference, field);
    GString *words = g_string_new(NULL);

    for (int way = 0; fields[field].way_name(way) != NULL; way++) {
        if ((s->ways & 1U << way) == 0)
            continue;
        g_string_append_printf(words, "%s%s", words->len > 0 ? " or " : "", fields[field].way_name(way));
        append_value(words, s, field, way);
    }
    return g_string_free(words, FALSE);
}

/* Ways that make the same of every packet can't be told apart by any traffic. */
static gboolean is_open(const struct ipip_statement *s, enum statement_field field)
{
    static const unsigned same_ecn[] = {1U << IPIP_ECN_NORMAL | 1U << IPIP_ECN_COPY,
                                        1U << IPIP_ECN_COMPATIBILITY | 1U << IPIP_ECN_RFC3168_LIMITED};

    for (size_t i = 0; field == STATEMENT_ECN && i < G_N_ELEMENTS(same_ecn); i++) {
        if (s->ways == same_ecn[i])
            return FALSE;
    }
    return ipip_statement_is_open(s);
}

const char *statement_sureness(const struct ipip_statement *s, enum statement_field field)
{
    if (s->ways == 0)
        return "varies";
    if (is_open(s, field))
        return "not observable";
    return s->agree == s->packets && s->telling >= TELLING_MIN ? "certain" : "likely";
}

char *statement_command(const struct ipip_inference *i, uint32_t src, uint32_t dst)
{
    char local[IPIP_ADDRESS_TEXT];
    char remote[IPIP_ADDRESS_TEXT];
    gboolean is_ttl_fixed = ipip_statement_is(&i->ttl, IPIP_WAY_FIXED);
    gboolean is_df_copied = (i->df.ways & 1U << IPIP_DF_SET) == 0;
    GString *line;

    /* Linux propagates ECN as in RFC 3168, sets DF wherever the inner one is set, and always with a fixed TTL. */
    if (i->ttl.ways == 0 || i->dscp.ways == 0 || (i->ecn.ways & 1U << IPIP_ECN_RFC3168_FULL) == 0 ||
        (i->df.ways & (1U << IPIP_DF_SET | 1U << IPIP_DF_COPY)) == 0 || (is_ttl_fixed && is_df_copied))
        return NULL;
    line = g_string_new("ip tunnel add tun0 mode ipip");
    g_string_append_printf(line, " local %s remote %s", ipip_address_text(local, src), ipip_address_text(remote, dst));
    if (is_ttl_fixed)
        g_string_append_printf(line, " ttl %u", i->ttl.value);
    if (ipip_statement_is(&i->dscp, IPIP_WAY_INHERITED))
        g_string_append(line, " tos inherit");
    else if (i->dscp.value != 0)
        g_string_append_printf(line, " tos 0x%02x", i->dscp.value << 2);
    if (is_df_copied)
        g_string_append(line, " nopmtudisc");
    return g_string_free(line, FALSE);
}
