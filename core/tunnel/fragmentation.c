/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "ipip/encap.h"
#include "wire/ipv4_fields.h"

/* `bytes` octets of the payload from `at` on: what was rewritten of it lies in the head, behind the outer header. */
static void take_payload(struct ipip_rewrite *out, uint8_t *head, const struct ipip_fragmentation *f, uint32_t at,
                         uint32_t bytes)
{
    uint32_t rewritten = f->datagram.head_bytes - IPIP_IPV4_HEADER_MIN;
    uint32_t skipped = at < rewritten ? at : rewritten;
    uint32_t from_head = bytes < rewritten - skipped ? bytes : rewritten - skipped;

    memcpy(head + IPIP_IPV4_HEADER_MIN, f->head + IPIP_IPV4_HEADER_MIN + skipped, from_head);
    out->head_bytes = IPIP_IPV4_HEADER_MIN + from_head;
    out->rest = ipip_bytes_first(ipip_bytes_after(f->datagram.rest, at - skipped), bytes - from_head);
}

bool ipip_fragmentation_next(struct ipip_fragmentation *f, struct ipip_rewrite *out,
                             uint8_t head[static IPIP_ENCAP_HEAD_MAX])
{
    uint32_t payload = f->datagram.head_bytes - IPIP_IPV4_HEADER_MIN + f->datagram.rest.wire;
    uint32_t at = f->next;
    uint32_t bytes = payload - at;
    struct ipip_ip ip;

    if (bytes == 0)
        return false;
    if (IPIP_IPV4_HEADER_MIN + bytes > f->mtu)
        bytes = (f->mtu - IPIP_IPV4_HEADER_MIN) & ~7U;
    f->next += bytes;
    take_payload(out, head, f, at, bytes);
    ipv4_fields(&ip, f->head);
    ip.total_bytes = (uint16_t)(IPIP_IPV4_HEADER_MIN + bytes);
    ipip_ip_set_fragment(&ip, at, f->next < payload);
    ipv4_put(head, &ip, 0);
    return true;
}
