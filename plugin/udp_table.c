/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "policy_tables.h"
#include "text_table.h"

enum { PORT, KIND };

/* 0: it is none. */
static uint16_t port_of(const char *text)
{
    guint64 port;

    return g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT16, &port, NULL) ? (uint16_t)port : 0;
}

static const char *check_port(const char *column, const char *text)
{
    (void)column;
    return port_of(text) != 0 ? NULL : "a UDP port from 1 to 65535";
}

static const char *check_kind(const char *column, const char *text)
{
    struct ipip_udp_tunnel tunnel;

    (void)column;
    return ipip_udp_tunnel_find(&tunnel, text) ? NULL : "fou-ipip, fou-sit, fou-gre, gue or gre-in-udp";
}

static struct text_table udp_tunnels = {
    .preference = "udp_tunnels_table",
    .name = "ipip_udp_tunnels",
    .title = "UDP tunnels",
    .description = "What UDP ports are used for, besides 6080 (GUE) and 4754 (GRE in UDP).",
    .columns = {{.name = "port", .title = "Port", .description = "Destination", .check = check_port},
                {.name = "kind",
                 .title = "Kind",
                 .description = "fou-ipip, fou-sit, fou-gre, gue or gre-in-udp",
                 .check = check_kind}},
};

static const value_string *kind_choices(void)
{
    GArray *choices = g_array_new(TRUE, TRUE, sizeof(value_string)); /* which Wireshark keeps */

    for (unsigned i = 0; ipip_udp_tunnel_name(i) != NULL; i++) {
        value_string choice = {i, ipip_udp_tunnel_name(i)};

        g_array_append_val(choices, choice);
    }
    return (const value_string *)(void *)g_array_free(choices, FALSE);
}

void udp_table_register(module_t *module)
{
    udp_tunnels.columns[KIND].choices = kind_choices();
    text_table_register(&udp_tunnels, module);
}

/* The place of that port among the declared ones, new or not; NULL: there are too many. */
static struct ipip_udp_tunnel *place_for(struct ipip_kinds *kinds, uint16_t port)
{
    for (unsigned i = 0; i < kinds->udp_count; i++) {
        if (kinds->udp[i].port == port)
            return &kinds->udp[i];
    }
    return kinds->udp_count < IPIP_UDP_TUNNELS_MAX ? &kinds->udp[kinds->udp_count++] : NULL;
}

void udp_table_apply(struct ipip_kinds *kinds)
{
    for (unsigned i = 0; i < udp_tunnels.count; i++) {
        uint16_t port = port_of(text_table_cell(&udp_tunnels.rows[i], PORT));
        struct ipip_udp_tunnel tunnel;
        struct ipip_udp_tunnel *place;

        if (port == 0 || !ipip_udp_tunnel_find(&tunnel, text_table_cell(&udp_tunnels.rows[i], KIND)))
            continue;
        place = place_for(kinds, port);
        if (place == NULL)
            return;
        *place = tunnel;
        place->port = port;
    }
}
