/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy_settings.h"

#include <string.h>

#include "choice.h"
#include "option_words.h"
#include "refuse.h"

static void choose_profile(struct policy_settings *s, int choice)
{
    s->policy.profile = ipip_profile_at((size_t)choice);
}

static void choose_vantage(struct policy_settings *s, int choice)
{
    s->policy.vantage = (enum ipip_vantage)choice;
}

static void choose_inner_side(struct policy_settings *s, int choice)
{
    s->policy.inner_side = (enum ipip_inner_side)choice;
}

static void choose_fail_on(struct policy_settings *s, int choice)
{
    s->fail_on = (enum ipip_severity)choice;
}

static gboolean take_learn(struct policy_settings *s, const char *value)
{
    guint64 packets;

    if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT64, &packets, NULL))
        return FALSE;
    s->policy.learn = packets;
    return TRUE;
}

/* The arrays may have moved. */
static void point_to_arrays(struct policy_settings *s)
{
    s->policy.sites = (const void *)s->sites->data;
    s->policy.site_count = s->sites->len;
    s->policy.endpoints = (const void *)s->endpoints->data;
    s->policy.endpoint_count = s->endpoints->len;
    s->policy.tunnels = (const void *)s->tunnels->data;
    s->policy.tunnel_count = s->tunnels->len;
    s->policy.vantages = (const void *)s->vantages->data;
    s->policy.vantage_count = s->vantages->len;
}

static gboolean take_site(struct policy_settings *s, const char *item)
{
    struct ipip_prefix prefix;

    if (!ipip_prefix_parse(&prefix, item))
        return FALSE;
    g_array_append_val(s->sites, prefix);
    point_to_arrays(s);
    return TRUE;
}

static gboolean take_endpoints(struct policy_settings *s, const char *item)
{
    struct ipip_endpoints endpoints;

    if (!ipip_endpoints_parse(&endpoints, item))
        return FALSE;
    g_array_append_val(s->endpoints, endpoints);
    point_to_arrays(s);
    return TRUE;
}

static const struct setting {
    const char *key;
    /* Either one of some words, */
    choice_name *name_at;
    void (*choose)(struct policy_settings *settings, int choice);
    /* or what this understands; in a list, each item. */
    gboolean (*take)(struct policy_settings *settings, const char *value);
    gboolean is_list;
    const char *right;
} table[] = {
    {"profile", option_profile_name, choose_profile, NULL, FALSE, NULL},
    {"vantage", option_vantage_name, choose_vantage, NULL, FALSE, NULL},
    {"inner-side", option_inner_side_name, choose_inner_side, NULL, FALSE, NULL},
    {"site", NULL, NULL, take_site, TRUE, "a prefix without host bits, such as 10.1.0.0/16 or 2001:db8::/32"},
    {"endpoints", NULL, NULL, take_endpoints, TRUE, "the two endpoints of a tunnel, such as 192.0.2.1-192.0.2.2"},
    {"fail-on", option_fail_on_name, choose_fail_on, NULL, FALSE, NULL},
    {"learn", NULL, NULL, take_learn, FALSE, "a number of tunnel packets, 0 for all"},
};

const char *policy_settings_key(int index)
{
    return (size_t)index < G_N_ELEMENTS(table) ? table[index].key : NULL;
}

static gboolean set_value(struct policy_settings *s, const struct setting *setting, const char *value, GError **error)
{
    int choice;

    if (setting->take != NULL)
        return setting->take(s, value) || refuse(error, NULL, "it must be %s", setting->right);
    choice = choice_find(value, setting->name_at);
    if (choice < 0)
        return choice_refuse(value, setting->name_at, error);
    setting->choose(s, choice);
    return TRUE;
}

/* An empty list is a mistake. */
static gboolean set_items(struct policy_settings *s, const struct setting *setting, const char *value, GError **error)
{
    char **items = g_strsplit_set(value, "; \t", -1);
    gboolean is_good = TRUE;
    unsigned count = 0;

    for (char **item = items; is_good && *item != NULL; item++) {
        if (**item != '\0') {
            is_good = set_value(s, setting, *item, error);
            count++;
        }
    }
    g_strfreev(items);
    return count > 0 ? is_good : set_value(s, setting, "", error);
}

gboolean policy_settings_set(struct policy_settings *s, const char *key, const char *value, GError **error)
{
    const struct setting *setting = &table[choice_find(key, policy_settings_key)];

    return (setting->is_list ? set_items : set_value)(s, setting, value, error);
}

/* The same source was given before, with another place. */
static gboolean has_other_vantage(const struct policy_settings *s, const struct ipip_source_vantage *vantage)
{
    for (guint i = 0; i < s->vantages->len; i++) {
        const struct ipip_source_vantage *other = &g_array_index(s->vantages, struct ipip_source_vantage, i);

        if (other->source.bits == vantage->source.bits &&
            ipip_address_equal(other->source.address, vantage->source.address) && other->vantage != vantage->vantage)
            return TRUE;
    }
    return FALSE;
}

gboolean policy_settings_set_vantage(struct policy_settings *s, const char *text, GError **error)
{
    const char *place = strchr(text, '=');
    struct ipip_source_vantage vantage;
    gboolean is_source;
    char *source;
    int choice;

    if (place == NULL)
        return policy_settings_set(s, "vantage", text, error);
    source = g_strndup(text, (gsize)(place++ - text));
    is_source = ipip_prefix_parse(&vantage.source, source);
    g_free(source);
    if (!is_source)
        return refuse(error, NULL, "before = comes an outer source: an address or a prefix, such as 192.0.2.1=entry");
    choice = choice_find(place, option_vantage_name);
    if (choice < 0)
        return choice_refuse(place, option_vantage_name, error);
    vantage.vantage = (enum ipip_vantage)choice;
    if (has_other_vantage(s, &vantage))
        return refuse(error, NULL, "another --vantage gives the same source another place");
    g_array_append_val(s->vantages, vantage);
    point_to_arrays(s);
    return TRUE;
}

struct ipip_expectation *policy_settings_add_tunnel(struct policy_settings *s, struct ipip_addr src,
                                                    struct ipip_addr dst)
{
    struct ipip_expectation expectation = {.src = src, .dst = dst};

    g_array_append_val(s->tunnels, expectation);
    point_to_arrays(s);
    return &g_array_index(s->tunnels, struct ipip_expectation, s->tunnels->len - 1);
}

void policy_settings_forget_profiles(struct policy_settings *s)
{
    for (guint i = 0; i < s->tunnels->len; i++)
        g_array_index(s->tunnels, struct ipip_expectation, i).profile = NULL;
}

void policy_settings_finish(struct policy_settings *s)
{
    g_array_set_size(s->sites, (guint)ipip_prefixes_order((void *)s->sites->data, s->sites->len));
    g_array_set_size(s->endpoints, (guint)ipip_endpoints_order((void *)s->endpoints->data, s->endpoints->len));
    g_array_set_size(s->tunnels, (guint)ipip_expectations_order((void *)s->tunnels->data, s->tunnels->len));
    g_array_set_size(s->vantages, (guint)ipip_source_vantages_order((void *)s->vantages->data, s->vantages->len));
    point_to_arrays(s);
}

void policy_settings_init(struct policy_settings *s)
{
    *s = (struct policy_settings){.policy = ipip_policy_default(), .fail_on = IPIP_WARNING};
    s->sites = g_array_new(FALSE, FALSE, sizeof(struct ipip_prefix));
    s->endpoints = g_array_new(FALSE, FALSE, sizeof(struct ipip_endpoints));
    s->tunnels = g_array_new(FALSE, FALSE, sizeof(struct ipip_expectation));
    s->vantages = g_array_new(FALSE, FALSE, sizeof(struct ipip_source_vantage));
}

void policy_settings_clear(struct policy_settings *s)
{
    g_array_unref(s->sites);
    g_array_unref(s->endpoints);
    g_array_unref(s->tunnels);
    g_array_unref(s->vantages);
    for (size_t i = 0; i < IPIP_RULES_MAX; i++)
        g_free(s->reasons[i]);
    g_free(s->path);
}
