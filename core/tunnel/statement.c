/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The statements: one row each, with the kinds that have it, what its packets show, and what that configures. */
#include "ipip/statement.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tunnel/statement_set.h"

enum {
    MARGIN_MIN = 3, /* packets that only one explanation fits, from which on they are no coincidence */
};

#define KIND(name) (1U << IPIP_KIND_##name)

enum {
    GRE = IPIP_KINDS_WITH_GRE | IPIP_KINDS_OVER_UDP,
    MIRRORS = KIND(ERSPAN) | KIND(ERSPAN6),
    UDP = IPIP_KINDS_OVER_UDP,
    IPV6 = KIND(4IN6) | KIND(6IN6) | KIND(GRE6) | KIND(GRETAP6) | KIND(ERSPAN6) | KIND(ESP) | KIND(IPCOMP) |
           KIND(MPLS) | IPIP_KINDS_OVER_UDP, /* those that can be over IPv6 */
};

/* So many packets do it, of so many; of which the next best explanation fits `others`. */
static void weigh(struct ipip_statement *s, uint32_t agree, uint32_t packets, uint32_t others)
{
    s->agree = agree;
    s->packets = packets;
    s->margin = agree > others ? agree - others : 0;
    s->certainty = !statement_is_habit(agree, packets)           ? IPIP_CERTAINTY_VARIES
                   : agree == packets && s->margin >= MARGIN_MIN ? IPIP_CERTAINTY_CERTAIN
                                                                 : IPIP_CERTAINTY_LIKELY;
}

static void put_text(struct ipip_statement *s, const char *text)
{
    snprintf(s->text, sizeof s->text, "%s", text);
}

static void add_text(struct ipip_statement *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add_text(struct ipip_statement *s, const char *format, ...)
{
    size_t used = strlen(s->text);
    va_list arguments;

    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is initialized in the line above */
    vsnprintf(s->text + used, sizeof s->text - used, format, arguments);
    va_end(arguments);
}

/* What a packet has or has not. */
static void say_some(struct ipip_statement *s, uint32_t with, uint32_t packets, const char *always, const char *never)
{
    uint32_t without = packets - with;

    weigh(s, with > without ? with : without, packets, with > without ? without : with);
    put_text(s, s->certainty == IPIP_CERTAINTY_VARIES ? "sometimes" : with > without ? always : never);
}

/* One number that most packets have. */
static void say_number(struct ipip_statement *s, const struct ipip_numbers *numbers, uint32_t packets)
{
    uint32_t count, second;
    uint32_t best = ipip_numbers_best(numbers, &count, &second);

    weigh(s, count, packets, second);
    if (s->certainty == IPIP_CERTAINTY_VARIES)
        put_text(s, "several");
    else
        add_text(s, "%u", best);
}

/* All numbers, with so many digits, and how often they came: "0x0800 (20), 0x86dd (3)". */
static void say_all(struct ipip_statement *s, const struct ipip_numbers *numbers, uint32_t packets, int digits)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < IPIP_NUMBERS && numbers->count[i] > 0; i++) {
        add_text(s, "%s0x%0*x (%u)", i > 0 ? ", " : "", digits, numbers->value[i], numbers->count[i]);
        sum += numbers->count[i];
    }
    weigh(s, numbers->is_inexact ? sum - 1 : sum, packets, 0);
    if (numbers->is_inexact)
        add_text(s, " and others");
}

static bool say_sub_kind(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    uint32_t packets = o->packets - o->opaque;
    enum ipip_sub_kind kind;

    if (o->domain.bits > 0) {
        char prefix[IPIP_ADDRESS_TEXT];

        weigh(s, packets, packets, 0);
        add_text(s, "6rd %s/%u", ipip_address_text(prefix, o->domain.address), o->domain.bits);
        return true;
    }
    kind = ipip_kind_stats_sub_kind(o);
    put_text(s, ipip_sub_kind_name(kind));
    weigh(s, o->sub_kinds[kind], packets, packets - o->sub_kinds[kind]);
    /* Where a 6rd domain leaves out what its addresses have in common, its packets look configured. */
    if (kind == IPIP_SUB_KIND_CONFIGURED ? s->certainty == IPIP_CERTAINTY_CERTAIN
                                         : s->certainty == IPIP_CERTAINTY_VARIES)
        s->certainty = IPIP_CERTAINTY_LIKELY; /* else: 9 of 10 are enough */
    return packets > 0;
}

static bool say_inside(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    for (uint32_t set = o->as_kinds; set != 0; set &= set - 1) {
        add_text(s, "%s%s", *s->text != '\0' ? " and " : "", ipip_kind_about((enum ipip_kind)__builtin_ctz(set))->name);
    }
    weigh(s, o->packets, o->packets, 0);
    return o->as_kinds != 0;
}

static bool say_key(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    if (o->keyed == 0) {
        put_text(s, "none");
        weigh(s, o->gre, o->gre, 0);
    } else {
        say_number(s, &o->keys, o->gre);
    }
    return o->gre > 0;
}

static bool say_csum(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    say_some(s, o->summed, o->gre, "always", "never");
    return o->gre > 0;
}

static bool say_seq(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    const struct ipip_sequence *q = &o->sequence;

    say_some(s, q->packets, o->packets, "always", "never");
    if (q->packets > 0)
        add_text(s, ", %u to %u, %u gap%s", q->first, q->last, q->gaps, q->gaps == 1 ? "" : "s");
    if (q->missing > 0)
        add_text(s, " (%u missing)", q->missing);
    if (q->late > 0)
        add_text(s, ", %u late", q->late);
    if (q->restarts > 0)
        add_text(s, ", %u restart%s", q->restarts, q->restarts == 1 ? "" : "s");
    return o->gre + q->packets > 0;
}

static bool say_types(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    say_all(s, &o->types, o->gre, 4);
    return o->gre > 0;
}

static bool say_session(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    say_number(s, &o->sessions, o->packets);
    return o->erspan_types[2] + o->erspan_types[3] > 0;
}

static bool say_index(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    say_number(s, &o->indexes, o->packets);
    return o->erspan_types[2] > 0;
}

static bool say_limit(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    uint32_t count, second;
    uint32_t best = ipip_numbers_best(&o->limits, &count, &second);

    if (statement_is_habit(o->packets - o->limited, o->packets)) {
        weigh(s, o->packets - o->limited, o->packets, o->limited);
        put_text(s, "none");
    } else {
        weigh(s, count + o->nested, o->packets, second);
        if (s->certainty == IPIP_CERTAINTY_VARIES)
            put_text(s, "varies");
        else if (count > 0)
            add_text(s, "fixed %u", best);
        if (o->nested > 0)
            add_text(s, "%sone less than inside (%u)", count > 0 ? ", " : "", o->nested);
    }
    return o->labels.count[0] > 0;
}

/* Linux takes the label of local IPv6 traffic over by itself, and gives IPv4 traffic one label by tunnel or flow. */
static bool say_label(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    uint32_t count, second;
    uint32_t best = ipip_numbers_best(&o->labels, &count, &second);

    weigh(s, count, o->packets, second);
    if (o->over_ipv6 > 0 && statement_is_habit(o->labels_inner, o->over_ipv6) &&
        statement_distinct(&o->inner_labels) >= STATEMENT_INNER_LABELS) {
        weigh(s, o->labels_inner, o->over_ipv6, count < o->labels_inner ? count : 0);
        put_text(s, "inner");
    } else if (statement_is_habit(count, o->packets) && best == 0) {
        put_text(s, "0");
    } else if (statement_is_habit(count, o->packets)) {
        add_text(s, "fixed 0x%05x", best);
        if (statement_distinct(&o->inner_labels) < STATEMENT_INNER_LABELS) {
            s->certainty = IPIP_CERTAINTY_NOT_OBSERVABLE;
            add_text(s, " or by flow");
        }
    } else if (statement_is_habit(o->label_flows.kept, o->label_flows.kept + o->label_flows.moved)) {
        weigh(s, o->label_flows.kept, o->label_flows.kept + o->label_flows.moved, o->label_flows.moved);
        put_text(s, "per flow");
    } else {
        put_text(s, "varies");
    }
    return o->labels.count[0] > 0;
}

static bool say_sport(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    const struct ipip_flow_numbers *f = &o->port_flows;
    uint32_t count, second;
    uint32_t best = ipip_numbers_best(&o->ports, &count, &second);

    weigh(s, count, o->udp, second);
    if (statement_is_habit(count, o->udp)) {
        add_text(s, "fixed %u", best);
        if (f->flows < STATEMENT_FLOWS) {
            s->certainty = IPIP_CERTAINTY_NOT_OBSERVABLE;
            add_text(s, " or by flow");
        }
        return true;
    }
    if (f->kept + f->moved > 0 && statement_is_habit(f->kept, f->kept + f->moved)) {
        weigh(s, f->kept, f->kept + f->moved, f->moved);
        put_text(s, "per flow");
    } else {
        put_text(s, f->moved > f->kept ? "per packet" : "varies");
    }
    add_text(s, ", %u..%u", o->port_min, o->port_max);
    return o->udp > 0;
}

static bool say_udp_csum(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    say_some(s, o->udp_summed, o->udp, "present", "zero");
    return o->udp > 0;
}

static bool say_remcsum(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    say_some(s, o->remcsum, o->udp, "always", "never");
    return o->remcsum > 0;
}

static bool say_spi(struct ipip_statement *s, const struct ipip_kind_stats *o)
{
    say_all(s, &o->spis, o->packets, 8);
    return statement_distinct(&o->spis) > 0;
}

static const struct {
    const char *name;
    const char *title; /* NULL: the name */
    uint32_t kinds;
    bool (*say)(struct ipip_statement *statement, const struct ipip_kind_stats *stats);
    void (*set)(struct ipip_tunnel *tunnel, const struct ipip_kind_stats *stats); /* NULL: it configures nothing */
} rows[] = {
    {"sub_kind", "variant", KIND(6IN4), say_sub_kind, statement_set_sub_kind},
    {"inside", NULL, UDP, say_inside, statement_set_inside},
    {"key", NULL, GRE & ~(uint32_t)MIRRORS, say_key, statement_set_key},
    {"csum", NULL, GRE, say_csum, statement_set_csum},
    {"seq", NULL, GRE | KIND(ESP), say_seq, statement_set_seq},
    {"payload", NULL, GRE, say_types, NULL},
    {"session", NULL, MIRRORS, say_session, statement_set_session},
    {"index", NULL, MIRRORS, say_index, statement_set_index},
    {"limit", NULL, IPV6, say_limit, statement_set_limit},
    {"label", NULL, IPV6, say_label, statement_set_label},
    {"sport", NULL, UDP, say_sport, statement_set_sport},
    {"udp_csum", "UDP csum", UDP, say_udp_csum, statement_set_udp_csum},
    {"remcsum", NULL, UDP, say_remcsum, NULL},
    {"spi", NULL, KIND(ESP), say_spi, NULL},
};

size_t ipip_statement_count(void)
{
    return sizeof rows / sizeof rows[0];
}

bool ipip_statement_make(struct ipip_statement *statement, size_t index, enum ipip_kind kind,
                         const struct ipip_kind_stats *stats)
{
    if (index >= ipip_statement_count() || (rows[index].kinds & IPIP_KIND_BIT(kind)) == 0)
        return false;
    *statement = (struct ipip_statement){.name = rows[index].name,
                                         .title = rows[index].title != NULL ? rows[index].title : rows[index].name};
    return rows[index].say(statement, stats);
}

void ipip_statements_configure(struct ipip_tunnel *tunnel, enum ipip_kind kind, const struct ipip_kind_stats *stats)
{
    for (size_t i = 0; i < ipip_statement_count(); i++) {
        if ((rows[i].kinds & IPIP_KIND_BIT(kind)) != 0 && rows[i].set != NULL)
            rows[i].set(tunnel, stats);
    }
}

const char *ipip_certainty_name(enum ipip_certainty certainty)
{
    static const char *const names[] = {"not observable", "varies", "likely", "certain"};

    return names[certainty];
}
