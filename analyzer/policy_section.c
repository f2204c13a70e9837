/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy_section.h"

#include <string.h>

#include "refuse.h"

enum { OFF = IPIP_ERROR + 1 };

static const char *severity_name(int index)
{
    return index < OFF ? ipip_severity_name((enum ipip_severity)index) : index == OFF ? "off" : NULL;
}

static gboolean end_nothing(struct policy_reading *r, GError **error)
{
    (void)r;
    (void)error;
    return TRUE;
}

static char *begin_policy(struct policy_reading *r, char **words, GError **error)
{
    (void)r;
    (void)error;
    return g_strdup(words[0]);
}

static gboolean set_policy(struct policy_reading *r, const char *key, const char *value, GError **error)
{
    return policy_settings_set(r->settings, key, value, error);
}

static char *begin_tunnel(struct policy_reading *r, char **words, GError **error)
{
    struct ipip_addr ends[2];
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];

    for (int i = 0; i < 2; i++) {
        if (!ipip_address_parse(&ends[i], words[1 + i])) {
            refuse(error, NULL, "SRC and DST must be addresses, such as 192.0.2.1 or 2001:db8::1");
            return NULL;
        }
    }
    if (ipip_address_is_ipv4(ends[0]) != ipip_address_is_ipv4(ends[1])) {
        refuse(error, NULL, "SRC and DST must be of one family, both IPv4 or both IPv6");
        return NULL;
    }
    if (r->settings->tunnels->len == IPIP_EXPECTATIONS_MAX) {
        refuse(error, NULL, "there may be at most %d sections [tunnel SRC DST]", (int)IPIP_EXPECTATIONS_MAX);
        return NULL;
    }
    r->tunnel = policy_settings_add_tunnel(r->settings, ends[0], ends[1]);
    return g_strdup_printf("tunnel %s %s", ipip_address_text(src, ends[0]), ipip_address_text(dst, ends[1]));
}

static const char *tunnel_key(int index)
{
    return ipip_expectation_key((size_t)index);
}

static gboolean set_tunnel(struct policy_reading *r, const char *key, const char *value, GError **error)
{
    const char *right = ipip_expectation_set(r->tunnel, key, value);

    return right == NULL || refuse(error, NULL, "it must be %s", right);
}

static char *begin_rule(struct policy_reading *r, char **words, GError **error)
{
    r->rule_index = ipip_rule_find(words[1]);
    r->severity = -1;
    if (r->rule_index < ipip_rules_count())
        return g_strdup_printf("rule %s", ipip_rule_at(r->rule_index)->id);
    refuse(error, NULL, "no such rule; `ipip rules` lists them");
    return NULL;
}

static const char *rule_key(int index)
{
    static const char *const names[] = {"severity", "reason", NULL};

    return names[index];
}

static gboolean set_severity(struct policy_reading *r, const char *value, GError **error)
{
    r->severity = choice_find(value, severity_name);
    return r->severity >= 0 || choice_refuse(value, severity_name, error);
}

static gboolean set_rule(struct policy_reading *r, const char *key, const char *value, GError **error)
{
    if (strcmp(key, "severity") == 0)
        return set_severity(r, value, error);
    r->reason = g_strdup(value);
    return *value != '\0' || refuse(error, NULL, "it must not be empty");
}

static gboolean end_rule(struct policy_reading *r, GError **error)
{
    if (r->severity < 0)
        return refuse(error, NULL, "the section needs severity=error, warning, note or off");
    if (r->severity < OFF) {
        r->settings->policy.severity[r->rule_index] = (uint8_t)r->severity;
        return TRUE;
    }
    if (r->reason == NULL)
        return refuse(error, NULL, "severity=off needs a reason=..., which every summary shows");
    r->settings->policy.is_off[r->rule_index] = true;
    r->settings->reasons[r->rule_index] = g_steal_pointer(&r->reason);
    return TRUE;
}

static const struct policy_section sections[] = {
    {"policy", 1, "[policy]", "[policy]", begin_policy, policy_settings_key, set_policy, end_nothing},
    {"tunnel", 3, "[tunnel SRC DST]", "[tunnel SRC DST], such as [tunnel 192.0.2.1 192.0.2.2]", begin_tunnel,
     tunnel_key, set_tunnel, end_nothing},
    {"rule", 2, "[rule RULE]", "[rule RULE], such as [rule IPIP105]", begin_rule, rule_key, set_rule, end_rule},
};

const struct policy_section *policy_section_find(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        if (strcmp(word, sections[i].word) == 0)
            return &sections[i];
    }
    return NULL;
}
