/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stimulus_options.h"

#include <string.h>

#include "choice.h"
#include "refuse.h"

const char *option_side_name(int index)
{
    static const char *const names[] = {"entry", "exit", NULL};

    return names[index];
}

/* Six pairs of hexadecimal digits with colons between. */
static gboolean read_mac(uint8_t mac[MAC_OCTETS], const char **text)
{
    for (int i = 0; i < MAC_OCTETS; i++) {
        int high = g_ascii_xdigit_value((*text)[0]);
        int low = high >= 0 ? g_ascii_xdigit_value((*text)[1]) : -1;

        if (low < 0 || (i < MAC_OCTETS - 1 && (*text)[2] != ':'))
            return FALSE;
        mac[i] = (uint8_t)(high << 4 | low);
        *text += i < MAC_OCTETS - 1 ? 3 : 2;
    }
    return TRUE;
}

static gboolean read_macs(struct stimulus_settings *settings, const char *text, GError **error)
{
    const char *at = text;

    if (read_mac(settings->mac_src, &at) && *at++ == '-' && read_mac(settings->mac_dst, &at) && *at == '\0')
        return TRUE;
    refuse(error, NULL, "it must be two addresses, such as 02:00:00:00:00:01-02:00:00:00:00:02");
    return refuse_option("macs", text, error);
}

static gboolean read_hosts(struct stimulus_settings *settings, const char *text, GError **error)
{
    struct ipip_endpoints hosts;

    if (!ipip_endpoints_parse(&hosts, text) || !ipip_address_is_ipv4(hosts.a)) {
        refuse(error, NULL, "it must be two IPv4 addresses, such as 10.1.0.1-10.2.0.1");
        return refuse_option("hosts", text, error);
    }
    settings->sender = hosts.a;
    settings->recipient = hosts.b;
    return TRUE;
}

gboolean stimulus_options_understand(struct options *o, const struct option_texts *t, GError **error)
{
    enum { MTU_LEAST = 576, MTU_USUAL = 1500, MTU_MOST = 1980 };
    struct stimulus_settings *settings = &o->stimulus;
    int side = 0;
    guint64 mtu = MTU_USUAL;

    *settings = (struct stimulus_settings){
        .local = ipip_address_ipv4(0x0a000101),
        .remote = ipip_address_ipv4(0x0a000201),
        .sender = ipip_address_ipv4(0x0a010001),
        .recipient = ipip_address_ipv4(0x0a020001),
        .mac_src = {2, 0, 0, 0, 0, 1},
        .mac_dst = {2, 0, 0, 0, 0, 2},
    };
    if (o->has_tunnel) {
        if (ipip_address_is_none(o->tunnel.local) || ipip_address_is_none(o->tunnel.remote))
            return refuse(error, NULL, "--tunnel needs both addresses, local and remote");
        settings->local = o->tunnel.local;
        settings->remote = o->tunnel.remote;
    }
    if (!choice_of_option("side", t->side, option_side_name, &side, error) ||
        (t->hosts != NULL && !read_hosts(settings, t->hosts, error)) ||
        (t->macs != NULL && !read_macs(settings, t->macs, error)))
        return FALSE;
    if (t->mtu != NULL && !g_ascii_string_to_unsigned(t->mtu, 10, MTU_LEAST, MTU_MOST, &mtu, NULL)) {
        refuse(error, NULL, "it must be a number from %d to %d", MTU_LEAST, MTU_MOST);
        return refuse_option("mtu", t->mtu, error);
    }
    settings->is_exit = side == 1;
    settings->mtu = (uint16_t)mtu;
    return TRUE;
}
