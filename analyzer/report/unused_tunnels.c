/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unused_tunnels.h"

#include <glib.h>

#include "../say.h"

enum { NAMED_MAX = 3 /* of several */ };

static void say_one(const struct ipip_expectation *tunnel, enum ipip_tunnel_met met)
{
    char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];

    ipip_address_text(src, tunnel->src);
    ipip_address_text(dst, tunnel->dst);
    /* A section for the wrong direction is the usual slip. */
    if (met == IPIP_TUNNEL_MET_BACK)
        say("warning: [tunnel %s %s] is not used: tunnel packets go the other way only, from %s to %s", src, dst, dst,
            src);
    else
        say("warning: [tunnel %s %s] is not used: no tunnel packet goes from %s to %s", src, dst, src, dst);
}

static void say_several(const struct ipip_policy *policy, const gsize *unused, guint count)
{
    GString *text = g_string_new(NULL);
    guint named = MIN(count, (guint)NAMED_MAX);

    for (guint i = 0; i < named; i++) {
        const struct ipip_expectation *tunnel = &policy->tunnels[unused[i]];
        char src[IPIP_ADDRESS_TEXT], dst[IPIP_ADDRESS_TEXT];

        g_string_append_printf(text, "%s%s > %s", i == 0 ? "" : ", ", ipip_address_text(src, tunnel->src),
                               ipip_address_text(dst, tunnel->dst));
    }
    if (count > named)
        g_string_append_printf(text, " and %u more", count - named);
    say("warning: %u sections [tunnel SRC DST] are not used, as no tunnel packet goes that way: %s", count, text->str);
    g_string_free(text, TRUE);
}

void unused_tunnels_say(const struct ipip_judge *judge, const struct ipip_policy *policy)
{
    GArray *unused = g_array_new(FALSE, FALSE, sizeof(gsize));

    for (gsize i = 0; i < policy->tunnel_count; i++) {
        if (ipip_judge_tunnel_met(judge, i) != IPIP_TUNNEL_MET)
            g_array_append_val(unused, i);
    }
    if (unused->len == 1) {
        gsize one = g_array_index(unused, gsize, 0);

        say_one(&policy->tunnels[one], ipip_judge_tunnel_met(judge, one));
    } else if (unused->len > 1) {
        say_several(policy, &g_array_index(unused, gsize, 0), unused->len);
    }
    g_array_free(unused, TRUE);
}
