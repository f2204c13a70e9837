/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ESP with the NULL cipher, of the lengths that were declared (RFC 2410, RFC 4303, RFC 4543). */
#include "packet/chain_walk.h"
#include "packet/esp_null.h"
#include "packet/ipsec.h"

bool walk_esp(const struct walk *w)
{
    const struct ipip_kinds *kinds = w->kinds;
    struct esp_null_inside inside;

    if (kinds->esp_check_bytes == 0 ||
        !esp_null_find(&inside, w->chain->inside, kinds->esp_vector_bytes, kinds->esp_check_bytes))
        return false;
    if (walk_add(w, IPIP_SHIM_ESP, IPSEC_ESP_HEADER + (uint32_t)inside.vector_bytes)) {
        w->chain->inside = inside.packet;
        walk_announce(w, inside.protocol == IPIP_PROTOCOL_IPV6 ? IPIP_PAYLOAD_IPV6 : IPIP_PAYLOAD_IPV4);
    }
    return true;
}
