/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "session.h"

#include <epan/proto_data.h>
#include <string.h>
#include <wsutil/report_message.h>

#include "ipip/link.h"
#include "link_type.h"
#include "links.h"
#include "preferences.h"
#include "tunnel_ordinal.h"
#include "tvb_pos.h"

/* What is kept of a frame until the file is closed: only of frames that need it. */
struct kept {
    wmem_array_t *findings;
    struct ipip_stack *stack; /* the layers, where reading the frame again would not show them */
    uint32_t copied;          /* of struct session_frame */
};

static struct ipip_policy policy; /* as it is while the file is open */
static struct ipip_judge *judge;
static wmem_map_t *kept_by_frame;
static uint32_t last_fed;
static bool is_feeding;            /* that frame */
static bool is_out_of_memory;      /* with a message */
static wmem_array_t *fed_findings; /* of the frame that the judge is at */
static struct ipip_bytes fed_frame;

static bool is_within(const uint8_t *octet, struct ipip_bytes bytes)
{
    return (uintptr_t)octet - (uintptr_t)bytes.data < bytes.captured;
}

/* Of a frame that was fed before: from its IP header on. */
static struct session_octets late_octets_of(const struct ipip_excerpt *evidence, const struct ipip_packet *packet)
{
    const uint8_t *first = evidence->header.data + evidence->marked.offset;

    if (evidence->marked.count == 0 || evidence->header.data == NULL || !is_within(first, packet->ip))
        return (struct session_octets){SESSION_FRAME, 0, 0};
    return (struct session_octets){0, (uint32_t)(first - packet->ip.data), evidence->marked.count};
}

/* What the evidence marks, as a place that can be found again when the packet is looked at once more. */
static struct session_octets octets_of(const struct ipip_excerpt *evidence, const struct ipip_packet *packet)
{
    const struct ipip_stack *stack = ipip_judge_stack(judge);
    const uint8_t *first = evidence->header.data + evidence->marked.offset;

    if (evidence->marked.count == 0 || evidence->header.data == NULL)
        return (struct session_octets){SESSION_FRAME, 0, 0};
    if (is_within(first, fed_frame))
        return (struct session_octets){SESSION_FRAME, (uint32_t)(first - fed_frame.data), evidence->marked.count};
    for (unsigned k = stack->count; k-- > 0;) {
        if (is_within(first, stack->layers[k].bytes))
            return (struct session_octets){k, (uint32_t)(first - stack->layers[k].bytes.data), evidence->marked.count};
    }
    return late_octets_of(evidence, packet);
}

static struct kept *kept_of(uint32_t number)
{
    return (struct kept *)wmem_map_lookup(kept_by_frame, GUINT_TO_POINTER(number));
}

static void keep(wmem_array_t *findings, const struct ipip_stack *stack, uint32_t copied, uint32_t number)
{
    struct kept *kept;

    if (findings == NULL && stack == NULL && copied == 0)
        return;
    kept = wmem_new(wmem_file_scope(), struct kept);
    *kept = (struct kept){
        findings, stack != NULL ? (struct ipip_stack *)wmem_memdup(wmem_file_scope(), stack, sizeof *stack) : NULL,
        copied};
    wmem_map_insert(kept_by_frame, GUINT_TO_POINTER(number), kept);
}

static void add(wmem_array_t **findings, const struct session_finding *finding)
{
    if (*findings == NULL)
        *findings = wmem_array_sized_new(wmem_file_scope(), sizeof *finding, 1);
    wmem_array_append(*findings, finding, 1);
}

/* Adds it to what is kept of a frame that was fed before: it will be seen when the frame is looked at again. */
static void add_late(const struct session_finding *finding, uint32_t number)
{
    wmem_array_t *findings = NULL;

    if (kept_of(number) != NULL) {
        add(&kept_of(number)->findings, finding);
        return;
    }
    add(&findings, finding);
    keep(findings, NULL, 0, number);
}

static void take_finding(void *context, const struct ipip_finding *finding)
{
    wmem_allocator_t *scope = wmem_file_scope();
    uint32_t number = (uint32_t)finding->packet->frame;
    bool is_present = is_feeding && number == last_fed;
    struct session_finding kept;
    struct ipip_text text;

    (void)context;
    ipip_finding_describe(finding, &text);
    kept = (struct session_finding){
        .rule_index = finding->rule_index,
        .severity = finding->severity,
        .confidence = finding->confidence,
        .layer = finding->layer,
        .tunnel_layer = finding->tunnel_layer,
        .target = finding->target,
        .is_of_tunnel = finding->is_of_tunnel,
        .src = finding->src,
        .dst = finding->dst,
        .first_frame = (uint32_t)finding->first_frame,
        .other_frame = (uint32_t)finding->other_frame,
        .message = wmem_strdup(scope, text.message),
        .expected = wmem_strdup(scope, text.expected),
        .actual = wmem_strdup(scope, text.actual),
    };
    for (unsigned i = 0; i < IPIP_EXCERPT_MAX; i++)
        kept.octets[i] = is_present ? octets_of(&finding->excerpts[i], finding->packet)
                                    : late_octets_of(&finding->excerpts[i], finding->packet);
    if (is_present)
        add(&fed_findings, &kept);
    else
        add_late(&kept, number);
}

static void say_out_of_memory(void)
{
    if (!is_out_of_memory)
        report_failure("IP-in-IP: out of memory: no more findings are shown; open a part of the capture");
    is_out_of_memory = true;
}

/* Also when packets are dissected again because of a preference. The memory of the file's scope outlives the judge. */
static void open_file(void)
{
    uint64_t seed = (uint64_t)g_random_int() << 32 | g_random_int();

    policy = preferences_policy(wmem_file_scope());
    judge = ipip_judge_new(&policy, NULL, take_finding, NULL, seed);
    last_fed = 0;
    is_out_of_memory = false;
    if (judge == NULL)
        say_out_of_memory();
    links_open(seed);
    tunnel_ordinal_open();
}

/* All frames have been seen once. */
static void end_file(void)
{
    if (judge != NULL)
        ipip_judge_end(judge);
}

static void close_file(void)
{
    links_close();
    ipip_judge_free(judge);
    judge = NULL;
}

void session_register(void)
{
    kept_by_frame = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    links_register();
    tunnel_ordinal_register();
    register_init_routine(open_file);
    register_postseq_cleanup_routine(end_file);
    register_cleanup_routine(close_file);
}

static enum ipip_direction direction_of(const packet_info *pinfo)
{
    uint32_t flags = 0;

    /* The dissector of the frame sets p2p_dir where there are flags; reading these is slower. */
    if (pinfo->p2p_dir == P2P_DIR_UNKNOWN || pinfo->rec->block == NULL ||
        wtap_block_get_uint32_option_value(pinfo->rec->block, OPT_PKT_FLAGS, &flags) != WTAP_OPTTYPE_SUCCESS)
        return IPIP_DIRECTION_UNKNOWN;
    return (flags & 3) == 1 ? IPIP_DIRECTION_RECEIVED : (flags & 3) == 2 ? IPIP_DIRECTION_SENT : IPIP_DIRECTION_UNKNOWN;
}

static bool is_loopback_interface(const packet_info *pinfo)
{
    const char *name = NULL;

    if ((pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0)
        name = compat_interface_name(pinfo);
    return name != NULL && g_str_has_prefix(name, "lo");
}

static uint32_t interface_of(const packet_info *pinfo)
{
    return (pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0 ? pinfo->rec->rec_header.packet_header.interface_id
                                                                     : 0;
}

/* The frame as captured: the first of the data sources. */
static struct ipip_bytes octets_of_frame(const packet_info *pinfo)
{
    struct tvb_pos place = {NULL, 0};

    if (pinfo->data_src != NULL)
        place.tvb = get_data_source_tvb((const struct data_source *)pinfo->data_src->data);
    return tvb_pos_octets(place);
}

int64_t session_time(const packet_info *pinfo)
{
    return (int64_t)((uint64_t)pinfo->abs_ts.secs * 1000000000 + (uint64_t)pinfo->abs_ts.nsecs);
}

struct ipip_path session_path(struct ipip_addr src, struct ipip_addr dst)
{
    return judge != NULL ? ipip_judge_path(judge, src, dst) : (struct ipip_path){0};
}

const struct ipip_policy *session_policy(void)
{
    return &policy;
}

uint16_t session_mtu(struct ipip_addr src, struct ipip_addr dst)
{
    const struct ipip_expectation *expectation =
        policy.profile != NULL ? ipip_policy_expectation(&policy, src, dst) : NULL;

    return expectation != NULL ? expectation->mtu : 0;
}

bool session_packet(const packet_info *pinfo, struct ipip_packet *packet)
{
    struct ipip_bytes frame = octets_of_frame(pinfo);
    struct ipip_link link;
    int link_type;

    if (pinfo->rec->rec_type != REC_TYPE_PACKET || frame.captured == 0)
        return false;
    link_type = link_type_of(pinfo->rec->rec_header.packet_header.pkt_encap);
    if (link_type < 0 || ipip_link_find_ip(&link, (uint16_t)link_type, frame) != IPIP_LINK_IP)
        return false;
    *packet = (struct ipip_packet){
        .ip = link.ip,
        .announced = link.announced,
        .direction = direction_of(pinfo),
        .is_loopback = link.is_loopback || is_loopback_interface(pinfo),
        .place = ipip_packet_place(interface_of(pinfo), &link),
        .frame = pinfo->num,
        .time = session_time(pinfo),
    };
    if (packet->direction == IPIP_DIRECTION_UNKNOWN)
        packet->direction = link.direction;
    fed_frame = frame;
    return true;
}

/* A datagram that was completed by this frame, or a header that is none. */
static bool is_not_in_frame(const struct ipip_stack *stack)
{
    if (stack->count > 0 && stack->layers[0].ip.version != 4)
        return true;
    for (unsigned k = 0; k < stack->count; k++) {
        if (stack->layers[k].is_reassembled)
            return true;
    }
    return false;
}

/* The one look at the frame that the judge gets. */
static void feed(struct session_frame *frame, const struct ipip_packet *packet, uint32_t number)
{
    last_fed = number;
    fed_findings = NULL;
    is_feeding = true;
    ipip_judge_packets(judge, packet, 1);
    is_feeding = false;
    if (ipip_judge_is_out_of_memory(judge))
        say_out_of_memory();
    frame->stack = ipip_judge_stack(judge);
    frame->findings = fed_findings;
    frame->copied = ipip_judge_copied(judge);
    keep(fed_findings, is_not_in_frame(frame->stack) ? frame->stack : NULL, frame->copied, number);
    links_learn(frame->stack, packet);
    tunnel_ordinal_learn(frame->stack);
}

/* What the one look has left behind. */
static void look_again(struct session_frame *frame, wmem_allocator_t *scope, uint32_t number)
{
    const struct kept *kept = kept_of(number);
    struct ipip_stack *stack;

    if (kept != NULL) {
        frame->findings = kept->findings;
        frame->copied = kept->copied;
    }
    if (kept != NULL && kept->stack != NULL) {
        frame->stack = kept->stack;
        return;
    }
    stack = wmem_new(scope, struct ipip_stack);
    ipip_stack_read(stack, frame->packet);
    frame->stack = stack;
}

static void look(struct session_frame *frame, packet_info *pinfo)
{
    struct ipip_packet packet;

    if (judge == NULL || !session_packet(pinfo, &packet))
        return;
    frame->packet = packet.ip;
    if (pinfo->num > last_fed && !PINFO_FD_VISITED(pinfo))
        feed(frame, &packet, pinfo->num);
    else
        look_again(frame, pinfo->pool, pinfo->num);
    frame->is_tunnel = frame->stack->count > 0 && frame->stack->layers[0].is_tunnel;
}

struct session_frame *session_frame(packet_info *pinfo, int proto)
{
    struct session_frame *frame = (struct session_frame *)p_get_proto_data(pinfo->pool, pinfo, proto, 0);

    if (frame != NULL)
        return frame;
    frame = wmem_new0(pinfo->pool, struct session_frame);
    p_add_proto_data(pinfo->pool, pinfo, proto, 0, frame);
    look(frame, pinfo);
    return frame;
}

struct session_frame *session_last_look(packet_info *pinfo, int proto, struct session_frame *room)
{
    struct session_frame *frame = (struct session_frame *)p_get_proto_data(pinfo->pool, pinfo, proto, 0);

    if (frame != NULL)
        return frame;
    *room = (struct session_frame){0};
    look(room, pinfo);
    return room;
}
