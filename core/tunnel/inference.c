/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/statement.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

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
} fields[IPIP_STATEMENT_FIELDS] = {
    [IPIP_STATEMENT_TTL] = {"ttl", offsetof(struct ipip_inference, ttl), way_name},
    [IPIP_STATEMENT_TOS] = {"tos", offsetof(struct ipip_inference, dscp), way_name},
    [IPIP_STATEMENT_ECN] = {"ecn", offsetof(struct ipip_inference, ecn), ecn_name},
    [IPIP_STATEMENT_DF] = {"df", offsetof(struct ipip_inference, df), df_name},
    [IPIP_STATEMENT_ID] = {"id", offsetof(struct ipip_inference, id), id_name},
};

const char *ipip_statement_name(enum ipip_statement_field field)
{
    return fields[field].name;
}

const struct ipip_statement *ipip_statement_of(const struct ipip_inference *inference, enum ipip_statement_field field)
{
    return (const struct ipip_statement *)((const char *)inference + fields[field].offset);
}

/* Appends to a text in `size` octets, as far as there is room. */
static void append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is initialized in the line above */
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

/* What a fixed value is, or how far an inherited one has come. */
static void append_value(char *text, const struct ipip_statement *s, enum ipip_statement_field field, int way)
{
    if (field == IPIP_STATEMENT_TTL && way == IPIP_WAY_FIXED) {
        append(text, IPIP_STATEMENT_TEXT, " %u", s->value);
        if (s->value_max != s->value)
            append(text, IPIP_STATEMENT_TEXT, "..%u", s->value_max);
    } else if (field == IPIP_STATEMENT_TTL && ipip_statement_is(s, way) && s->value_max != s->value)
        append(text, IPIP_STATEMENT_TEXT, ", %u..%u hops ago", s->value, s->value_max);
    else if (field == IPIP_STATEMENT_TTL && ipip_statement_is(s, way) && s->value > 0)
        append(text, IPIP_STATEMENT_TEXT, ", %u hop%s ago", s->value, s->value == 1 ? "" : "s");
    else if (field == IPIP_STATEMENT_TOS && way == IPIP_WAY_FIXED)
        append(text, IPIP_STATEMENT_TEXT, " 0x%02x", (unsigned)s->value << 2);
}

const char *ipip_statement_words(char text[static IPIP_STATEMENT_TEXT], const struct ipip_inference *inference,
                                 enum ipip_statement_field field)
{
    const struct ipip_statement *s = ipip_statement_of(inference, field);

    *text = '\0';
    for (int way = 0; fields[field].way_name(way) != NULL; way++) {
        if ((s->ways & 1U << way) == 0)
            continue;
        append(text, IPIP_STATEMENT_TEXT, "%s%s", *text != '\0' ? " or " : "", fields[field].way_name(way));
        append_value(text, s, field, way);
    }
    return text;
}

const char *ipip_statement_ttl_words(char text[static IPIP_STATEMENT_TEXT], const struct ipip_inference *inference,
                                     const struct ipip_entry_ttl *entry)
{
    ipip_statement_words(text, inference, IPIP_STATEMENT_TTL);
    if (ipip_statement_is(&inference->ttl, IPIP_WAY_FIXED) && !ipip_entry_ttl_is_captured(entry))
        append(text, IPIP_STATEMENT_TEXT, " as captured");
    return text;
}

/* Ways that make the same of every packet can't be told apart by any traffic. */
static bool is_open(const struct ipip_statement *s, enum ipip_statement_field field)
{
    static const unsigned same_ecn[] = {1U << IPIP_ECN_NORMAL | 1U << IPIP_ECN_COPY,
                                        1U << IPIP_ECN_COMPATIBILITY | 1U << IPIP_ECN_RFC3168_LIMITED};

    for (size_t i = 0; field == IPIP_STATEMENT_ECN && i < sizeof same_ecn / sizeof same_ecn[0]; i++) {
        if (s->ways == same_ecn[i])
            return false;
    }
    return ipip_statement_is_open(s);
}

const char *ipip_statement_sureness(const struct ipip_statement *s, enum ipip_statement_field field)
{
    if (s->ways == 0)
        return "varies";
    if (is_open(s, field))
        return "not observable";
    return s->agree == s->packets && s->telling >= TELLING_MIN && !s->is_tentative ? "certain" : "likely";
}

const char *ipip_inference_profiles(char text[static IPIP_PROFILES_TEXT], const struct ipip_inference *inference)
{
    const struct ipip_profile *profile;

    *text = '\0';
    for (unsigned i = 0; (profile = ipip_profile_at(i)) != NULL; i++) {
        if ((inference->profiles & 1U << i) != 0)
            append(text, IPIP_PROFILES_TEXT, "%s%s", *text != '\0' ? ", " : "", profile->name);
    }
    return text;
}

const char *ipip_inference_command(char text[static IPIP_COMMAND_TEXT], const struct ipip_inference *i,
                                   const struct ipip_entry_ttl *entry, struct ipip_addr src, struct ipip_addr dst)
{
    char local[IPIP_ADDRESS_TEXT];
    char remote[IPIP_ADDRESS_TEXT];
    bool is_ttl_fixed = ipip_statement_is(&i->ttl, IPIP_WAY_FIXED);
    bool is_df_copied = (i->df.ways & 1U << IPIP_DF_SET) == 0;

    /* Linux propagates ECN as in RFC 3168, sets DF wherever the inner one is set, and always with a fixed TTL. */
    if (i->ttl.ways == 0 || i->dscp.ways == 0 || (i->ecn.ways & 1U << IPIP_ECN_RFC3168_FULL) == 0 ||
        (i->df.ways & (1U << IPIP_DF_SET | 1U << IPIP_DF_COPY)) == 0 || (is_ttl_fixed && is_df_copied))
        return NULL;
    *text = '\0';
    append(text, IPIP_COMMAND_TEXT, "ip tunnel add tun0 mode ipip local %s remote %s", ipip_address_text(local, src),
           ipip_address_text(remote, dst));
    if (ipip_entry_ttl_is_known(entry))
        append(text, IPIP_COMMAND_TEXT, " ttl %u", entry->ttl);
    if (ipip_statement_is(&i->dscp, IPIP_WAY_INHERITED))
        append(text, IPIP_COMMAND_TEXT, " tos inherit");
    else if (i->dscp.value != 0)
        append(text, IPIP_COMMAND_TEXT, " tos 0x%02x", (unsigned)i->dscp.value << 2);
    if (is_df_copied)
        append(text, IPIP_COMMAND_TEXT, " nopmtudisc");
    return text;
}
