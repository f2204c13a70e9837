/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy may declare of the kind of a tunnel, and of what lies between its outer header and the packet inside. */
#include <string.h>

#include "ipip/kind.h"
#include "policy/expectation_line.h"

#define KIND(name) IPIP_KIND_BIT(IPIP_KIND_##name)

enum { LABEL_MAX = 0xfffff };

/* What ip(8) calls them, where it is not the name of the kind. */
static const struct {
    const char *word;
    uint32_t kinds;
    bool is_configured;
} modes[] = {
    {"sit", KIND(6IN4), true},
    {"isatap", KIND(6IN4), false},
    {"ipip6", KIND(4IN6), false},
    {"ip6ip6", KIND(6IN6), false},
    {"ip6gre", KIND(GRE6), false},
    {"ip6gretap", KIND(GRETAP6), false},
    {"ip6erspan", KIND(ERSPAN6), false},
    {"vti", KIND(ESP), false},
    {"vti6", KIND(ESP), false},
    {"mplsip", KIND(MPLS), false},
    {"any", KIND(IPIP) | KIND(6IN4) | KIND(MPLS) | KIND(4IN6) | KIND(6IN6), false},
};

/* Those of the kinds that have an outer header of this address's family. */
static uint32_t kinds_over(uint32_t kinds, struct ipip_addr src)
{
    unsigned outer = ipip_address_is_none(src)   ? IPIP_PAYLOAD_IPV4 | IPIP_PAYLOAD_IPV6
                     : ipip_address_is_ipv4(src) ? IPIP_PAYLOAD_IPV4
                                                 : IPIP_PAYLOAD_IPV6;
    uint32_t over = 0;

    for (int kind = IPIP_KIND_NONE + 1; kind < IPIP_KINDS; kind++) {
        if ((kinds & IPIP_KIND_BIT(kind)) != 0 && (ipip_kind_about((enum ipip_kind)kind)->outer & outer) != 0)
            over |= IPIP_KIND_BIT(kind);
    }
    return over;
}

static uint32_t kinds_of(const char *word, bool *is_configured)
{
    enum ipip_kind kind = ipip_kind_find(word);

    *is_configured = false;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (strcmp(modes[i].word, word) == 0) {
            *is_configured = modes[i].is_configured;
            return modes[i].kinds;
        }
    }
    return kind != IPIP_KIND_NONE && ipip_kind_about(kind)->is_read ? IPIP_KIND_BIT(kind) : 0;
}

static bool set_mode(struct ipip_expectation *e, const char *value)
{
    bool is_configured = true;
    uint32_t kinds = 0;
    const char *item;
    size_t bytes;

    while ((bytes = line_item(&item, &value)) > 0) {
        char text[LINE_ITEM_TEXT];
        bool is_this_configured = false;
        uint32_t more = line_copy(text, item, bytes) ? kinds_of(text, &is_this_configured) : 0;

        more = kinds_over(more, e->src);
        if (more == 0)
            return false;
        kinds |= more;
        if ((more & KIND(6IN4)) != 0)
            is_configured &= is_this_configured;
    }
    if (kinds == 0)
        return false;
    e->kinds = kinds;
    e->is_configured = is_configured && (kinds & KIND(6IN4)) != 0;
    return true;
}

static bool set_key(struct ipip_expectation *e, const char *value)
{
    bool is_hex = strncmp(value, "0x", 2) == 0;
    struct ipip_addr quad;
    unsigned key = 0;

    if (ipip_address_parse(&quad, value) && ipip_address_is_ipv4(quad))
        key = (uint32_t)quad.low;
    else if (strcmp(value, "none") != 0 &&
             !line_number(&key, is_hex ? value + 2 : value, is_hex ? 16 : 10, 0, UINT32_MAX))
        return false;
    e->key = strcmp(value, "none") == 0 ? IPIP_EXPECT_ABSENT : IPIP_EXPECT_THERE;
    e->key_value = key;
    return true;
}

static bool set_presence(enum ipip_expected_presence *presence, const char *value)
{
    static const char *const names[] = {"yes", "no", NULL};
    int name = line_word(names, value);

    if (name < 0)
        return false;
    *presence = name == 0 ? IPIP_EXPECT_THERE : IPIP_EXPECT_ABSENT;
    return true;
}

static bool set_checksum(struct ipip_expectation *e, const char *value)
{
    return set_presence(&e->checksum, value);
}

static bool set_sequence(struct ipip_expectation *e, const char *value)
{
    return set_presence(&e->sequence, value);
}

static bool set_limit(struct ipip_expectation *e, const char *value)
{
    bool is_none = strcmp(value, "none") == 0;
    unsigned limit = 0;

    if (!is_none && !line_number(&limit, value, 10, 0, UINT8_MAX))
        return false;
    e->limit = is_none ? IPIP_EXPECT_ABSENT : IPIP_EXPECT_THERE;
    e->limit_value = (uint8_t)limit;
    return true;
}

static bool set_label(struct ipip_expectation *e, const char *value)
{
    bool is_inherited = strcmp(value, "inherit") == 0;
    unsigned label = 0;

    if (!is_inherited && (strncmp(value, "0x", 2) != 0 || !line_number(&label, value + 2, 16, 0, LABEL_MAX)))
        return false;
    e->label = is_inherited ? IPIP_EXPECT_INHERIT : IPIP_EXPECT_FIXED;
    e->label_value = label;
    return true;
}

static bool set_port(uint16_t *port, const char *value)
{
    unsigned number;

    if (!line_number(&number, value, 10, 1, UINT16_MAX))
        return false;
    *port = (uint16_t)number;
    return true;
}

static bool set_source_port(struct ipip_expectation *e, const char *value)
{
    return set_port(&e->source_port, value);
}

static bool set_destination_port(struct ipip_expectation *e, const char *value)
{
    return set_port(&e->destination_port, value);
}

static bool set_zero_checksum(struct ipip_expectation *e, const char *value)
{
    if (strcmp(value, "ok") != 0)
        return false;
    e->is_zero_checksum_fine = true;
    return true;
}

const struct expectation_line expectation_kind_lines[] = {
    {"mode", set_mode,
     "a tunnel that these addresses can have: over IPv4 ipip, gre, sit, isatap, gretap, erspan, vti, over IPv6 ipip6, "
     "ip6ip6, ip6gre, ip6gretap, ip6erspan, vti6, over both any, fou, gue, gre-in-udp; or several with ; between",
     LINE_OF_ANY},
    {"key", set_key, "a number from 0 to 4294967295 (0xffffffff), four octets such as 0.0.0.42, or none", LINE_OF_ANY},
    {"csum", set_checksum, "yes or no", LINE_OF_ANY},
    {"seq", set_sequence, "yes or no", LINE_OF_ANY},
    {"encaplimit", set_limit, "0 to 255, or none", LINE_OF_IPV6},
    {"flowlabel", set_label, "0x0 to 0xfffff, or inherit", LINE_OF_IPV6},
    {"sport", set_source_port, "1 to 65535", LINE_OF_ANY},
    {"dport", set_destination_port, "1 to 65535", LINE_OF_ANY},
    {"zero-checksum", set_zero_checksum, "ok, or left out", LINE_OF_ANY},
    {0},
};
