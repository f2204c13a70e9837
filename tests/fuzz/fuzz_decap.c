/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stripping any number of headers off any packet, of all kinds or of IPv4 in IPv4 alone: depth, ECN mode, octets that were on the wire
 * only, then the packet. UDP port 5555 is declared for GRE, and ESP to be in clear. And whether the exit of some tunnel takes it.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "ipip/admission.h"
#include "ipip/drop.h"
#include "ipip/encap.h"
#include "ipip/unwrap.h"

enum { ALL = 0x20, LOOPBACK = 0x40, NO_ROOM = 0x80, DEPTHS = 20 };
enum { HAS_ENDS = 0x10, HAS_CHECKSUM = 0x20, HAS_SEQUENCE = 0x40, IS_ISATAP = 0x80 };

static struct ipip_reassembly *reassembly;
static struct ipip_kinds kinds;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, 1);
    kinds = *ipip_kinds_all();
    ipip_esp_null_declare(&kinds, "12");
    kinds.udp_count = 1;
    kinds.udp[0] = (struct ipip_udp_tunnel){5555, IPIP_KIND_FOU, IPIP_PROTOCOL_GRE};
    return reassembly == NULL;
}

/* What nothing is found wrong with has headers that a careful reader finds nothing wrong with. */
static void look_for_faults(const struct ipip_stack *stack, const struct ipip_kinds *read, unsigned depth,
                            bool is_loopback)
{
    struct ipip_drop drop = ipip_drop_find(stack, read, depth, is_loopback);

    must(drop.why < IPIP_DROP_WHY_COUNT && ipip_drop_text(drop.why) != NULL);
    for (unsigned k = 0; k < stack->count && k <= depth && drop.why == IPIP_DROP_NOTHING; k++) {
        const struct ipip_layer *layer = &stack->layers[k];
        uint16_t header_bytes = layer->ip.header_bytes;

        must(header_bytes >= IPIP_IPV4_HEADER_MIN && layer->bytes.wire >= layer->ip.total_bytes);
        must(layer->ip.version == 6 || layer->ip.total_bytes >= header_bytes || layer->ip.total_bytes == 0);
        must(layer->ip.version == 6 || layer->bytes.captured < header_bytes ||
             ipip_ipv4_checksum_ok(layer->bytes.data, header_bytes));
        must(k == 0 || layer->ip.ttl != 0);
    }
}

static void strip(const struct ipip_stack *stack, const struct ipip_kinds *read, struct ipip_bytes packet,
                  unsigned depth, const uint8_t *data)
{
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct ipip_rewrite out;
    enum ipip_payload type;

    must(ipip_decap_depth(stack, read) <= stack->count);
    if (ipip_decap(&out, &type, head, (data[0] & NO_ROOM) != 0 ? 0 : sizeof head, stack, read, depth,
                   (enum ipip_ecn_decap)(data[1] % IPIP_ECN_DECAP_COUNT)) != IPIP_OK)
        return;
    must(depth <= ipip_decap_depth(stack, read));
    must(type == IPIP_PAYLOAD_IPV4 || type == IPIP_PAYLOAD_IPV6 || type == IPIP_PAYLOAD_ETHERNET ||
         type == IPIP_PAYLOAD_MPLS);
    must(out.head_bytes <= sizeof head && out.head_bytes + out.rest.captured < packet.captured);
    if (out.rest.data >= packet.data && out.rest.data <= packet.data + packet.captured)
        must(out.rest.data + out.rest.captured <= packet.data + packet.captured);
}

/* An old sequence number is refused; nothing else depends on what was taken before. */
static void admit(const struct ipip_stack *stack, const struct ipip_kinds *read, const uint8_t *data)
{
    struct ipip_tunnel tunnel = ipip_tunnel_linux((enum ipip_kind)(stack->layers[0].kind));
    struct ipip_admission end;
    enum ipip_drop_why first, second;

    if ((data[1] & HAS_ENDS) != 0) {
        tunnel.local = stack->layers[0].ip.dst;
        tunnel.remote = stack->layers[0].ip.src;
    }
    tunnel.in.has_checksum = (data[1] & HAS_CHECKSUM) != 0;
    tunnel.in.has_sequence = (data[1] & HAS_SEQUENCE) != 0;
    tunnel.is_isatap = (data[1] & IS_ISATAP) != 0;
    end = ipip_admission_of(&tunnel);
    if (!ipip_admission_claims(&end, stack, read))
        return;
    first = ipip_admission_take(&end, stack, read);
    second = ipip_admission_take(&end, stack, read);
    must(first == IPIP_DROP_NOTHING || first == IPIP_DROP_GRE_CHECKSUM_USE || first == IPIP_DROP_GRE_SEQUENCE ||
         first == IPIP_DROP_EMBEDDED);
    must(second == first || (first == IPIP_DROP_NOTHING && second == IPIP_DROP_GRE_SEQUENCE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipip_unwrapped counts = {0};
    const struct ipip_kinds *read;
    struct ipip_packet packet;
    struct ipip_stack stack;
    unsigned depth;

    if (size < 3)
        return 0;
    read = (data[0] & ALL) != 0 ? &kinds : ipip_kinds_ipip();
    depth = 1 + data[0] % DEPTHS;
    packet = (struct ipip_packet){.ip = {data + 3, (uint32_t)size - 3, (uint32_t)size - 3 + data[2]}};
    if (ipip_stack_read(&stack, read, packet.ip) != IPIP_OK)
        return 0;
    look_for_faults(&stack, read, depth, (data[0] & LOOPBACK) != 0);
    must(stack.count <= IPIP_STACK_MAX);
    for (unsigned i = 1; i < stack.count; i++) {
        const struct ipip_layer *layer = &stack.layers[i];

        must(layer->bytes.data + layer->bytes.captured <= packet.ip.data + packet.ip.captured);
        must(layer->bytes.wire <= stack.layers[i - 1].bytes.wire);
    }
    strip(&stack, read, packet.ip, depth, data);
    admit(&stack, read, data);
    if (stack.end == IPIP_END_FOLDED && ipip_unwrap(&stack, read, reassembly, &packet, depth, &counts)) {
        look_for_faults(&stack, read, depth, false);
        strip(&stack, read, packet.ip, depth, data);
    }
    return 0;
}
