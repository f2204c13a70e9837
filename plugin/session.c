/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "session.h"

#include <epan/proto_data.h>
#include <string.h>
#include <wsutil/report_message.h>

#include "frame_packet.h"
#include "kept_stack.h"
#include "links.h"
#include "preferences.h"
#include "sequence_gaps.h"
#include "tunnel_ordinal.h"

enum { MEMORY_FRAMES = 64 }; /* a lack of memory shows within so many */

/* What is kept of a frame until the file is closed: only of frames that need it. */
struct kept {
    wmem_array_t *findings;
    const struct kept_stack *stack; /* the layers, where reading the frame again would not show them */
    uint32_t copied;                /* of struct session_frame */
};

static struct ipip_policy policy; /* as it is while the file is open */
static struct ipip_judge *judge;
static wmem_map_t *kept_by_frame;
static uint32_t last_fed;          /* the frame that the judge is at, or past where that has no IP */
static bool is_feeding;            /* that frame */
static bool is_out_of_memory;      /* with a message */
static bool has_warned;            /* of a vantage that contradicts the packets */
static wmem_array_t *fed_findings; /* of that frame */
static uint32_t fed_copied;        /* as in struct session_frame */
static struct ipip_bytes fed_frame;
static struct ipip_bytes fed_packet; /* its octets from the first IP header on; none: no IP */

static bool is_within(const uint8_t *octet, struct ipip_bytes bytes)
{
    return (uintptr_t)octet - (uintptr_t)bytes.data < bytes.captured;
}

/* Of a frame that was fed before: from its IP header on. */
static struct session_octets late_octets_of(const struct ipip_excerpt *evidence, const struct ipip_packet *packet)
{
    const uint8_t *first = evidence->header.data + evidence->marked.offset;

    if (evidence->marked.count == 0 || evidence->header.data == NULL || !is_within(first, packet->ip))
        return (struct session_octets){NULL, SESSION_FRAME, 0, 0};
    return (struct session_octets){evidence->name, 0, (uint32_t)(first - packet->ip.data), evidence->marked.count};
}

/* What the evidence marks, as a place that can be found again when the packet is looked at once more. */
static struct session_octets octets_of(const struct ipip_excerpt *evidence, const struct ipip_packet *packet)
{
    const struct ipip_stack *stack = ipip_judge_stack(judge);
    const uint8_t *first = evidence->header.data + evidence->marked.offset;

    if (evidence->marked.count == 0 || evidence->header.data == NULL)
        return (struct session_octets){NULL, SESSION_FRAME, 0, 0};
    if (is_within(first, fed_frame))
        return (struct session_octets){evidence->name, SESSION_FRAME, (uint32_t)(first - fed_frame.data),
                                       evidence->marked.count};
    for (unsigned k = stack->count; k-- > 0;) {
        if (is_within(first, stack->layers[k].bytes))
            return (struct session_octets){evidence->name, k, (uint32_t)(first - stack->layers[k].bytes.data),
                                           evidence->marked.count};
    }
    return late_octets_of(evidence, packet);
}

static struct kept *kept_of(uint32_t number)
{
    return (struct kept *)wmem_map_lookup(kept_by_frame, GUINT_TO_POINTER(number));
}

static void keep(wmem_array_t *findings, const struct kept_stack *stack, uint32_t copied, uint32_t number)
{
    struct kept *kept;

    if (findings == NULL && stack == NULL && copied == 0)
        return;
    kept = wmem_new(wmem_file_scope(), struct kept);
    *kept = (struct kept){findings, stack, copied};
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
        .src = finding->direction.src,
        .dst = finding->direction.dst,
        .first_frame = (uint32_t)finding->first_frame,
        .other_frame = (uint32_t)finding->other_frame,
        .reference = finding->reference,
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

static void ask_for_memory(void)
{
    if (judge == NULL || ipip_judge_is_out_of_memory(judge))
        say_out_of_memory();
}

/* Also when packets are dissected again because of a preference. The memory of the file's scope outlives the judge. */
static void open_file(void)
{
    uint64_t seed = (uint64_t)g_random_int() << 32 | g_random_int();

    policy = preferences_policy(wmem_file_scope());
    judge = ipip_judge_new(&policy, NULL, take_finding, NULL, seed);
    last_fed = 0;
    fed_findings = NULL;
    frame_packet_open();
    is_out_of_memory = false;
    has_warned = false;
    ask_for_memory();
    links_open(seed);
    tunnel_ordinal_open(seed);
    sequence_gaps_open(seed);
}

/* In the words of the command: its --vantage SRC=PLACE is a row here. */
static void warn_of_vantage(void)
{
    struct ipip_vantage_conflict conflict = ipip_judge_vantage_conflict(judge);
    char text[IPIP_VANTAGE_TEXT];

    if (has_warned || ipip_vantage_conflict_words(text, &conflict) == NULL)
        return;
    report_warning("IP-in-IP: %s, here as rows of the preference Vantages", text);
    has_warned = true;
}

/* All frames have been seen once. */
static void end_file(void)
{
    if (judge == NULL)
        return;
    ipip_judge_end(judge);
    ask_for_memory();
    warn_of_vantage();
}

static void close_file(void)
{
    if (judge != NULL) { /* tshark with one pass has no end */
        ask_for_memory();
        warn_of_vantage();
    }
    links_close();
    ipip_judge_free(judge);
    judge = NULL;
}

void session_register(void)
{
    kept_by_frame = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    links_register();
    tunnel_ordinal_register();
    sequence_gaps_register();
    register_init_routine(open_file);
    register_postseq_cleanup_routine(end_file);
    register_cleanup_routine(close_file);
}

struct ipip_path session_path(const struct ipip_tunnel_direction *direction)
{
    return judge != NULL ? ipip_judge_path(judge, direction) : (struct ipip_path){0};
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

/* A later fragment of a tunnel packet, of which only the first one shows what it is. */
static bool is_known_by_another(const struct ipip_layer *layer)
{
    const struct ipip_kind_about *row = ipip_kind_about((enum ipip_kind)layer->kind);

    return layer->ip.fragment_offset != 0 && row != NULL && row->shims[0] != IPIP_SHIM_NONE;
}

/* Headers that are not among the octets of the frame: those of a datagram that it completed, or that were folded into another one. */
static bool is_not_in_frame(const struct ipip_stack *stack)
{
    if (stack->count > 0 && stack->layers[0].ip.version != 4 && stack->layers[0].ip.version != 6)
        return true;
    for (unsigned k = 0; k < stack->count; k++) {
        if (!is_within(stack->layers[k].bytes.data, fed_packet) || is_known_by_another(&stack->layers[k]))
            return true;
    }
    return false;
}

/* The frame is on its first pass, and the judge is at it: all that is asked for is there still. */
static bool is_at_judge(const packet_info *pinfo)
{
    return pinfo->num == last_fed && !PINFO_FD_VISITED(pinfo);
}

static void feed(const packet_info *pinfo)
{
    const struct ipip_stack *stack;
    struct ipip_packet packet;

    last_fed = pinfo->num;
    fed_findings = NULL;
    fed_packet = (struct ipip_bytes){NULL, 0, 0};
    if (judge == NULL || !frame_packet_find(pinfo, &packet, &fed_frame))
        return;
    fed_packet = packet.ip;
    is_feeding = true;
    ipip_judge_packets(judge, &packet, 1);
    is_feeding = false;
    if (last_fed % MEMORY_FRAMES == 0)
        ask_for_memory();
    fed_copied = ipip_judge_copied(judge);
    stack = ipip_judge_stack(judge);
    keep(fed_findings, is_not_in_frame(stack) ? kept_stack_new(wmem_file_scope(), stack, fed_packet) : NULL, fed_copied,
         last_fed);
    links_learn(stack, &packet);
    tunnel_ordinal_learn(stack);
    sequence_gaps_learn(stack, fed_copied, last_fed);
}

void session_feed(const packet_info *pinfo)
{
    if (pinfo->num > last_fed && !PINFO_FD_VISITED(pinfo))
        feed(pinfo);
}

bool session_has_findings(const packet_info *pinfo)
{
    const struct kept *kept;

    if (is_at_judge(pinfo))
        return fed_findings != NULL;
    kept = kept_of(pinfo->num);
    return kept != NULL && kept->findings != NULL;
}

/* What the one look has left behind. */
static void look_again(struct session_frame *frame, const packet_info *pinfo)
{
    const struct kept *kept = kept_of(pinfo->num);
    struct ipip_packet packet;
    struct ipip_bytes octets;
    struct ipip_stack *stack;

    if (judge == NULL || !frame_packet_find(pinfo, &packet, &octets))
        return;
    frame->packet = packet.ip;
    if (kept != NULL) {
        frame->findings = kept->findings;
        frame->copied = kept->copied;
    }
    if (kept != NULL && kept->stack != NULL) {
        frame->stack = kept_stack_at(pinfo->pool, kept->stack, frame->packet);
        return;
    }
    stack = wmem_new(pinfo->pool, struct ipip_stack);
    ipip_stack_read(stack, session_kinds(), frame->packet);
    frame->stack = stack;
}

static void look(struct session_frame *frame, const packet_info *pinfo)
{
    if (!is_at_judge(pinfo)) {
        look_again(frame, pinfo);
    } else if (fed_packet.data != NULL) {
        frame->packet = fed_packet;
        frame->findings = fed_findings;
        frame->stack = ipip_judge_stack(judge);
        frame->copied = fed_copied;
    }
    frame->is_tunnel =
        frame->stack != NULL && frame->stack->count > 0 && frame->stack->layers[0].kind != IPIP_KIND_NONE;
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
