/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rule_choice.h"

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
