/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inner_flow.h"

#include "ipip/ip.h"

enum {
    PROTOCOL_DCCP = 33,
    PROTOCOL_SCTP = 132,
    PROTOCOL_UDPLITE = 136,
};

static gboolean has_ports(uint8_t protocol)
{
    return protocol == IPIP_PROTOCOL_TCP || protocol == IPIP_PROTOCOL_UDP || protocol == PROTOCOL_DCCP ||
           protocol == PROTOCOL_SCTP || protocol == PROTOCOL_UDPLITE;
}

struct inner_flow inner_flow_of_layer(const struct ipip_layer *layer)
{
    struct ipip_bytes payload = ipip_layer_payload(layer);
    struct inner_flow flow = {
        .is_known = TRUE, .protocol = layer->ip.protocol, .src = layer->ip.src, .dst = layer->ip.dst};

    if (layer->ip.fragment_offset == 0 && payload.captured >= 4 && has_ports(flow.protocol)) {
        flow.has_ports = TRUE;
        flow.sport = (uint16_t)(payload.data[0] << 8 | payload.data[1]);
        flow.dport = (uint16_t)(payload.data[2] << 8 | payload.data[3]);
    }
    return flow;
}

struct inner_flow inner_flow_of(const struct ipip_finding *finding)
{
    const struct ipip_stack *stack = finding->stack;
    const struct inner_flow none = {0};

    if (stack->count == 0 || finding->is_of_tunnel)
        return none;
    if (finding->target == IPIP_TARGET_INNER ||
        (finding->target == IPIP_TARGET_LAYER && finding->tunnel_layer + 1 < stack->count))
        return inner_flow_of_layer(&stack->layers[stack->count - 1]);
    return none;
}

gboolean inner_flow_equal(const struct inner_flow *a, const struct inner_flow *b)
{
    return a->is_known == b->is_known && a->has_ports == b->has_ports && a->protocol == b->protocol &&
           a->sport == b->sport && a->dport == b->dport && ipip_address_equal(a->src, b->src) &&
           ipip_address_equal(a->dst, b->dst);
}

static const char *protocol_name(uint8_t protocol)
{
    static const struct {
        uint8_t protocol;
        const char *name;
    } names[] = {
        {IPIP_PROTOCOL_ICMP, "ICMP"},     {IPIP_PROTOCOL_TCP, "TCP"}, {IPIP_PROTOCOL_UDP, "UDP"},
        {IPIP_PROTOCOL_ICMPV6, "ICMPv6"}, {PROTOCOL_SCTP, "SCTP"},    {PROTOCOL_DCCP, "DCCP"},
        {PROTOCOL_UDPLITE, "UDP-Lite"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i].protocol == protocol)
            return names[i].name;
    }
    return NULL;
}

/* "10.0.0.1", "10.0.0.1:53", "[fd00::1]:53" */
static char *end_text(struct ipip_addr address, gboolean has_port, uint16_t port)
{
    gboolean is_bracketed = has_port && !ipip_address_is_ipv4(address);
    char text[IPIP_ADDRESS_TEXT];

    ipip_address_text(text, address);
    return has_port ? g_strdup_printf("%s%s%s:%u", is_bracketed ? "[" : "", text, is_bracketed ? "]" : "", port)
                    : g_strdup(text);
}

const char *inner_flow_text(char text[static INNER_FLOW_TEXT], const struct inner_flow *flow)
{
    const char *name = protocol_name(flow->protocol);
    char *src = end_text(flow->src, flow->has_ports, flow->sport);
    char *dst = end_text(flow->dst, flow->has_ports, flow->dport);

    if (name != NULL)
        g_snprintf(text, INNER_FLOW_TEXT, "%s %s > %s", name, src, dst);
    else
        g_snprintf(text, INNER_FLOW_TEXT, "protocol %u %s > %s", flow->protocol, src, dst);
    g_free(src);
    g_free(dst);
    return text;
}
