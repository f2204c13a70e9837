/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that make a tunnel: what differs from the defaults of its mode. */
#include "ipip/tunnel_text.h"

#include <stdarg.h>
#include <stdio.h>

#include "ipip/address.h"
#include "ipip/ip.h"
#include "ipip/tunnel_mode.h"

#define ISATAP_DEVICE "isatap0"

/* What is written: `base` is the tunnel that the mode makes without further words. */
struct writer {
    char *text; /* of IPIP_TUNNEL_TEXT */
    size_t used;
    const struct ipip_tunnel *tunnel;
    const struct ipip_tunnel_mode *mode;
    struct ipip_tunnel base;
    bool is_link;      /* only ip-link(8) has words for it */
    bool is_spelt_out; /* with some defaults, too */
};

static void put(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct writer *w, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is initialized in the line above */
    length = vsnprintf(w->text + w->used, IPIP_TUNNEL_TEXT - w->used, format, arguments);
    va_end(arguments);
    if (length > 0)
        w->used += (size_t)length < IPIP_TUNNEL_TEXT - w->used ? (size_t)length : IPIP_TUNNEL_TEXT - 1 - w->used;
}

static bool has_6rd(const struct ipip_tunnel *t)
{
    struct ipip_prefix of_6to4 = ipip_tunnel_linux(IPIP_KIND_6IN4).prefix;

    return t->prefix.bits > 0 &&
           (t->prefix.bits != of_6to4.bits || !ipip_address_equal(t->prefix.address, of_6to4.address));
}

static bool is_over_gre_ipv4(const struct writer *w)
{
    return (w->mode->driver & (IPIP_DRIVER_GRE | IPIP_DRIVER_ERSPAN)) != 0;
}

static bool needs_link(const struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;
    bool is_free_df = t->df == IPIP_DF_CLEAR || (t->df == IPIP_DF_COPY && t->ttl != 0);

    return w->mode->type != NULL && (!w->mode->is_of_ip_tunnel || t->encap != IPIP_UDP_ENCAP_NONE || has_6rd(t) ||
                                     (is_over_gre_ipv4(w) && is_free_df));
}

static void write_mode(struct writer *w)
{
    const struct ipip_tunnel_mode *mode = w->mode;

    if (w->is_link)
        put(w, "type %s%s", mode->type, mode->is_default ? "" : " ");
    if (!w->is_link || !mode->is_default)
        put(w, "mode %s", w->is_link && mode->link_name != NULL ? mode->link_name : mode->names[0]);
}

static void write_address(struct writer *w, const char *word, struct ipip_addr address)
{
    char text[IPIP_ADDRESS_TEXT];

    if (!ipip_address_is_none(address))
        put(w, " %s %s", word, ipip_address_text(text, address));
}

static void write_ttl(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (t->ttl == w->base.ttl && !w->is_spelt_out)
        return;
    if (w->mode->is_over_ipv6)
        put(w, " hoplimit %u", t->ttl);
    else if (t->ttl != 0)
        put(w, " ttl %u", t->ttl);
    else
        put(w, " ttl inherit");
}

static void write_tos(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;
    const char *word = w->mode->is_over_ipv6 ? "tclass" : "tos";

    if (t->tos_inherit && (t->tos == 0 || w->is_spelt_out))
        put(w, " %s inherit", word);
    else if (t->tos_inherit || t->tos != 0 || w->is_spelt_out)
        put(w, " %s 0x%02x", word, t->tos | (unsigned)t->tos_inherit);
}

static void write_df(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (w->mode->is_over_ipv6 || w->mode->driver == IPIP_DRIVER_VTI || w->mode->driver == IPIP_DRIVER_OURS)
        return;
    if (t->df == IPIP_DF_SET)
        put(w, "%s", w->is_spelt_out ? " pmtudisc" : "");
    else if (w->is_link && is_over_gre_ipv4(w))
        put(w, " nopmtudisc%s", t->df == IPIP_DF_CLEAR ? " ignore-df" : "");
    else if (t->df == IPIP_DF_COPY && t->ttl == 0)
        put(w, " nopmtudisc");
    else
        put(w, " df %s", ipip_df_policy_name(t->df));
}

static void write_ipv6(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (!t->has_limit && w->base.has_limit)
        put(w, " encaplimit none");
    else if (t->limit != w->base.limit)
        put(w, " encaplimit %u", t->limit);
    if (t->label_policy == IPIP_LABEL_INHERIT)
        put(w, " flowlabel inherit");
    else if (t->label_policy == IPIP_LABEL_FIXED && t->label == 0)
        put(w, " flowlabel zero");
    else if (t->label_policy == IPIP_LABEL_FIXED)
        put(w, " flowlabel 0x%05x", t->label);
    if (t->dscp_inherits)
        put(w, " dscp inherit");
}

/* " csum", " icsum" or " ocsum" */
static void write_option(struct writer *w, const char *word, bool is_in, bool is_out)
{
    if (is_in || is_out)
        put(w, " %s%s", is_in && is_out ? "" : is_in ? "i" : "o", word);
}

static void write_gre(struct writer *w)
{
    const struct ipip_gre_options *in = &w->tunnel->in;
    const struct ipip_gre_options *out = &w->tunnel->out;

    if (in->has_key && out->has_key && in->key == out->key) {
        put(w, " key %u", out->key);
    } else {
        if (in->has_key)
            put(w, " ikey %u", in->key);
        if (out->has_key)
            put(w, " okey %u", out->key);
    }
    write_option(w, "csum", in->has_checksum, out->has_checksum);
    write_option(w, "seq", in->has_sequence, out->has_sequence);
}

static void write_erspan(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (t->erspan_version != w->base.erspan_version)
        put(w, " erspan_ver %u", t->erspan_version);
    if (t->erspan_index != 0)
        put(w, " erspan %u", t->erspan_index);
    if (t->erspan_direction != 0)
        put(w, " erspan_dir egress");
    if (t->erspan_hardware != 0)
        put(w, " erspan_hwid %u", t->erspan_hardware);
}

static void write_udp(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (t->encap == IPIP_UDP_ENCAP_NONE)
        return;
    put(w, " encap %s encap-sport ", t->encap == IPIP_UDP_ENCAP_FOU ? "fou" : "gue");
    if (t->source_port != 0)
        put(w, "%u", t->source_port);
    else
        put(w, "auto");
    put(w, " encap-dport %u", t->destination_port);
    if (w->mode->is_over_ipv6)
        put(w, "%s", t->has_udp_checksum ? "" : " noencap-udp6-csum");
    else
        put(w, "%s", t->has_udp_checksum ? " encap-csum" : "");
}

static void write_prefix(struct writer *w, const char *word, const struct ipip_prefix *prefix, unsigned skipped)
{
    write_address(w, word, prefix->address);
    put(w, "/%u", prefix->bits - skipped);
}

static void write_sit(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (has_6rd(t))
        write_prefix(w, "6rd-prefix", &t->prefix, 0);
    if (t->relay.bits > 0)
        write_prefix(w, "6rd-relay_prefix", &t->relay, IPIP_ADDRESS_IPV4_BITS);
    for (unsigned i = 0; i < t->router_count; i++) {
        put(w, ";");
        write_address(w, "ip tunnel prl dev " ISATAP_DEVICE " prl-default", t->routers[i]);
    }
}

static void write_ours(struct writer *w)
{
    const struct ipip_tunnel *t = w->tunnel;

    if (t->ecn != w->base.ecn)
        put(w, " ecn %s", ipip_ecn_encap_name(t->ecn));
    if (t->id != w->base.id)
        put(w, " id %s", ipip_id_policy_name(t->id));
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
    put(w, "; ip fou add port %u ", t->destination_port);
    if (t->encap == IPIP_UDP_ENCAP_GUE)
        put(w, "gue");
    else
        put(w, "ipproto %d",
            (t->kinds & OVER_IP) != 0     ? IPIP_PROTOCOL_IPIP
            : (t->kinds & OVER_IPV6) != 0 ? IPIP_PROTOCOL_IPV6
                                          : IPIP_PROTOCOL_GRE);
}

static void start(struct writer *w, char *text, const struct ipip_tunnel *tunnel)
{
    *w = (struct writer){.text = text, .tunnel = tunnel, .mode = ipip_tunnel_mode_of(tunnel)};
    *text = '\0';
    w->base = ipip_tunnel_mode_defaults(w->mode);
    if (tunnel->tos_inherit && (w->mode->driver & IPIP_DRIVER_COPIES_TCLASS) != 0)
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

const char *ipip_tunnel_words(char text[static IPIP_TUNNEL_TEXT], const struct ipip_tunnel *tunnel)
{
    struct writer w;

    start(&w, text, tunnel);
    w.is_spelt_out = w.mode->is_spelt_out;
    write_all(&w);
    return text;
}

const char *ipip_tunnel_command(char text[static IPIP_TUNNEL_TEXT], const struct ipip_tunnel *tunnel)
{
    struct writer w;

    start(&w, text, tunnel);
    put(&w, "ip %s add %s ",
        w.is_link              ? "link"
        : w.mode->is_over_ipv6 ? "-6 tunnel"
                               : "tunnel",
        w.mode->is_isatap ? ISATAP_DEVICE : "tun0");
    write_all(&w);
    write_fou(&w);
    return text;
}
