/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>

#include "rules/rule.h"

#define RULE_ENTRY(number) &rule_##number,
static const struct rule *const catalogue[] = {RULES(RULE_ENTRY)};

static const char *const severities[] = {"note", "warning", "error"};
static const char *const confidences[] = {"heuristic", "likely", "certain"};
static const char *const scopes[] = {"packet", "flow", "pair"};
static const char *const subjects[] = {"tunnel packets",  "icmp messages", "inner packets",
                                       "matched packets", "named packets", "udp packets"};
static const char *const verdicts[] = {"not_applicable", "pass", "unknown", "fail"};

size_t ipip_rules_count(void)
{
    return RULE_COUNT;
}

const struct rule *rule_at(size_t index)
{
    return catalogue[index];
}

const struct ipip_rule *ipip_rule_at(size_t index)
{
    return index < RULE_COUNT ? &catalogue[index]->about : NULL;
}

enum ipip_severity ipip_rule_severity(size_t index, unsigned kind)
{
    return rule_severity(catalogue[index], kind);
}

const char *ipip_rule_reference(size_t index, unsigned kind)
{
    const struct rule_variant *variant = rule_variant(catalogue[index], kind);

    return variant != NULL && variant->reference != NULL ? variant->reference : catalogue[index]->about.reference;
}

uint32_t ipip_rule_kinds(size_t index)
{
    return rule_kinds(catalogue[index]);
}

static bool equal_in_any_case(const char *a, const char *b)
{
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

size_t ipip_rule_find(const char *name)
{
    enum { PREFIX = sizeof "IPIP" - 1 };
    size_t i = 0;

    while (i < RULE_COUNT && !equal_in_any_case(name, catalogue[i]->about.id) &&
           !equal_in_any_case(name, catalogue[i]->about.id + PREFIX) &&
           !equal_in_any_case(name, catalogue[i]->about.slug))
        i++;
    return i;
}

const char *ipip_severity_name(enum ipip_severity severity)
{
    return severities[severity];
}

const char *ipip_confidence_name(enum ipip_confidence confidence)
{
    return confidences[confidence];
}

const char *ipip_scope_name(enum ipip_scope scope)
{
    return scopes[scope];
}

const char *ipip_subject_name(enum ipip_subject subject)
{
    return subjects[subject];
}

const char *ipip_verdict_name(enum ipip_verdict verdict)
{
    return verdicts[verdict];
}
