/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "policy_tables.h"
#include "text_table.h"

enum { SRC, DST, PROFILE };

static const char *check_key(const char *column, const char *text)
{
    struct ipip_expectation scratch = {0};

    return ipip_expectation_set(&scratch, column, text);
}

static ws_uat_bool check_count(void *record, char **error);

static const value_string df_choices[] = {
    {IPIP_EXPECT_DF_ANY, "any"},
    {IPIP_EXPECT_DF_SET, "set"},
    {IPIP_EXPECT_DF_COPY, "copy"},
    {IPIP_EXPECT_DF_CLEAR, "clear"},
    {0, NULL},
};

static struct text_table tunnels = {
    .preference = "tunnels_table",
    .name = "ipip_tunnels",
    .title = "Tunnels",
    .description = "How tunnels are configured, each direction by itself; what contradicts it is reported (IPIP120). "
                   "An empty cell is not checked.",
    .check_row = check_count,
    /* From the third on, the names are keys of ipip_expectation_set(). */
    .columns = {{.name = "src", .title = "Source", .description = "Outer", .check = text_table_check_address},
                {.name = "dst", .title = "Destination", .description = "Outer", .check = text_table_check_address},
                {.name = "profile",
                 .title = "Profile",
                 .description = "The implementation at the entry",
                 .check = check_key,
                 .is_optional = true},
                {.name = "ttl",
                 .title = "TTL",
                 .description = "1 to 255, or inherit",
                 .check = check_key,
                 .is_optional = true},
                {.name = "tos",
                 .title = "TOS",
                 .description = "0x00 to 0xff, the name of a DSCP such as EF, or inherit",
                 .check = check_key,
                 .is_optional = true},
                {.name = "df",
                 .title = "DF",
                 .description = "set, copy, clear or any",
                 .check = check_key,
                 .choices = df_choices,
                 .is_optional = true},
                {.name = "mtu",
                 .title = "MTU",
                 .description = "Octets of the largest tunnel packet, 68 to 65535",
                 .check = check_key,
                 .is_optional = true},
                {.name = "vantage",
                 .title = "Vantage",
                 .description = "Where this direction was captured: unknown, entry, mid, exit or host-tx",
                 .check = check_key,
                 .is_optional = true},
                {.name = "encap-hops",
                 .title = "Hops to entry",
                 .description = "That the inner TTL loses between the LAN and the tunnel, 1 to 255",
                 .check = check_key,
                 .is_optional = true},
                {.name = "allow",
                 .title = "Allowed changes",
                 .description = "Of the inner header by the encapsulator: dscp, df-clear, or both with ; between",
                 .check = check_key,
                 .is_optional = true},
                {.name = "mode",
                 .title = "Mode",
                 .description =
                     "What kind of tunnel it is: a mode of ip(8) such as gre, sit or ip6ip6, or several with ; between",
                 .check = check_key,
                 .is_optional = true},
                {.name = "key",
                 .title = "Key",
                 .description = "Of GRE: a number, four octets such as 0.0.0.42, or none",
                 .check = check_key,
                 .is_optional = true},
                {.name = "csum",
                 .title = "Checksum",
                 .description = "Of GRE: yes or no",
                 .check = check_key,
                 .is_optional = true},
                {.name = "seq",
                 .title = "Sequence",
                 .description = "Of GRE: yes or no",
                 .check = check_key,
                 .is_optional = true},
                {.name = "encaplimit",
                 .title = "Limit",
                 .description = "The encapsulation limit over IPv6: 0 to 255, or none",
                 .check = check_key,
                 .is_optional = true},
                {.name = "flowlabel",
                 .title = "Flow label",
                 .description = "Over IPv6: 0x0 to 0xfffff, or inherit",
                 .check = check_key,
                 .is_optional = true},
                {.name = "sport",
                 .title = "Source port",
                 .description = "Of UDP, 1 to 65535",
                 .check = check_key,
                 .is_optional = true},
                {.name = "dport",
                 .title = "Destination port",
                 .description = "Of UDP, 1 to 65535",
                 .check = check_key,
                 .is_optional = true},
                {.name = "zero-checksum",
                 .title = "UDP checksum 0",
                 .description = "ok: the network is managed, so that UDP needs none (IPIP833)",
                 .check = check_key,
                 .is_optional = true},
                {.name = "mtu-mode",
                 .title = "MTU mode",
                 .description = "Of 6in4: static (without path MTU discovery) or dynamic",
                 .check = check_key,
                 .is_optional = true},
                {.name = "prefix",
                 .title = "6rd prefix",
                 .description = "Such as 2001:db8::/32, then the IPv4 prefix that the addresses of the domain share",
                 .check = check_key,
                 .is_optional = true},
                {.name = "br",
                 .title = "Border relays",
                 .description = "Of 6rd: up to 4 IPv4 addresses with ; between",
                 .check = check_key,
                 .is_optional = true},
                {.name = "br-anycast",
                 .title = "Anycast relays",
                 .description = "Of 6rd: addresses that several border relays share",
                 .check = check_key,
                 .is_optional = true},
                {.name = "prl",
                 .title = "ISATAP routers",
                 .description = "Up to 4 IPv4 addresses with ; between",
                 .check = check_key,
                 .is_optional = true},
                {.name = "relay",
                 .title = "6to4 relays",
                 .description = "Up to 4 IPv4 addresses with ; between",
                 .check = check_key,
                 .is_optional = true},
                {.name = "map-rule",
                 .title = "MAP-E rule",
                 .description = "IPv6 prefix, IPv4 prefix, embedded bits, and the PSID offset if it is not 6",
                 .check = check_key,
                 .is_optional = true},
                {.name = "eth-inner",
                 .title = "Frames",
                 .description = "judge: packets in Ethernet frames, too",
                 .check = check_key,
                 .is_optional = true}},
};

static ws_uat_bool check_count(void *record, char **error)
{
    (void)record;
    *error = NULL;
    if (tunnels.count > IPIP_EXPECTATIONS_MAX)
        *error = g_strdup_printf("there may be at most %d tunnels", (int)IPIP_EXPECTATIONS_MAX);
    return *error == NULL;
}

/* A list of all profiles behind an empty line. */
static const value_string *profile_choices(void)
{
    GArray *choices = g_array_new(TRUE, TRUE, sizeof(value_string));
    value_string none = {0, ""};

    g_array_append_val(choices, none);
    for (size_t i = 0; ipip_profile_at(i) != NULL; i++) {
        value_string choice = {(uint32_t)i + 1, ipip_profile_at(i)->name};

        g_array_append_val(choices, choice);
    }
    return (const value_string *)(void *)g_array_free(choices, FALSE);
}

void tunnel_table_register(module_t *module)
{
    tunnels.columns[PROFILE].choices = profile_choices(); /* which Wireshark keeps */
    text_table_register(&tunnels, module);
}

static bool understand(struct ipip_expectation *expectation, const struct text_row *row)
{
    *expectation = (struct ipip_expectation){0};
    if (!ipip_address_parse(&expectation->src, text_table_cell(row, SRC)) ||
        !ipip_address_parse(&expectation->dst, text_table_cell(row, DST)) ||
        ipip_address_is_ipv4(expectation->src) != ipip_address_is_ipv4(expectation->dst))
        return false;
    for (size_t i = PROFILE; i < TEXT_TABLE_COLUMNS_MAX; i++) {
        const char *text = text_table_cell(row, i);

        if (*text != '\0' && ipip_expectation_set(expectation, tunnels.columns[i].name, text) != NULL)
            return false;
    }
    return true;
}

void tunnel_table_apply(struct ipip_policy *policy, wmem_allocator_t *scope)
{
    struct ipip_expectation *expectations = wmem_alloc_array(scope, struct ipip_expectation, tunnels.count);

    policy->tunnels = expectations;
    for (unsigned i = tunnels.count; i > 0 && policy->tunnel_count < IPIP_EXPECTATIONS_MAX; i--) {
        if (understand(&expectations[policy->tunnel_count], &tunnels.rows[i - 1])) /* the first of a direction stays */
            policy->tunnel_count++;
    }
    policy->tunnel_count = ipip_expectations_order(expectations, policy->tunnel_count);
}
