/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "alike.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../wrap.h"

enum { KINDS_MAX = 1024, FRAMES_SHOWN = 3, HANG = 4 };

struct group {
    char *key;
    const char *field;
    struct site first;
    uint64_t count;                /* of those after the first */
    uint64_t frames[FRAMES_SHOWN]; /* of the first of them in its file */
    unsigned shown;
};

struct alike {
    GHashTable *by_key; /* struct group by its key */
    GPtrArray *in_order;
};

static void group_free(void *data)
{
    struct group *group = data;

    g_free(group->key);
    g_free(group);
}

struct alike *alike_new(void)
{
    struct alike *alike = g_new0(struct alike, 1);

    alike->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    alike->in_order = g_ptr_array_new_with_free_func(group_free);
    return alike;
}

void alike_free(struct alike *alike)
{
    g_hash_table_unref(alike->by_key);
    g_ptr_array_unref(alike->in_order);
    g_free(alike);
}

static void append_octets(GString *key, struct ipip_bytes octets)
{
    for (uint32_t i = 0; i < octets.captured; i++)
        g_string_append_printf(key, "%02x", octets.data[i]);
    g_string_append_c(key, ' ');
}

static char *key_of(const struct difference *d)
{
    char src[IPIP_ADDRESS_TEXT];
    char dst[IPIP_ADDRESS_TEXT];
    GString *key = g_string_new(NULL);

    if (d->is_tunnel)
        g_string_append_printf(key, "%d %s %s ", d->kind, ipip_address_text(src, d->src),
                               ipip_address_text(dst, d->dst));
    g_string_append_printf(key, "%u %s ", d->layer, d->field != NULL ? d->field : "");
    if (d->field != NULL) {
        append_octets(key, d->expected);
        append_octets(key, d->actual);
    }
    g_string_append(key, d->configuration);
    return g_string_free(key, FALSE);
}

gboolean alike_is_first(struct alike *alike, const struct difference *difference)
{
    char *key = key_of(difference);
    struct group *group = g_hash_table_lookup(alike->by_key, key);

    if (group == NULL && alike->in_order->len < KINDS_MAX) {
        group = g_new0(struct group, 1);
        *group = (struct group){.key = key, .field = difference->field, .first = difference->site};
        g_hash_table_insert(alike->by_key, key, group);
        g_ptr_array_add(alike->in_order, group);
        return TRUE;
    }
    g_free(key);
    if (group == NULL)
        return TRUE;
    if (group->shown < FRAMES_SHOWN && strcmp(group->first.file, difference->site.file) == 0)
        group->frames[group->shown++] = difference->site.frame;
    group->count++;
    return FALSE;
}

/* ": frames 7, 8, 9 and 5 others" */
static void append_frames(GString *text, const struct group *group)
{
    for (unsigned k = 0; k < group->shown; k++)
        g_string_append_printf(text, "%s%" PRIu64,
                               k > 0              ? ", "
                               : group->shown > 1 ? ": frames "
                                                  : ": frame ",
                               group->frames[k]);
    if (group->count > group->shown)
        g_string_append_printf(text, "%s%" PRIu64 " %s", group->shown > 0 ? " and " : ": ", group->count - group->shown,
                               group->count - group->shown == 1 ? "other" : "others");
}

void alike_print(const struct alike *alike)
{
    for (unsigned i = 0; i < alike->in_order->len; i++) {
        const struct group *group = alike->in_order->pdata[i];
        GString *text = g_string_new(NULL);

        g_string_printf(text, "difference in %s: %" PRIu64 " more like that of %s frame %" PRIu64,
                        group->field != NULL ? group->field : "payload", group->count, group->first.file,
                        group->first.frame);
        append_frames(text, group);
        if (group->count > 0) {
            wrap_paragraph(stdout, 0, HANG, text->str);
            putchar('\n');
        }
        g_string_free(text, TRUE);
    }
}
