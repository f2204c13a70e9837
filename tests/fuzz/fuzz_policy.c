/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy file of any octets: what is accepted makes a policy that the judge can rely on, what is not is refused with its line. */
#include <string.h>

#include "fuzz.h"
#include "policy_file.h"

static void check_settings(const struct policy_settings *s)
{
    const struct ipip_policy *policy = &s->policy;

    must(policy->profile != NULL && policy->vantage < IPIP_VANTAGE_COUNT);
    must(policy->inner_side < IPIP_INNER_SIDE_COUNT && s->fail_on <= IPIP_ERROR + 1);
    must(policy->site_count == s->sites->len && policy->endpoint_count == s->endpoints->len);
    must(policy->tunnel_count == s->tunnels->len && policy->tunnel_count <= IPIP_EXPECTATIONS_MAX);
    for (size_t i = 0; i < policy->tunnel_count; i++) /* none is hidden behind another */
        must(ipip_policy_expectation(policy, policy->tunnels[i].src, policy->tunnels[i].dst) == &policy->tunnels[i]);
    for (size_t i = 0; i < policy->site_count; i++)
        must(ipip_policy_is_site(policy, policy->sites[i].address));
    for (size_t i = 0; i < policy->endpoint_count; i++)
        must(ipip_policy_is_endpoint(policy, policy->endpoints[i].b, policy->endpoints[i].a));
    for (size_t i = 0; i < IPIP_RULES_MAX; i++) {
        must(policy->is_off[i] == (s->reasons[i] != NULL));
        must(policy->severity[i] <= IPIP_ERROR || policy->severity[i] == IPIP_SEVERITY_USUAL);
        must(s->reasons[i] == NULL || g_utf8_validate(s->reasons[i], -1, NULL));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct policy_settings settings;
    GError *error = NULL;

    policy_settings_init(&settings);
    if (policy_file_parse(&settings, "f", (const char *)data, size, &error)) {
        must(error == NULL);
        policy_settings_finish(&settings);
        check_settings(&settings);
    } else {
        must(strncmp(error->message, "f:", 2) == 0 && error->message[2] >= '1' && error->message[2] <= '9');
        must(g_utf8_validate(error->message, -1, NULL) && strpbrk(error->message, "\r\n\033") == NULL);
        g_error_free(error);
    }
    policy_settings_clear(&settings);
    return 0;
}
