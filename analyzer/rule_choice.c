/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_choice.h"

#include <string.h>

#include "choice.h"
#include "refuse.h"

static const char *name_at(int index)
{
    const struct ipip_rule *rule = ipip_rule_at((size_t)index / 2);

    if (rule == NULL)
        return NULL;
    return index % 2 == 0 ? rule->id : rule->slug;
}

size_t rule_choose(const char *name, GError **error)
{
    size_t index = ipip_rule_find(name);
    const char *meant = index == ipip_rules_count() ? choice_nearest(name, name_at) : NULL;

    if (meant != NULL) {
        const struct ipip_rule *rule = ipip_rule_at(ipip_rule_find(meant));

        refuse(error, NULL, "no such rule; did you mean %s, %s? `ipip rules` lists all", rule->id, rule->slug);
    } else if (index == ipip_rules_count()) {
        refuse(error, NULL, "no such rule; `ipip rules` lists them");
    }
    return index;
}

/* Whether ids begin so: with IPIP and a digit at least. */
static gboolean is_beginning(const char *name, const struct ipip_rule *rule)
{
    return strlen(name) > strlen("IPIP") && g_ascii_strncasecmp(name, rule->id, strlen(name)) == 0;
}

gboolean rule_mark(const char *name, gboolean *marked, GError **error)
{
    size_t index = ipip_rule_find(name);
    gboolean is_found = index < ipip_rules_count();

    if (is_found)
        marked[index] = TRUE;
    for (size_t i = 0; !is_found && i < ipip_rules_count(); i++)
        marked[i] |= is_beginning(name, ipip_rule_at(i));
    for (size_t i = 0; !is_found && i < ipip_rules_count(); i++)
        is_found = is_beginning(name, ipip_rule_at(i));
    return is_found || rule_choose(name, error) < ipip_rules_count();
}
