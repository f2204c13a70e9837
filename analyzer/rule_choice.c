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

/* The digits of what has the form of an id, "IPIP105" or "105"; NULL where it has not. */
static const char *digits_of(const char *name)
{
    enum { DIGITS = 3 };
    const char *digits = g_ascii_strncasecmp(name, "IPIP", strlen("IPIP")) == 0 ? name + strlen("IPIP") : name;

    return strlen(digits) == DIGITS && strspn(digits, "0123456789") == DIGITS ? digits : NULL;
}

/* Of an id that no rule has: the rules before and behind it. */
static void refuse_id(const char *digits, GError **error)
{
    const struct ipip_rule *before = NULL, *behind;

    for (size_t i = 0; (behind = ipip_rule_at(i)) != NULL && strcmp(behind->id + strlen("IPIP"), digits) < 0; i++)
        before = behind;
    if (before != NULL && behind != NULL)
        refuse(error, NULL, "no such rule; beside it are %s, %s, and %s, %s. `ipip rules` lists all", before->id,
               before->slug, behind->id, behind->slug);
    else
        refuse(error, NULL, "no such rule; there are %s to %s. `ipip rules` lists all", ipip_rule_at(0)->id,
               ipip_rule_at(ipip_rules_count() - 1)->id);
}

size_t rule_choose(const char *name, GError **error)
{
    size_t index = ipip_rule_find(name);
    const char *meant;

    if (index < ipip_rules_count())
        return index;
    if (digits_of(name) != NULL) {
        refuse_id(digits_of(name), error);
    } else if ((meant = choice_nearest(name, name_at)) != NULL) {
        const struct ipip_rule *rule = ipip_rule_at(ipip_rule_find(meant));

        refuse(error, NULL, "no such rule; did you mean %s, %s? `ipip rules` lists all", rule->id, rule->slug);
    } else {
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
