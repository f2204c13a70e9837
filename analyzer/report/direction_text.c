/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "direction_text.h"

#include <glib.h>
#include <inttypes.h>

const char *direction_text(char text[static DIRECTION_TEXT], const struct ipip_tunnel_direction *direction)
{
    gboolean has_name = direction->kind > IPIP_KIND_IPIP;
    uint16_t port = ipip_discriminator_port(direction->discriminator);
    char from[IPIP_ADDRESS_TEXT];
    char to[IPIP_ADDRESS_TEXT];
    uint32_t key;
    int bytes =
        g_snprintf(text, DIRECTION_TEXT, "%s%s%s > %s", has_name ? ipip_kind_about(direction->kind)->name : "",
                   has_name ? " " : "", ipip_address_text(from, direction->src), ipip_address_text(to, direction->dst));

    if (port != 0)
        bytes += g_snprintf(text + bytes, (gulong)(DIRECTION_TEXT - bytes), " port %u", port);
    if (ipip_discriminator_key(direction->discriminator, &key))
        g_snprintf(text + bytes, (gulong)(DIRECTION_TEXT - bytes), " key %" PRIu32, key);
    return text;
}
