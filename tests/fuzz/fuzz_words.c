/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tunnel in words: what is understood can be said again, and means the same then. */
#include <string.h>

#include "fuzz.h"
#include "tunnel_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words = g_strndup((const char *)data, size);
    struct ipip_tunnel tunnel;
    struct ipip_tunnel again;
    GError *error = NULL;

    if (tunnel_from_words(words, &tunnel, &error)) {
        char *said = tunnel_to_words(&tunnel);

        must(tunnel_from_words(said, &again, &error));
        must(ipip_address_equal(again.local, tunnel.local) && ipip_address_equal(again.remote, tunnel.remote) &&
             again.ttl == tunnel.ttl);
        must((tunnel.tos_inherit || again.tos == tunnel.tos) && again.tos_inherit == tunnel.tos_inherit &&
             again.ecn == tunnel.ecn);
        must(again.df == tunnel.df && again.id == tunnel.id);
        g_free(said);
    } else {
        must(error != NULL && error->message[0] != '\0');
        g_error_free(error);
    }
    g_free(words);
    return 0;
}
