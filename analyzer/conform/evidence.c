/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence.h"

#include "address_pairs.h"
#include "duty.h"
#include "error_match.h"
#include "ipip/ipv4.h"
#include "marks.h"

/* Datagrams that were seen on one side; what carries the id of a requirement. */
enum { REMEMBERED_MAX = 1 << 16 };

/* Of a tunnel direction; the first one is of those that are not known, or too many. */
struct direction {
    struct ipip_addr src, dst;
    struct evidence_row *rows;
    uint64_t
        answered; /* the frame of the latest ICMP error from inside that an inner sender got an answer for; 0: none */
};

struct gone {
    uint64_t frame;
    enum ipip_pair_side side;
    unsigned direction;
};

struct evidence {
    struct ipip_judge *judge;
    uint32_t shown;
    size_t count; /* of requirements */
    GArray *directions;
    uint64_t passed[IPIP_RULES_MAX];
    gboolean is_shown_by[IPIP_RULES_MAX]; /* a requirement is held where the rule passes */
    gboolean has_made_errors;             /* ICMP errors are those of the tester */
    struct error_inside latest;
    unsigned latest_direction;
    struct ipip_addr latest_exit;
    GHashTable *beyond; /* exits, and destinations of what went to them in a tunnel */
    GHashTable *errors; /* ICMP errors from inside: of a frame type and code */
    GHashTable *marks;  /* of frames: the index of the requirement, and 1 */
    GArray *gone;
};

static gboolean has_rule(const struct ipip_requirement *requirement, const struct ipip_rule *rule,
                         enum ipip_bearing bearing, unsigned *place)
{
    for (unsigned i = 0; i < IPIP_REQUIREMENT_RULES && requirement->rules[i].rule != NULL; i++) {
        if (requirement->rules[i].rule == rule && (requirement->rules[i].bearing & bearing) != 0) {
            *place = i;
            return TRUE;
        }
    }
    return FALSE;
}

static unsigned add_direction(struct evidence *e, struct ipip_addr src, struct ipip_addr dst)
{
    struct direction direction = {src, dst, g_new0(struct evidence_row, e->count), 0};

    g_array_append_val(e->directions, direction);
    return e->directions->len - 1;
}

static unsigned direction_of(struct evidence *e, struct ipip_addr src, struct ipip_addr dst)
{
    for (unsigned i = 1; i < e->directions->len; i++) {
        const struct direction *direction = &g_array_index(e->directions, struct direction, i);

        if (ipip_address_equal(direction->src, src) && ipip_address_equal(direction->dst, dst))
            return i;
    }
    return e->directions->len < EVIDENCE_DIRECTIONS ? add_direction(e, src, dst) : 0;
}

static struct evidence_row *row_at(struct evidence *e, unsigned direction, size_t index)
{
    return &g_array_index(e->directions, struct direction, direction).rows[index];
}

static void add_packet(struct evidence_packets *packets, uint64_t frame)
{
    if (packets->count > 0 && packets->last == frame)
        return;
    packets->last = frame;
    if (packets->count < EVIDENCE_FRAMES)
        packets->frames[packets->count] = frame;
    packets->count++;
}

/* What a packet shows of the requirement at `index`. */
static uint32_t shown_by(const struct evidence *e, const struct ipip_stack *stack, size_t index)
{
    enum { MARKS = IPIP_SHOWN_MARKED | IPIP_SHOWN_UNMARKED };
    uint32_t shown = e->shown | ipip_shown(stack);
    size_t mark;

    if ((ipip_requirement_at(index)->only & (uint32_t)MARKS) == 0)
        return shown;
    mark = mark_of(stack);
    return shown | (mark == index ? (uint32_t)IPIP_SHOWN_MARKED : 0U) |
           (mark == e->count ? (uint32_t)IPIP_SHOWN_UNMARKED : 0U);
}

static unsigned direction_of_stack(struct evidence *e, const struct ipip_stack *stack)
{
    if (stack->count == 0 || stack->layers[0].kind == IPIP_KIND_NONE)
        return 0;
    return direction_of(e, stack->layers[0].ip.src, stack->layers[0].ip.dst);
}

/* A rule has passed with this packet. */
static void take_pass(struct evidence *e, size_t rule, const struct ipip_packet *packet, const struct ipip_stack *stack)
{
    unsigned direction = direction_of_stack(e, stack), place;

    for (size_t i = 0; i < e->count; i++) {
        const struct ipip_requirement *requirement = ipip_requirement_at(i);
        uint32_t needed = requirement->when | requirement->only;

        if (has_rule(requirement, ipip_rule_at(rule), IPIP_BEARING_SHOWS, &place) &&
            ((shown_by(e, stack, i) | IPIP_SHOWN_OUTER) & needed) == needed)
            add_packet(&row_at(e, direction, i)->held, packet->frame);
    }
}

/* One that quotes a tunnel packet. */
static void take_error_inside(struct evidence *e, const struct ipip_packet *packet, struct ipip_bytes message,
                              const struct ipip_ip *quoted)
{
    e->has_made_errors |= mark_is_quoted(message);
    error_take(&e->latest, packet, message);
    e->latest_direction = direction_of(e, quoted->src, quoted->dst);
    e->latest_exit = quoted->dst;
    if (g_hash_table_size(e->errors) < REMEMBERED_MAX)
        g_hash_table_insert(e->errors, g_memdup2(&packet->frame, sizeof packet->frame),
                            GUINT_TO_POINTER((guint)e->latest.type << 8 | e->latest.code));
    for (size_t i = 0; i < e->count; i++) {
        const struct ipip_requirement *requirement = ipip_requirement_at(i);
        struct evidence_row *row;

        if (!error_is_of(requirement, e->latest.type, e->latest.code))
            continue;
        row = row_at(e, e->latest_direction, i);
        row->is_prompted = TRUE;
        if (requirement->icmp.shows == IPIP_ERROR_SHOWS_HELD)
            add_packet(&row->held, packet->frame);
    }
}

/*
 * One to the sender of what went into the tunnel, or would have, by its destination (RFC 2003 section 5): the answer to the latest one
 * from inside.
 */
static void take_answer(struct evidence *e, const struct ipip_packet *packet, struct ipip_bytes message,
                        const struct ipip_ip *quoted)
{
    if (!address_pairs_have(e->beyond, e->latest_exit, quoted->dst) || !error_is_answered(&e->latest, packet, message))
        return;
    g_array_index(e->directions, struct direction, e->latest_direction).answered = e->latest.frame;
    for (size_t i = 0; i < e->count; i++) {
        const struct ipip_requirement *requirement = ipip_requirement_at(i);

        if (requirement->icmp.shows == IPIP_ERROR_SHOWS_ANSWER &&
            error_is_of(requirement, e->latest.type, e->latest.code))
            add_packet(&row_at(e, e->latest_direction, i)->held, packet->frame);
    }
}

static void take_error(struct evidence *e, const struct ipip_packet *packet, const struct ipip_stack *stack)
{
    struct ipip_bytes message;
    struct ipip_ip quoted;

    if (stack->count != 1 || stack->layers[0].ip.protocol != IPIP_PROTOCOL_ICMP)
        return;
    message = ipip_layer_payload(&stack->layers[0]);
    if (message.captured < ERROR_HEADER + IPIP_IPV4_HEADER_MIN ||
        ipip_ipv4_read(&quoted, message.data + ERROR_HEADER, message.captured - ERROR_HEADER) != IPIP_OK)
        return;
    if (quoted.protocol == IPIP_PROTOCOL_IPIP)
        take_error_inside(e, packet, message, &quoted);
    else
        take_answer(e, packet, message, &quoted);
}

static void take_mark(struct evidence *e, const struct ipip_packet *packet, const struct ipip_stack *stack)
{
    size_t mark = mark_of(stack);

    if (mark < e->count && (ipip_requirement_at(mark)->gone & IPIP_GONE_MARKED) != 0 &&
        g_hash_table_size(e->marks) < REMEMBERED_MAX)
        g_hash_table_insert(e->marks, g_memdup2(&packet->frame, sizeof packet->frame), GSIZE_TO_POINTER(mark + 1));
}

static void observe(void *context, const struct ipip_packet *packet, const struct ipip_stack *stack)
{
    struct evidence *e = context;

    if (stack->count > 1 && stack->layers[0].kind != IPIP_KIND_NONE)
        address_pairs_add(e->beyond, stack->layers[0].ip.dst, stack->layers[1].ip.dst);
    take_error(e, packet, stack);
    take_mark(e, packet, stack);
    for (size_t rule = 0; rule < ipip_rules_count(); rule++) {
        uint64_t passed = e->is_shown_by[rule] ? ipip_judge_verdicts(e->judge, rule, IPIP_PASS) : 0;

        if (passed > e->passed[rule])
            take_pass(e, rule, packet, stack);
        e->passed[rule] = passed;
    }
}

static void violate(struct evidence_violation *violation, const struct ipip_finding *finding)
{
    struct ipip_text text;

    if (violation->packets.count == 0) {
        ipip_finding_describe(finding, &text);
        violation->rule = finding->rule;
        violation->severity = finding->severity;
        g_strlcpy(violation->message, text.message, sizeof violation->message);
    }
    violation->severity = MAX(violation->severity, finding->severity);
    add_packet(&violation->packets, finding->packet->frame);
}

static void charge(struct evidence_row *row, enum ipip_bearing bearing, const struct ipip_finding *finding,
                   gboolean is_known)
{
    if (is_known)
        row->known++;
    else
        violate((bearing & IPIP_BEARING_BY_ERRORS) != 0 ? &row->by_errors : &row->violated, finding);
}

/* It was caused by an ICMP error from inside that the requirement is not about. */
static gboolean is_caused_by_another(const struct evidence *e, const struct ipip_requirement *requirement,
                                     const struct ipip_finding *finding)
{
    guint cause = GPOINTER_TO_UINT(g_hash_table_lookup(e->errors, &finding->other_frame));

    return requirement->icmp.type != 0 && cause != 0 && !error_is_of(requirement, cause >> 8, cause & 0xff);
}

/* A sender got an answer, if not one that the judge knows to send into the tunnel. */
static gboolean is_answered(const struct evidence *e, const struct ipip_requirement *requirement, unsigned direction,
                            const struct ipip_finding *finding)
{
    return requirement->icmp.shows == IPIP_ERROR_SHOWS_ANSWER && finding->other_frame != 0 &&
           finding->other_frame <= g_array_index(e->directions, struct direction, direction).answered;
}

void evidence_finding(struct evidence *e, const struct ipip_finding *finding, gboolean is_known)
{
    unsigned direction = direction_of(e, finding->direction.src, finding->direction.dst), place;

    for (size_t i = 0; i < e->count; i++) {
        const struct ipip_requirement *requirement = ipip_requirement_at(i);
        uint32_t shown = finding->stack->count > 0 ? shown_by(e, finding->stack, i) : ~IPIP_SHOWN_OUTER & UINT32_MAX;

        if (finding->target != IPIP_TARGET_LAYER || finding->layer == 0)
            shown |= IPIP_SHOWN_OUTER;
        if ((shown & requirement->only) != requirement->only || error_is_another(requirement, finding) ||
            is_caused_by_another(e, requirement, finding) || is_answered(e, requirement, direction, finding))
            continue;
        if (has_rule(requirement, finding->rule, IPIP_BEARING_USED, &place) &&
            (shown & requirement->when) == requirement->when)
            add_packet(&row_at(e, direction, i)->held, finding->packet->frame);
        if (has_rule(requirement, finding->rule, IPIP_BEARING_FAILS | IPIP_BEARING_BY_ERRORS, &place) &&
            finding->severity >= requirement->rules[place].least)
            charge(row_at(e, direction, i), requirement->rules[place].bearing, finding, is_known);
    }
}

/* It was there, and the other capture does not miss it for a reason of its own. */
static gboolean is_refused(enum ipip_pair_reason reason)
{
    return reason != IPIP_PAIR_DUPLICATE && reason != IPIP_PAIR_MISSED && reason != IPIP_PAIR_OPAQUE &&
           reason != IPIP_PAIR_IN_PART && reason != IPIP_PAIR_SEGMENTED && reason != IPIP_PAIR_ALTERED &&
           reason != IPIP_PAIR_BEFORE && reason != IPIP_PAIR_AFTER && reason != IPIP_PAIR_LOCAL;
}

void evidence_event(struct evidence *e, const struct ipip_pair_event *event)
{
    struct gone gone = {.side = event->side};

    if (event->is_match || !is_refused(event->reason))
        return;
    gone.frame = event->frame[event->side];
    if (event->direction != NULL)
        gone.direction = direction_of(e, event->direction->src, event->direction->dst);
    for (size_t i = 0; i < e->count; i++) {
        const struct ipip_requirement *requirement = ipip_requirement_at(i);

        if (requirement->gone_side == event->side && (requirement->gone >> event->reason & 1) != 0)
            add_packet(&row_at(e, gone.direction, i)->held, gone.frame);
    }
    if (e->gone->len < REMEMBERED_MAX)
        g_array_append_val(e->gone, gone);
}

void evidence_end(struct evidence *e)
{
    for (unsigned i = 0; i < e->gone->len; i++) {
        const struct gone *gone = &g_array_index(e->gone, struct gone, i);
        size_t marked = GPOINTER_TO_SIZE(g_hash_table_lookup(e->marks, &gone->frame));

        if (marked > 0 && ipip_requirement_at(marked - 1)->gone_side == gone->side)
            add_packet(&row_at(e, gone->direction, marked - 1)->held, gone->frame);
    }
}

static void add_packets(struct evidence_packets *sum, const struct evidence_packets *more)
{
    for (uint64_t i = 0; i < MIN(more->count, EVIDENCE_FRAMES) && sum->count + i < EVIDENCE_FRAMES; i++)
        sum->frames[sum->count + i] = more->frames[i];
    sum->count += more->count;
}

static void add_violation(struct evidence_violation *sum, const struct evidence_violation *more)
{
    if (sum->packets.count == 0) {
        *sum = *more;
        return;
    }
    sum->severity = MAX(sum->severity, more->severity);
    add_packets(&sum->packets, &more->packets);
}

static void add_row(const struct evidence *e, struct evidence_row *sum, const struct evidence_row *more)
{
    sum->known += more->known;
    sum->is_prompted |= more->is_prompted;
    add_packets(&sum->held, &more->held);
    add_violation(&sum->violated, &more->violated);
    if (!e->has_made_errors)
        add_violation(&sum->violated, &more->by_errors);
}

struct evidence_row evidence_of(const struct evidence *e, size_t index, const struct ipip_pair *pair)
{
    enum ipip_end_of end = ipip_requirement_at(index)->end;
    struct evidence_row sum = {.known = 0};

    for (unsigned i = 0; i < e->directions->len; i++) {
        const struct direction *direction = &g_array_index(e->directions, struct direction, i);
        struct duty duty = duty_find(pair, direction->src, direction->dst);

        if (end == IPIP_END_OF_BOTH || (end == IPIP_END_OF_ENTRY ? duty.is_of_entry : duty.is_of_exit))
            add_row(e, &sum, &direction->rows[index]);
    }
    if (ipip_requirement_at(index)->icmp.type != 0 && !sum.is_prompted)
        sum.held.count = 0;
    return sum;
}

struct evidence *evidence_new(struct ipip_judge *judge, uint32_t shown)
{
    static const struct ipip_addr none;
    struct evidence *e = g_new0(struct evidence, 1);
    unsigned place;

    e->judge = judge;
    e->shown = shown;
    e->count = ipip_requirements_count();
    e->directions = g_array_new(FALSE, FALSE, sizeof(struct direction));
    e->beyond = address_pairs_new();
    e->errors = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    e->marks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    e->gone = g_array_new(FALSE, FALSE, sizeof(struct gone));
    add_direction(e, none, none);
    for (size_t rule = 0; rule < ipip_rules_count(); rule++) {
        for (size_t i = 0; i < e->count; i++)
            e->is_shown_by[rule] |= has_rule(ipip_requirement_at(i), ipip_rule_at(rule), IPIP_BEARING_SHOWS, &place);
    }
    ipip_judge_set_observer(judge, observe, e);
    return e;
}

void evidence_free(struct evidence *e)
{
    if (e == NULL)
        return;
    for (unsigned i = 0; i < e->directions->len; i++)
        g_free(g_array_index(e->directions, struct direction, i).rows);
    g_array_free(e->directions, TRUE);
    g_array_free(e->gone, TRUE);
    g_hash_table_destroy(e->beyond);
    g_hash_table_destroy(e->errors);
    g_hash_table_destroy(e->marks);
    g_free(e);
}
