/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of sections that a policy file has, and what their keys mean. */
#ifndef IPIP_ANALYZER_POLICY_SECTION_H
#define IPIP_ANALYZER_POLICY_SECTION_H

#include "choice.h"
#include "policy_settings.h"

/* What is being read. */
struct policy_reading {
    struct policy_settings *settings;
    struct ipip_expectation *tunnel;
    size_t rule_index;
    int severity; /* of the rule: enum ipip_severity, one more for "off", -1 where none was given yet */
    char *reason;
};

/* A kind of section. Its functions put into `*error` what would be right. */
struct policy_section {
    const char *word; /* the first of the title */
    size_t words;     /* in the title */
    const char *form;
    const char *right; /* what a title must be */
    /* Understands the words of the title. Returns what names the section and no other, to be freed; NULL where they are wrong. */
    char *(*begin)(struct policy_reading *reading, char **words, GError **error);
    choice_name *key_at;
    /* FALSE where `value` is wrong for one of the keys. */
    gboolean (*set)(struct policy_reading *reading, const char *key, const char *value, GError **error);
    /* FALSE where something is missing. */
    gboolean (*end)(struct policy_reading *reading, GError **error);
};

/* The kind whose title begins with `word`, or NULL. */
const struct policy_section *policy_section_find(const char *word);

#endif
