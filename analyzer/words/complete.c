/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words/complete.h"

#include "ipip/address.h"
#include "refuse.h"

enum {
    ERSPAN_SESSION_MAX = 1023,
    PREFIX_BITS_MAX = 64, /* of a 6rd prefix and the IPv4 bits behind it: what Linux takes */
    IPV4_BITS = 32,
};

static gboolean complete_addresses(struct description *d)
{
    struct ipip_tunnel *t = &d->tunnel;
    gboolean has_remote = !ipip_address_is_none(t->remote);
    gboolean is_computed = d->mode->driver == IPIP_DRIVER_SIT && !has_remote;
    gboolean needs_local = d->mode->driver != IPIP_DRIVER_OURS; /* a minimal tunnel may begin at the sender */

    if (t->is_isatap && has_remote)
        return refuse(d->error, NULL, "isatap has no remote: the exit is in the inner destination");
    if ((needs_local && ipip_address_is_none(t->local)) || (!is_computed && !has_remote))
        return refuse(d->error, NULL, "it needs %s%s%s", needs_local ? "local ADDRESS" : "",
                      needs_local && !is_computed ? " and " : "", is_computed ? "" : "remote ADDRESS");
    if (ipip_address_equal(t->local, t->remote))
        return refuse(d->error, NULL, "local and remote are the same address: no packet would leave");
    if (is_computed)
        t->kinds &= IPIP_KIND_BIT(IPIP_KIND_6IN4);
    return TRUE;
}

/* 6to4, 6rd and ISATAP. */
static gboolean complete_prefix(struct description *d)
{
    struct ipip_tunnel *t = &d->tunnel;
    gboolean has_prefix = t->prefix.bits > 0;
    unsigned relay_bits = t->relay.bits > 0 ? t->relay.bits - IPIP_ADDRESS_IPV4_BITS : 0;

    if (t->router_count > 0 && !t->is_isatap)
        return refuse(d->error, NULL, "`ip tunnel prl` is for mode isatap");
    if (t->relay.bits > 0 && !has_prefix)
        return refuse(d->error, NULL, "6rd-relay_prefix needs 6rd-prefix");
    if (has_prefix && t->is_isatap)
        return refuse(d->error, NULL, "6rd-prefix and isatap are two ways to find the exit: only one can be");
    if (has_prefix && !ipip_address_is_none(t->remote))
        return refuse(d->error, NULL, "6rd-prefix has no effect with remote: leave remote out, or make it any");
    if (t->prefix.bits + IPV4_BITS - relay_bits > PREFIX_BITS_MAX)
        return refuse(d->error, NULL, "6rd-prefix: with %u bits of the IPv4 address behind it, it has at most %u bits",
                      IPV4_BITS - relay_bits, PREFIX_BITS_MAX - IPV4_BITS + relay_bits);
    if (d->mode->driver == IPIP_DRIVER_SIT && !has_prefix && !t->is_isatap && ipip_address_is_none(t->remote))
        t->prefix = ipip_tunnel_linux(d->mode->kind).prefix;
    return TRUE;
}

static gboolean complete_df(struct description *d)
{
    struct ipip_tunnel *t = &d->tunnel;
    gboolean is_checked = (d->mode->driver & (IPIP_DRIVER_IPIP | IPIP_DRIVER_SIT)) != 0 || d->type == NULL;

    if (t->ttl != 0 && d->is_nopmtudisc && is_checked)
        return refuse(d->error, NULL,
                      "ttl %u and nopmtudisc are incompatible, as for ip-tunnel(8): with a fixed ttl Linux always sets "
                      "DF; \"df copy\" stands for another implementation",
                      t->ttl);
    if (d->ignores_df && t->df == IPIP_DF_SET)
        return refuse(d->error, NULL, "ignore-df needs nopmtudisc");
    if (d->ignores_df)
        t->df = IPIP_DF_CLEAR;
    return TRUE;
}

/* The port that the tunnel sends to must be declared for what it sends. */
static gboolean check_port(struct description *d, const struct ipip_udp_tunnel *port)
{
    const struct ipip_tunnel *t = &d->tunnel;
    gboolean is_gue = port->kind == IPIP_KIND_GUE;
    gboolean is_carried = FALSE;

    if (t->encap == IPIP_UDP_ENCAP_NONE)
        return refuse(d->error, NULL, "`ip fou add` is for a tunnel with encap fou or encap gue");
    if (port->port != t->destination_port) /* where the other direction arrives */
        return TRUE;
    if (is_gue != (t->encap == IPIP_UDP_ENCAP_GUE))
        return refuse(d->error, NULL, "`ip fou add port %u %s`, and the tunnel has encap %s", port->port,
                      is_gue ? "gue" : "ipproto", is_gue ? "fou" : "gue");
    for (int kind = 0; kind < IPIP_KINDS; kind++) {
        const struct ipip_kind_about *about = ipip_kind_about((enum ipip_kind)kind);

        is_carried |= (t->kinds & IPIP_KIND_BIT(kind)) != 0 && about != NULL && about->protocol == port->protocol;
    }
    return is_gue || is_carried ||
           refuse(d->error, NULL, "`ip fou add port %u ipproto %u`: the tunnel sends another protocol to this port",
                  port->port, port->protocol);
}

static gboolean complete_udp(struct description *d)
{
    struct ipip_tunnel *t = &d->tunnel;

    for (unsigned i = 0; i < d->port_count; i++) {
        if (!check_port(d, &d->ports[i]))
            return FALSE;
    }
    if (t->encap != IPIP_UDP_ENCAP_NONE)
        return t->destination_port != 0 || refuse(d->error, NULL, "encap needs encap-dport PORT");
    if ((t->destination_port | t->source_port) != 0)
        return refuse(d->error, NULL, "encap-%cport needs encap fou or encap gue", t->source_port != 0 ? 's' : 'd');
    t->has_udp_checksum = false;
    return TRUE;
}

static gboolean complete_erspan(struct description *d)
{
    const struct ipip_tunnel *t = &d->tunnel;
    gboolean is_checksummed = t->in.has_checksum || t->out.has_checksum;

    if (t->erspan_index != 0 && t->erspan_version != 1)
        return refuse(d->error, NULL, "erspan INDEX is of type II: it needs erspan_ver 1");
    if ((t->erspan_direction | t->erspan_hardware) != 0 && t->erspan_version != 2)
        return refuse(d->error, NULL, "erspan_dir and erspan_hwid are of type III: they need erspan_ver 2");
    if (t->erspan_version == 0)
        return TRUE;
    if (!t->out.has_key || !t->out.has_sequence || is_checksummed)
        return refuse(d->error, NULL, "ERSPAN type %s needs seq and key SESSION, and has no csum",
                      t->erspan_version == 1 ? "II" : "III");
    return (t->in.key <= ERSPAN_SESSION_MAX && t->out.key <= ERSPAN_SESSION_MAX) ||
           refuse(d->error, NULL, "key %u: the session of ERSPAN is 0 to %d", MAX(t->in.key, t->out.key),
                  ERSPAN_SESSION_MAX);
}

/* ip(8) gives a GRE tunnel to a group the group's address for a key. */
static void complete_key(struct description *d)
{
    struct ipip_gre_options *directions[] = {&d->tunnel.in, &d->tunnel.out};

    if ((d->mode->driver & (IPIP_DRIVER_GRE | IPIP_DRIVER_ERSPAN)) == 0 ||
        ipip_address_kind(d->tunnel.remote) != IPIP_ADDRESS_MULTICAST)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(directions); i++) {
        if (directions[i]->key == 0) {
            directions[i]->has_key = true;
            directions[i]->key = (uint32_t)d->tunnel.remote.low;
        }
    }
}

/* Over IPv6, GRE takes the octet as it is, with the ECN field. */
static void complete_tos(struct description *d)
{
    if ((d->mode->driver & IPIP_DRIVER_COPIES_TCLASS) == 0)
        d->tunnel.tos &= (uint8_t)~3U;
    else if (!d->has_ecn)
        d->tunnel.ecn = d->tunnel.tos_inherit ? IPIP_ECN_COPY : IPIP_ECN_COMPATIBILITY;
}

gboolean description_complete(struct description *d)
{
    complete_key(d);
    complete_tos(d);
    return complete_addresses(d) && complete_prefix(d) && complete_df(d) && complete_udp(d) &&
           ((d->mode->driver & IPIP_DRIVER_ANY_ERSPAN) == 0 || complete_erspan(d));
}
