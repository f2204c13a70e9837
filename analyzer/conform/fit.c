/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fit.h"

#include "../say.h"
#include "address_pairs.h"
#include "ipip/stack.h"

void fit_init(struct fit *fit)
{
    *fit = (struct fit){.inside = address_pairs_new(), .beside = address_pairs_new()};
}

void fit_clear(struct fit *fit)
{
    g_hash_table_destroy(fit->inside);
    g_hash_table_destroy(fit->beside);
}

void fit_watch(void *context, const struct ipip_packet *packet)
{
    struct fit *fit = context;
    struct ipip_stack stack;

    if (packet->ip.captured == 0 || ipip_stack_read(&stack, ipip_kinds_judged(), packet->ip) != IPIP_OK)
        return;
    if (stack.layers[0].kind == IPIP_KIND_NONE)
        address_pairs_add(fit->beside, stack.layers[0].ip.src, stack.layers[0].ip.dst);
    else if (stack.layers[0].kind != IPIP_KIND_IPIP)
        fit->others[stack.layers[0].kind]++;
    else if (stack.count > 1)
        address_pairs_add(fit->inside, stack.layers[1].ip.src, stack.layers[1].ip.dst);
}

/* "12 packets of gre, 3 of 6in4"; NULL: none. To be freed. */
static char *text_of(const uint64_t others[IPIP_KINDS])
{
    GString *text = g_string_new(NULL);

    for (int kind = 0; kind < IPIP_KINDS; kind++) {
        if (others[kind] > 0)
            g_string_append_printf(
                text, text->len == 0 ? "%" G_GUINT64_FORMAT " packets of %s" : ", %" G_GUINT64_FORMAT " of %s",
                others[kind], ipip_kind_about((enum ipip_kind)kind)->name);
    }
    return g_string_free(text, text->len == 0);
}

/* A capture without packets; NULL: both have some. */
static const char *empty_of(const struct pair_run *pair)
{
    for (unsigned file = 0; file < pair->files; file++) {
        if (pair->packets[file] == 0)
            return pair->run->options.paths[file];
    }
    return NULL;
}

static gboolean refuse_fit(const struct pair_run *pair, const char *others)
{
    char *const *names = pair->run->options.paths;
    const char *empty = empty_of(pair);

    if (empty != NULL)
        say("%s: no packet to judge", empty);
    else if (pair->layout.relation == IPIP_PAIR_OUTER_OUTER)
        say("%s and %s: both were taken on the wire; what an end of the tunnel does is not between them (`ipip pair` "
            "compares them)",
            names[0], names[1]);
    else if (pair->files == 1)
        say("%s: no packet is both inside and outside of an IPv4 in IPv4 tunnel", names[0]);
    else
        say("%s and %s: no packet of the one is in an IPv4 in IPv4 tunnel of the other", names[0], names[1]);
    if (others != NULL)
        say_on("They have %s: `ipip pair` judges tunnels of every kind.", others);
    return FALSE;
}

gboolean fit_is_good(const struct fit *fit, const struct pair_run *pair)
{
    gboolean is_good = pair->layout.relation == IPIP_PAIR_INNER_OUTER &&
                       (ipip_pair_totals(pair->pair)->matched > 0 || address_pairs_meet(fit->inside, fit->beside));
    char *text;

    if (pair->is_one_missing)
        return FALSE; /* which was said */
    text = text_of(fit->others);
    if (!is_good)
        refuse_fit(pair, text);
    else if (text != NULL)
        say("note: %s are not looked at; `ipip pair` judges them", text);
    g_free(text);
    return is_good;
}
