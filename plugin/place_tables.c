/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "policy_tables.h"
#include "text_table.h"

static const char *check_prefix(const char *column, const char *text)
{
    struct ipip_prefix prefix;

    (void)column;
    return ipip_prefix_parse(&prefix, text) ? NULL : "a prefix without host bits, such as 10.1.0.0/16 or 2001:db8::/32";
}

static struct text_table sites = {
    .preference = "sites_table",
    .name = "ipip_sites",
    .title = "Sites",
    .description = "The prefixes inside your site, for the rules on spoofed and leaked addresses.",
    .columns = {{.name = "prefix", .title = "Prefix", .description = "Such as 10.1.0.0/16", .check = check_prefix}},
};

static struct text_table endpoints = {
    .preference = "endpoints_table",
    .name = "ipip_endpoints",
    .title = "Endpoints",
    .description = "The legitimate tunnels, in either direction; any other is reported (IPIP211).",
    .columns = {{.name = "a", .title = "One end", .description = "An address", .check = text_table_check_address},
                {.name = "b", .title = "Other end", .description = "An address", .check = text_table_check_address}},
};

void place_tables_register(module_t *module)
{
    text_table_register(&sites, module);
    text_table_register(&endpoints, module);
}

void place_tables_apply(struct ipip_policy *policy, wmem_allocator_t *scope)
{
    struct ipip_prefix *prefixes = wmem_alloc_array(scope, struct ipip_prefix, sites.count);
    struct ipip_endpoints *pairs = wmem_alloc_array(scope, struct ipip_endpoints, endpoints.count);

    policy->sites = prefixes;
    for (unsigned i = 0; i < sites.count; i++) {
        if (ipip_prefix_parse(&prefixes[policy->site_count], text_table_cell(&sites.rows[i], 0)))
            policy->site_count++;
    }
    policy->site_count = ipip_prefixes_order(prefixes, policy->site_count);
    policy->endpoints = pairs;
    for (unsigned i = 0; i < endpoints.count; i++) {
        struct ipip_endpoints *pair = &pairs[policy->endpoint_count];

        if (ipip_address_parse(&pair->a, text_table_cell(&endpoints.rows[i], 0)) &&
            ipip_address_parse(&pair->b, text_table_cell(&endpoints.rows[i], 1)) &&
            ipip_address_is_ipv4(pair->a) == ipip_address_is_ipv4(pair->b))
            policy->endpoint_count++;
    }
    policy->endpoint_count = ipip_endpoints_order(pairs, policy->endpoint_count);
}
