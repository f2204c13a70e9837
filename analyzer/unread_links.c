/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unread_links.h"

#include <inttypes.h>

#include "ipip/link.h"
#include "say.h"

enum { SHOWN = 5 }; /* link types, with a line each */

struct link {
    uint16_t type;
    const char *refusal;
    uint64_t packets;
};

struct unread_links {
    GHashTable *by_type;
    GPtrArray *in_order;
};

struct unread_links *unread_links_new(void)
{
    struct unread_links *unread = g_new(struct unread_links, 1);

    unread->by_type = g_hash_table_new(NULL, NULL);
    unread->in_order = g_ptr_array_new_with_free_func(g_free);
    return unread;
}

void unread_links_free(struct unread_links *unread)
{
    g_hash_table_unref(unread->by_type);
    g_ptr_array_unref(unread->in_order);
    g_free(unread);
}

void unread_links_add(struct unread_links *unread, uint16_t link_type, const char *refusal)
{
    struct link *link = g_hash_table_lookup(unread->by_type, GUINT_TO_POINTER(link_type));

    if (link == NULL) {
        link = g_new0(struct link, 1);
        link->type = link_type;
        link->refusal = refusal;
        g_hash_table_insert(unread->by_type, GUINT_TO_POINTER(link_type), link);
        g_ptr_array_add(unread->in_order, link);
    }
    link->packets++;
}

static const char *noun(uint64_t packets)
{
    return packets == 1 ? "packet" : "packets";
}

static void say_link(const struct link *link, const char *path, const struct filter *filter)
{
    const char *ours = ipip_link_type_name(link->type);
    const char *name = ours != NULL ? ours : filter_link_name(link->type);
    char *type = name != NULL ? g_strdup_printf("%u (%s)", link->type, name) : g_strdup_printf("%u", link->type);

    if (link->refusal == NULL)
        say("%s: link type %s is not supported: %" PRIu64 " %s skipped", path, type, link->packets,
            noun(link->packets));
    else
        say("%s: the filter \"%s\" can't be used on link type %s: %s: %" PRIu64
            " %s skipped; use another filter, or none",
            path, filter_expression(filter), type, link->refusal, link->packets, noun(link->packets));
    g_free(type);
}

/* Those that a filter can't be used on, or those that are not supported. */
static void say_such(const struct unread_links *unread, gboolean is_refused, const char *path,
                     const struct filter *filter)
{
    unsigned links = 0;
    uint64_t packets = 0;

    for (guint i = 0; i < unread->in_order->len; i++) {
        const struct link *link = g_ptr_array_index(unread->in_order, i);

        if ((link->refusal != NULL) != is_refused)
            continue;
        if (links++ < SHOWN)
            say_link(link, path, filter);
        else
            packets += link->packets;
    }
    if (links > SHOWN)
        say("%s: and %u further link type%s that %s: %" PRIu64 " %s skipped", path, links - SHOWN,
            links - SHOWN == 1 ? "" : "s",
            is_refused           ? "the filter can't be used on"
            : links - SHOWN == 1 ? "is not supported"
                                 : "are not supported",
            packets, noun(packets));
}

void unread_links_say(const struct unread_links *unread, const char *path, const struct filter *filter)
{
    say_such(unread, TRUE, path, filter);
    say_such(unread, FALSE, path, filter);
}
