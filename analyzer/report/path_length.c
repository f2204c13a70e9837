/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "path_length.h"

#include "ipip/infer.h"

enum {
    ROUTERS_MAX = 16, /* a TTL that is further below a usual one may have been configured */
    /* Between two usual ones, 255 less one router and 254: it may be either. */
    TTL_AMBIGUOUS = 254,
};

/* Routers that packets have passed, by their TTL: what an inherited one lacks, or a usual fixed one. */
static gboolean routers_passed(const struct tunnel_seen *tunnel, unsigned *routers)
{
    static const uint8_t usual[] = {64, 128, 255};
    struct ipip_inference inference = ipip_infer(&tunnel->observation);
    const struct ipip_statement *ttl = &inference.ttl;

    if (ipip_statement_is(ttl, IPIP_WAY_INHERITED)) {
        *routers = ttl->value;
        return TRUE;
    }
    if (!ipip_statement_is(ttl, IPIP_WAY_FIXED) || ttl->value == TTL_AMBIGUOUS)
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++) {
        if (ttl->value <= usual[i] && ttl->value + ROUTERS_MAX >= usual[i]) {
            *routers = usual[i] - ttl->value;
            return TRUE;
        }
    }
    return FALSE;
}

struct path_length path_length(const struct ipip_path *path, const struct tunnel_seen *back)
{
    struct path_length length = {PATH_NOT_OBSERVABLE, 0};

    if (path->has_hops)
        return (struct path_length){PATH_CERTAIN, path->hops};
    if (back != NULL && routers_passed(back, &length.routers) && length.routers >= path->hops_min)
        length.sureness = PATH_LIKELY;
    else if (path->hops_min > 0)
        length = (struct path_length){PATH_AT_LEAST, path->hops_min};
    return length;
}

char *path_length_words(struct path_length length)
{
    if (length.sureness == PATH_NOT_OBSERVABLE)
        return NULL;
    return g_strdup_printf("%s%u router%s to the exit", length.sureness == PATH_AT_LEAST ? "at least " : "",
                           length.routers, length.routers == 1 ? "" : "s");
}

const char *path_sureness_name(enum path_sureness sureness)
{
    static const char *const names[] = {"not observable", "at least", "likely", "certain"};

    return names[sureness];
}
