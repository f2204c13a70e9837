/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "export_pdu.h"

#include <epan/exported_pdu.h>
#include <epan/tap.h>

#include "frame_packet.h"
#include "ipip/encap.h"
#include "ipip/link.h"
#include "ipip/unwrap.h"
#include "session.h"

/* Each export runs over the frames in order, and starts anew with the first one. */
static struct export
{
    const char *name;
    unsigned depth; /* headers to strip at most */
    int tap;
    struct ipip_reassembly *reassembly; /* NULL without a listener */
    uint32_t last_frame;
}
exports[] = {
    {.name = "IPIP inner", .depth = 1},
    {.name = "IPIP innermost", .depth = IPIP_STACK_MAX},
};

static void stop(struct export *export)
{
    ipip_reassembly_free(export->reassembly);
    export->reassembly = NULL;
    export->last_frame = 0;
}

static void stop_all(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(exports); i++)
        stop(&exports[i]);
}

/* False where this frame was there already, or there is no memory. */
static bool is_next(struct export *export, uint32_t frame)
{
    if (frame < export->last_frame)
        stop(export);
    if (export->reassembly == NULL)
        export->reassembly =
            ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, (uint64_t)g_random_int() << 32 | g_random_int());
    if (export->reassembly == NULL || frame == export->last_frame)
        return false;
    export->last_frame = frame;
    return true;
}

/* Behind labels, the last of which has a bit (RFC 3032 section 2.1). */
static struct ipip_bytes after_labels(struct ipip_bytes labels)
{
    enum { LABEL = 4, LAST_AT = 2 };
    bool is_last = false;

    while (!is_last && labels.captured >= LABEL) {
        is_last = (labels.data[LAST_AT] & 1) != 0;
        labels = ipip_bytes_after(labels, LABEL);
    }
    return labels;
}

/* The IP packet in what came out of the tunnel: none in a frame that holds something else. */
static struct ipip_bytes packet_in(struct ipip_bytes out, enum ipip_payload type)
{
    enum { LINKTYPE_ETHERNET = 1 };
    struct ipip_link link = {.ip = {NULL, 0, 0}};

    if (type == IPIP_PAYLOAD_ETHERNET && ipip_link_find_ip(&link, LINKTYPE_ETHERNET, out) != IPIP_LINK_IP)
        return (struct ipip_bytes){NULL, 0, 0};
    return type == IPIP_PAYLOAD_ETHERNET ? link.ip : type == IPIP_PAYLOAD_MPLS ? after_labels(out) : out;
}

static void queue(const struct export *export, packet_info *pinfo, tvbuff_t *tvb, const struct ipip_rewrite *rewrite,
                  const uint8_t *head, enum ipip_payload type)
{
    exp_pdu_data_t *pdu = wmem_new0(pinfo->pool, exp_pdu_data_t);
    uint32_t captured = rewrite->head_bytes + rewrite->rest.captured;
    uint8_t *octets = (uint8_t *)wmem_alloc(pinfo->pool, captured);
    struct ipip_bytes packet;

    memcpy(octets, head, rewrite->head_bytes);
    memcpy(octets + rewrite->head_bytes, rewrite->rest.data, rewrite->rest.captured);
    packet = packet_in((struct ipip_bytes){octets, captured, rewrite->head_bytes + rewrite->rest.wire}, type);
    if (packet.captured == 0)
        return;
    pdu->tvb_captured_length = packet.captured;
    pdu->tvb_reported_length = packet.wire;
    pdu->pdu_tvb = tvb_new_child_real_data(tvb, packet.data, packet.captured, (int)packet.wire);
    tap_queue_packet(export->tap, pinfo, pdu);
}

static void export_packet(struct export *export, packet_info *pinfo, tvbuff_t *tvb, const struct ipip_packet *packet)
{
    uint8_t head[IPIP_DECAP_HEAD_MAX];
    struct ipip_unwrapped counts = {0};
    struct ipip_stack stack;
    struct ipip_rewrite rewrite;
    enum ipip_payload type;
    unsigned depth;

    if (ipip_stack_read(&stack, session_kinds(), packet->ip) != IPIP_OK ||
        !ipip_unwrap(&stack, session_kinds(), export->reassembly, packet, export->depth, &counts))
        return;
    depth = MAX(1, MIN(export->depth, ipip_decap_depth(&stack, session_kinds())));
    if (ipip_decap(&rewrite, &type, head, sizeof head, &stack, session_kinds(), depth, IPIP_ECN_DECAP_RFC6040) ==
        IPIP_OK)
        queue(export, pinfo, tvb, &rewrite, head, type);
}

void export_pdu_register(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(exports); i++)
        exports[i].tap = register_export_pdu_tap_with_encap(exports[i].name, WTAP_ENCAP_RAW_IP);
    register_cleanup_routine(stop_all);
}

void export_pdu_frame(packet_info *pinfo, tvbuff_t *tvb)
{
    for (size_t i = 0; i < G_N_ELEMENTS(exports); i++) {
        struct ipip_packet packet;
        struct ipip_bytes frame;

        if (!have_tap_listener(exports[i].tap)) {
            if (exports[i].reassembly != NULL)
                stop(&exports[i]);
        } else if (is_next(&exports[i], pinfo->num) && frame_packet_find(pinfo, &packet, &frame)) {
            export_packet(&exports[i], pinfo, tvb, &packet);
        }
    }
}
