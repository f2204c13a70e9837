/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words on UDP in front of the tunnel's header, and `ip fou add`, which declares what a port holds. */
#include <string.h>

#include "refuse.h"
#include "words/word.h"

enum { PORT_MAX = 65535, PROTOCOL_MAX = 255 };

/* Which UDP checksum a word is about: iproute2 has one for each IP version. */
enum { OVER_IPV4 = 1, OVER_IPV6 = 2, OFF = 4 };

static gboolean take_encap(struct description *d, const struct word *word, const char *value)
{
    static const char *const names[] = {"none", "fou", "gue"}; /* in the order of enum ipip_udp_encap */

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(value, names[i]) == 0) {
            d->tunnel.encap = (enum ipip_udp_encap)i;
            return TRUE;
        }
    }
    return word_refuse_value(d, word, value, "fou, gue or none");
}

static gboolean take_no_encap(struct description *d, const struct word *word, const char *value)
{
    (void)word;
    (void)value;
    d->tunnel.encap = IPIP_UDP_ENCAP_NONE;
    return TRUE;
}

static gboolean take_source_port(struct description *d, const struct word *word, const char *value)
{
    unsigned long port = 0;

    if (strcmp(value, "auto") != 0 && !word_number(value, 0, PORT_MAX, &port))
        return word_refuse_value(d, word, value, "a port, or auto");
    d->tunnel.source_port = (uint16_t)port;
    return TRUE;
}

static gboolean take_destination_port(struct description *d, const struct word *word, const char *value)
{
    unsigned long port = 0;

    if (!word_number(value, 0, PORT_MAX, &port) || port == 0)
        return word_refuse_value(d, word, value, "a port, 1 to 65535");
    d->tunnel.destination_port = (uint16_t)port;
    return TRUE;
}

static gboolean take_udp_checksum(struct description *d, const struct word *word, const char *value)
{
    (void)value;
    if ((word->argument & (d->mode->is_over_ipv6 ? OVER_IPV6 : OVER_IPV4)) != 0)
        d->tunnel.has_udp_checksum = (word->argument & OFF) == 0;
    return TRUE;
}

static gboolean take_port(struct description *d, const struct word *word, const char *value)
{
    unsigned long port = 0;

    if (!word_number(value, 0, PORT_MAX, &port) || port == 0)
        return word_refuse_value(d, word, value, "a port, 1 to 65535");
    d->ports[d->port_count].port = (uint16_t)port;
    return TRUE;
}

/* The words of /etc/protocols for what may be in a tunnel, or a number. */
static gboolean take_protocol(struct description *d, const struct word *word, const char *value)
{
    static const struct {
        const char *name;
        uint8_t number;
    } names[] = {{"ipencap", 4}, {"ipv6", 41}, {"gre", 47}};
    struct ipip_udp_tunnel *port = &d->ports[d->port_count];
    unsigned long number = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(value, names[i].name) == 0)
            number = names[i].number;
    }
    if (number == 0 && (!word_number(value, 0, PROTOCOL_MAX, &number) || number == 0))
        return word_refuse_value(d, word, value, "the number of a protocol: 4, 41 or 47");
    if (port->kind == IPIP_KIND_GUE)
        return refuse(d->error, NULL, "`ip fou add` takes ipproto or gue, not both");
    port->kind = IPIP_KIND_FOU;
    port->protocol = (uint8_t)number;
    return TRUE;
}

static gboolean take_gue(struct description *d, const struct word *word, const char *value)
{
    struct ipip_udp_tunnel *port = &d->ports[d->port_count];

    (void)word;
    (void)value;
    if (port->kind == IPIP_KIND_FOU)
        return refuse(d->error, NULL, "`ip fou add` takes ipproto or gue, not both");
    port->kind = IPIP_KIND_GUE;
    return TRUE;
}

const struct word words_of_udp[] = {
    {"encap", IPIP_DRIVER_OVER_IP, COMMAND_LINK, TRUE, take_encap, 0},
    {"noencap", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, take_no_encap, 0},
    {"encap-sport", IPIP_DRIVER_OVER_IP, COMMAND_LINK, TRUE, take_source_port, 0},
    {"encap-dport", IPIP_DRIVER_OVER_IP, COMMAND_LINK, TRUE, take_destination_port, 0},
    {"encap-csum", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, take_udp_checksum, OVER_IPV4},
    {"noencap-csum", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, take_udp_checksum, OVER_IPV4 | OFF},
    {"encap-csum6", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, take_udp_checksum, OVER_IPV6},
    {"noencap-csum6", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, take_udp_checksum, OVER_IPV6 | OFF},
    {"encap-udp6-csum", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, take_udp_checksum, OVER_IPV6},
    {"noencap-udp6-csum", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, take_udp_checksum, OVER_IPV6 | OFF},
    /* The remote checksum is in the header only where hardware still has to fill in the inner one: never in a capture of ours. */
    {"encap-remcsum", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, NULL, 0},
    {"noencap-remcsum", IPIP_DRIVER_OVER_IP, COMMAND_LINK, FALSE, NULL, 0},

    {"port", IPIP_DRIVER_ALL, COMMAND_FOU, TRUE, take_port, 0},
    {"ipproto", IPIP_DRIVER_ALL, COMMAND_FOU, TRUE, take_protocol, 0},
    {"gue", IPIP_DRIVER_ALL, COMMAND_FOU, FALSE, take_gue, 0},
    {"local", IPIP_DRIVER_ALL, COMMAND_FOU, TRUE, NULL, 0},
    {"peer", IPIP_DRIVER_ALL, COMMAND_FOU, TRUE, NULL, 0},
    {"peer_port", IPIP_DRIVER_ALL, COMMAND_FOU, TRUE, NULL, 0},
    {"-6", IPIP_DRIVER_ALL, COMMAND_FOU, FALSE, NULL, 0},
    {0},
};
