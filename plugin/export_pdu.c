/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "export_pdu.h"

#include <epan/exported_pdu.h>
#include <epan/tap.h>

#include "frame_packet.h"
#include "ipip/encap.h"
#include "ipip/unwrap.h"

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

static void queue(const struct export *export, packet_info *pinfo, tvbuff_t *tvb, const struct ipip_rewrite *rewrite,
                  const uint8_t *head)
{
    exp_pdu_data_t *pdu = wmem_new0(pinfo->pool, exp_pdu_data_t);
    uint32_t captured = rewrite->head_bytes + rewrite->rest.captured;
    uint8_t *octets = (uint8_t *)wmem_alloc(pinfo->pool, captured);

    memcpy(octets, head, rewrite->head_bytes);
    memcpy(octets + rewrite->head_bytes, rewrite->rest.data, rewrite->rest.captured);
    pdu->tvb_captured_length = captured;
    pdu->tvb_reported_length = rewrite->head_bytes + rewrite->rest.wire;
    pdu->pdu_tvb = tvb_new_child_real_data(tvb, octets, captured, (int)pdu->tvb_reported_length);
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

    if (ipip_stack_read(&stack, ipip_kinds_ipip(), packet->ip) != IPIP_OK ||
        !ipip_unwrap(&stack, ipip_kinds_ipip(), export->reassembly, packet, export->depth, &counts))
        return;
    depth = MAX(1, MIN(export->depth, ipip_stack_tunnels(&stack)));
    if (ipip_decap(&rewrite, &type, head, sizeof head, &stack, ipip_kinds_ipip(), depth, IPIP_ECN_DECAP_RFC6040) ==
        IPIP_OK)
        queue(export, pinfo, tvb, &rewrite, head);
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
