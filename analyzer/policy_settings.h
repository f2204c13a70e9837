/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operator's settings: the policy that the judge gets, with the arrays that it points to, and what the command does
 * with findings. The section [policy] of a policy file and the command line set them with the same words.
 */
#ifndef IPIP_ANALYZER_POLICY_SETTINGS_H
#define IPIP_ANALYZER_POLICY_SETTINGS_H

#include <glib.h>

#include "ipip/policy.h"

struct policy_settings {
    struct ipip_policy policy;
    enum ipip_severity fail_on;    /* IPIP_ERROR + 1: never */
    char *path;                    /* of the policy file in force; NULL: none */
    char *reasons[IPIP_RULES_MAX]; /* by rule index: why the policy file silenced it; NULL: it did not */
    GArray *sites;                 /* of struct ipip_prefix */
    GArray *endpoints;             /* of struct ipip_endpoints */
    GArray *tunnels;               /* of struct ipip_expectation */
    GArray *vantages;              /* of struct ipip_source_vantage */
};

/* The defaults: ipip_policy_default(), and warnings fail. */
void policy_settings_init(struct policy_settings *settings);
void policy_settings_clear(struct policy_settings *settings);

/* The keys that policy_settings_set() knows, such as "profile"; NULL past the last. */
const char *policy_settings_key(int index);

/*
 * Sets `key`; "site" and "endpoints" are lists, with ; or blanks between, and add to what is there. FALSE where the
 * value is wrong: `*error` has what it must be, and not what it is. To be called with a key that there is.
 */
gboolean policy_settings_set(struct policy_settings *settings, const char *key, const char *value, GError **error);

/* The vantage of all directions, PLACE, or of those from a source, SRC=PLACE. FALSE where it is wrong, as above. */
gboolean policy_settings_set_vantage(struct policy_settings *settings, const char *text, GError **error);

/* The policy's profile is that of every tunnel, whatever single ones have. */
void policy_settings_forget_profiles(struct policy_settings *settings);

/* Ends the settings: the policy is ready for use. */
void policy_settings_finish(struct policy_settings *settings);

/* A new expectation of the tunnel direction. There must be fewer than IPIP_EXPECTATIONS_MAX. Valid until the next call. */
struct ipip_expectation *policy_settings_add_tunnel(struct policy_settings *settings, struct ipip_addr src,
                                                    struct ipip_addr dst);

#endif
