/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that make a tunnel: what differs from the defaults of its mode. */
#include "ipip/address.h"
#include "ipip/ip.h"
#include "tunnel_words.h"
#include "words/mode.h"

#define ISATAP_DEVICE "isatap0"

/* What is written: `base` is the tunnel that the mode makes without further words. */
struct writer {
    GString *s;
    const struct ipip_tunnel *tunnel;
    const struct tunnel_mode *mode;
    struct ipip_tunnel base;
    gboolean is_link;      /* only ip-link(8) has words for it */
    gboolean is_spelt_out; /* with some defaults, too */
};

static gboolean has_6rd(const struct ipip_tunnel *t)
{
    struct ipip_prefix of_6to4 = ipip_tunnel_linux(IPIP_KIND_6IN4).prefix;

    return t->prefix.bits > 0 &&
           (t->prefix.bits != of_6to4.bits || !ipip_address_equal(t->prefix.address, of_6to4.address));
}

static gboolean is_over_gre_ipv4(const struct writer *w)
{
    return (w->mode->driver & (DRIVER_GRE | DRIVER_ERSPAN)) != 0;
}

static gboolean needs_link(const struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;
    gboolean is_free_df = t->df == IPIP_DF_CLEAR || (t->df == IPIP_DF_COPY && t->ttl != 0);

    return w->mode->type != NULL && (!w->mode->is_of_ip_tunnel || t->encap != IPIP_UDP_ENCAP_NONE || has_6rd(t) ||
                                     (is_over_gre_ipv4(w) && is_free_df));
}

static void write_mode(struct writer *w)
{
    const struct tunnel_mode *mode = w->mode;

    if (w->is_link)
        g_string_append_printf(w->s, "type %s%s", mode->type, mode->is_default ? "" : " ");
    if (!w->is_link || !mode->is_default)
        g_string_append_printf(w->s, "mode %s",
                               w->is_link && mode->link_name != NULL ? mode->link_name : mode->names[0]);
}

static void write_address(struct writer *w, const char *word, struct ipip_addr address)
{
    char text[IPIP_ADDRESS_TEXT];

    if (!ipip_address_is_none(address))
        g_string_append_printf(w->s, " %s %s", word, ipip_address_text(text, address));
}

static void write_ttl(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (t->ttl == w->base.ttl && !w->is_spelt_out)
        return;
    if (w->mode->is_over_ipv6)
        g_string_append_printf(w->s, " hoplimit %u", t->ttl);
    else if (t->ttl != 0)
        g_string_append_printf(w->s, " ttl %u", t->ttl);
    else
        g_string_append(w->s, " ttl inherit");
}

static void write_tos(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;
    const char *word = w->mode->is_over_ipv6 ? "tclass" : "tos";

    if (t->tos_inherit && (t->tos == 0 || w->is_spelt_out))
        g_string_append_printf(w->s, " %s inherit", word);
    else if (t->tos_inherit || t->tos != 0 || w->is_spelt_out)
        g_string_append_printf(w->s, " %s 0x%02x", word, t->tos | (unsigned)t->tos_inherit);
}

static void write_df(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (w->mode->is_over_ipv6 || w->mode->driver == DRIVER_VTI || w->mode->driver == DRIVER_OURS)
        return;
    if (t->df == IPIP_DF_SET)
        g_string_append(w->s, w->is_spelt_out ? " pmtudisc" : "");
    else if (w->is_link && is_over_gre_ipv4(w))
        g_string_append_printf(w->s, " nopmtudisc%s", t->df == IPIP_DF_CLEAR ? " ignore-df" : "");
    else if (t->df == IPIP_DF_COPY && t->ttl == 0)
        g_string_append(w->s, " nopmtudisc");
    else
        g_string_append_printf(w->s, " df %s", ipip_df_policy_name(t->df));
}

static void write_ipv6(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (!t->has_limit && w->base.has_limit)
        g_string_append(w->s, " encaplimit none");
    else if (t->limit != w->base.limit)
        g_string_append_printf(w->s, " encaplimit %u", t->limit);
    if (t->label_policy == IPIP_LABEL_INHERIT)
        g_string_append(w->s, " flowlabel inherit");
    else if (t->label_policy == IPIP_LABEL_FIXED && t->label == 0)
        g_string_append(w->s, " flowlabel zero");
    else if (t->label_policy == IPIP_LABEL_FIXED)
        g_string_append_printf(w->s, " flowlabel 0x%05x", t->label);
    if (t->dscp_inherits)
        g_string_append(w->s, " dscp inherit");
}

/* " csum", " icsum" or " ocsum" */
static void write_option(struct writer *w, const char *word, gboolean is_in, gboolean is_out)
{
    if (is_in || is_out)
        g_string_append_printf(w->s, " %s%s", is_in && is_out ? "" : is_in ? "i" : "o", word);
}

static void write_gre(struct writer *w)
{
    const struct ipip_gre_options *in = &w->tunnel->in;
    const struct ipip_gre_options *out = &w->tunnel->out;

    if (in->has_key && out->has_key && in->key == out->key) {
        g_string_append_printf(w->s, " key %u", out->key);
    } else {
        if (in->has_key)
            g_string_append_printf(w->s, " ikey %u", in->key);
        if (out->has_key)
            g_string_append_printf(w->s, " okey %u", out->key);
    }
    write_option(w, "csum", in->has_checksum, out->has_checksum);
    write_option(w, "seq", in->has_sequence, out->has_sequence);
}

static void write_erspan(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (t->erspan_version != w->base.erspan_version)
        g_string_append_printf(w->s, " erspan_ver %u", t->erspan_version);
    if (t->erspan_index != 0)
        g_string_append_printf(w->s, " erspan %u", t->erspan_index);
    if (t->erspan_direction != 0)
        g_string_append(w->s, " erspan_dir egress");
    if (t->erspan_hardware != 0)
        g_string_append_printf(w->s, " erspan_hwid %u", t->erspan_hardware);
}

static void write_udp(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (t->encap == IPIP_UDP_ENCAP_NONE)
        return;
    g_string_append_printf(w->s, " encap %s encap-sport ", t->encap == IPIP_UDP_ENCAP_FOU ? "fou" : "gue");
    if (t->source_port != 0)
        g_string_append_printf(w->s, "%u", t->source_port);
    else
        g_string_append(w->s, "auto");
    g_string_append_printf(w->s, " encap-dport %u", t->destination_port);
    if (w->mode->is_over_ipv6)
        g_string_append(w->s, t->has_udp_checksum ? "" : " noencap-udp6-csum");
    else
        g_string_append(w->s, t->has_udp_checksum ? " encap-csum" : "");
}

static void write_prefix(struct writer *w, const char *word, const struct ipip_prefix *prefix, unsigned skipped)
{
    write_address(w, word, prefix->address);
    g_string_append_printf(w->s, "/%u", prefix->bits - skipped);
}

static void write_sit(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (has_6rd(t))
        write_prefix(w, "6rd-prefix", &t->prefix, 0);
    if (t->relay.bits > 0)
        write_prefix(w, "6rd-relay_prefix", &t->relay, IPIP_ADDRESS_IPV4_BITS);
    for (unsigned i = 0; i < t->router_count; i++) {
        g_string_append_c(w->s, ';');
        write_address(w, "ip tunnel prl dev " ISATAP_DEVICE " prl-default", t->routers[i]);
    }
}

static void write_ours(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (t->ecn != w->base.ecn)
        g_string_append_printf(w->s, " ecn %s", ipip_ecn_encap_name(t->ecn));
    if (t->id != w->base.id)
        g_string_append_printf(w->s, " id %s", ipip_id_policy_name(t->id));
}

/* At the far end. */
static void write_fou(struct writer *w)
{
    enum {
        OVER_IP = IPIP_KIND_BIT(IPIP_KIND_IPIP) | IPIP_KIND_BIT(IPIP_KIND_4IN6),
        OVER_IPV6 = IPIP_KIND_BIT(IPIP_KIND_6IN4) | IPIP_KIND_BIT(IPIP_KIND_6IN6)
    };
    const struct ipip_tunnel *t = w->tunnel;

    if (t->encap == IPIP_UDP_ENCAP_NONE)
        return;
    g_string_append_printf(w->s, "; ip fou add port %u ", t->destination_port);
    if (t->encap == IPIP_UDP_ENCAP_GUE)
        g_string_append(w->s, "gue");
    else
        g_string_append_printf(w->s, "ipproto %d",
                               (t->kinds & OVER_IP) != 0     ? IPIP_PROTOCOL_IPIP
                               : (t->kinds & OVER_IPV6) != 0 ? IPIP_PROTOCOL_IPV6
                                                             : IPIP_PROTOCOL_GRE);
}

static void start(struct writer *w, const struct ipip_tunnel *tunnel)
{
    *w = (struct writer){.s = g_string_new(NULL), .tunnel = tunnel, .mode = mode_of(tunnel)};
    w->base = mode_defaults(w->mode);
    if (tunnel->tos_inherit && (w->mode->driver & DRIVER_COPIES_TCLASS) != 0)
        w->base.ecn = IPIP_ECN_COPY;
    w->is_link = needs_link(w);
}

static void write_all(struct writer *w)
{
    write_mode(w);
    write_address(w, "local", w->tunnel->local);
    write_address(w, "remote", w->tunnel->remote);
    write_ttl(w);
    write_tos(w);
    write_df(w);
    write_ours(w);
    if (w->mode->is_over_ipv6)
        write_ipv6(w);
    write_gre(w);
    write_erspan(w);
    write_udp(w);
    write_sit(w);
}

char *tunnel_to_words(const struct ipip_tunnel *tunnel)
{
    struct writer w;

    start(&w, tunnel);
    w.is_spelt_out = w.mode->is_spelt_out;
    write_all(&w);
    return g_string_free(w.s, FALSE);
}

char *tunnel_to_command(const struct ipip_tunnel *tunnel)
{
    struct writer w;

    start(&w, tunnel);
    g_string_append_printf(w.s, "ip %s add %s ",
                           w.is_link              ? "link"
                           : w.mode->is_over_ipv6 ? "-6 tunnel"
                                                  : "tunnel",
                           w.mode->is_isatap ? ISATAP_DEVICE : "tun0");
    write_all(&w);
    write_fou(&w);
    return g_string_free(w.s, FALSE);
}
