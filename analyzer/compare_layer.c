/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "header_diff.h"
#include "ipip/ipv6.h"
#include "ipip/tunnel_text.h"
#include "roundtrip.h"
#include "say.h"

void roundtrip_worsen(struct comparison *c, enum roundtrip_result result, unsigned reason)
{
    outcome_worsen(&c->outcome, result, reason);
}

gboolean roundtrip_has_turn(struct comparison *c)
{
    c->is_postponed |= !c->has_turn;
    return c->has_turn;
}

gboolean roundtrip_may_report(struct comparison *c)
{
    return c->run->options.is_quiet || roundtrip_has_turn(c);
}

void roundtrip_differs(struct comparison *c, const struct difference *difference)
{
    const struct options *options = &c->run->options;

    if (options->is_quiet || (options->format == REPORT_TEXT && !alike_is_first(c->run->alike, difference)))
        return;
    say_before_print();
    difference_print(options->format, difference);
}

struct site roundtrip_site(const struct comparison *c, uint64_t frame)
{
    return (struct site){.file = c->run->options.names[c->run->capture], .frame = frame, .time = c->record->time};
}

/* Reports every field in which two headers of IPv4 differ. */
static void report_header(struct comparison *c, struct difference *d, const uint8_t *expected, const uint8_t *actual)
{
    const struct header_field *field;
    unsigned next = 0;

    roundtrip_worsen(c, ROUNDTRIP_DIFFERENT, IPIP_OK);
    while (!c->run->options.is_quiet && (field = header_diff_next(expected, actual, &next)) != NULL) {
        struct ipip_octets place = ipip_field_octets(field->field);

        d->field = field->name;
        d->reason = header_diff_reason(field, expected, actual);
        d->expected = (struct ipip_bytes){expected + place.offset, place.count, place.count};
        d->actual = (struct ipip_bytes){actual + place.offset, place.count, place.count};
        roundtrip_differs(c, d);
    }
}

/* Those of `differences` from `from` on. */
static void report_fields(struct comparison *c, struct difference *d, const struct field_differences *differences,
                          unsigned from)
{
    for (unsigned i = from; i < differences->count; i++) {
        const struct field_difference *field = &differences->all[i];

        roundtrip_worsen(c, ROUNDTRIP_DIFFERENT, IPIP_OK);
        d->field = field->name;
        d->reason = field->reason;
        d->expected = (struct ipip_bytes){field->expected, field->expected_bytes, field->expected_bytes};
        d->actual = (struct ipip_bytes){field->actual, field->actual_bytes, field->actual_bytes};
        roundtrip_differs(c, d);
    }
}

static char *configuration_words(const struct ipip_tunnel *tunnel, unsigned hops)
{
    char words[IPIP_TUNNEL_TEXT];

    ipip_tunnel_words(words, tunnel);
    return hops == 0 ? g_strdup(words) : g_strdup_printf("%s, %u hop%s away", words, hops, hops == 1 ? "" : "s");
}

/* The fragments of a datagram must have the headers that fragmenting the expected one makes. */
static void compare_fragments(struct comparison *c, const struct ipip_whole *whole, const uint8_t *expected,
                              const struct difference *about)
{
    for (unsigned i = 0; i < whole->count; i++) {
        const struct ipip_fragment *fragment = &whole->fragments[i];
        struct difference d = *about;
        uint8_t header[IPIP_IPV4_HEADER_MIN];
        unsigned next = 0;

        reencap_fragment(header, expected, fragment->offset, fragment->bytes, i + 1 == whole->count,
                         (fragment->header[1] & 3) == IPIP_CE);
        if (header_diff_next(header, fragment->header, &next) == NULL)
            continue;
        d.site = roundtrip_site(c, fragment->frame & (((uint64_t)1 << FRAME_BITS) - 1));
        report_header(c, &d, header, fragment->header);
    }
}

/* The same of IPv6. Which extension header comes first depends on where the Fragment header stands. */
static void compare_fragments_of_ipv6(struct comparison *c, const struct ipip_whole *whole, const uint8_t *expected,
                                      const struct difference *about)
{
    enum { PAYLOAD_LENGTH = 4, NEXT_HEADER = 6, CE = 0x30 };

    for (unsigned i = 0; i < whole->count; i++) {
        const struct ipip_fragment *fragment = &whole->fragments[i];
        unsigned payload = fragment->header_bytes - (unsigned)IPIP_IPV6_HEADER + fragment->bytes;
        struct field_differences differences = {0};
        struct difference d = *about;
        uint8_t header[IPIP_IPV6_HEADER];

        memcpy(header, expected, sizeof header);
        header[PAYLOAD_LENGTH] = (uint8_t)(payload >> 8);
        header[PAYLOAD_LENGTH + 1] = (uint8_t)payload;
        header[NEXT_HEADER] = fragment->header[NEXT_HEADER];
        if ((fragment->header[1] & CE) == CE && (header[1] & CE) != 0)
            header[1] |= CE;
        field_differences_of_ipv6(&differences, header, fragment->header);
        d.site = roundtrip_site(c, fragment->frame & (((uint64_t)1 << FRAME_BITS) - 1));
        report_fields(c, &d, &differences, 0);
    }
}

static void report_kind(struct comparison *c, const struct ipip_layer *outer, unsigned k,
                        const struct reencap_kind *again, unsigned hops, const struct ipip_whole *whole)
{
    char *words = configuration_words(&again->tunnel, hops);
    struct difference d = {
        .site = roundtrip_site(c, c->record->frame),
        .is_tunnel = TRUE,
        .src = outer->ip.src,
        .dst = outer->ip.dst,
        .kind = (enum ipip_kind)outer->kind,
        .layer = k,
        .configuration = words,
    };

    if (again->is_payload_different) {
        roundtrip_worsen(c, ROUNDTRIP_DIFFERENT, IPIP_OK);
        roundtrip_differs(c, &d);
    }
    report_fields(c, &d, &again->differences, whole != NULL ? again->differences.in_header : 0);
    d.field = NULL;
    if (whole != NULL && outer->ip.version == 6)
        compare_fragments_of_ipv6(c, whole, again->expected, &d);
    else if (whole != NULL)
        compare_fragments(c, whole, again->expected, &d);
    g_free(words);
}

/* The statistics of a tunnel depend on the order of its packets. */
static void learn(struct comparison *c, const struct ipip_tunnel_direction *direction, const struct ipip_layer *outer,
                  const struct ipip_layer *inner)
{
    struct roundtrip_rest *rest;

    if (c->has_turn) {
        learnt_tunnels_add(c->run->tunnels, direction, outer, inner);
        return;
    }
    g_array_set_size(c->rest, c->rest->len + 1);
    rest = &g_array_index(c->rest, struct roundtrip_rest, c->rest->len - 1);
    rest->is_postponed = FALSE;
    rest->has_inner = inner != NULL;
    rest->direction = *direction;
    rest->outer = *outer;
    if (inner != NULL)
        rest->inner = *inner;
}

/* Of any kind but IPv4 in IPv4. */
static G_GNUC_NO_INLINE void compare_kind(struct comparison *c, const struct ipip_stack *stack, unsigned k,
                                          const struct ipip_whole *whole)
{
    struct reencap_kind *again = &c->again;
    const struct ipip_layer *outer = &stack->layers[k];
    const struct ipip_layer *inner = k + 1 < stack->count ? outer + 1 : NULL;
    const struct reencap_tunnel *tunnel;
    struct tunnel_sight sight;

    tunnel_sight_read(&sight, &c->run->options.kinds, outer, inner);
    if (c->run->is_learning) {
        if (sight.reason == IPIP_OK)
            learn(c, &sight.direction, outer, inner);
        return;
    }
    tunnel = learnt_tunnels_find(c->lookup, &sight.direction);
    if (sight.reason != IPIP_OK || tunnel == NULL) {
        roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, sight.reason != IPIP_OK ? sight.reason : ROUNDTRIP_FORGOTTEN);
        return;
    }
    reencap_kind(again, &c->run->options.kinds, stack, k, &sight, tunnel);
    if (again->reason != IPIP_OK) {
        roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, again->reason);
        return;
    }
    c->outcome.is_ce_marked |= again->is_ce_marked;
    c->outcome.taken |= (uint8_t)again->taken;
    if ((whole != NULL || again->is_payload_different || again->differences.count > 0) && roundtrip_may_report(c))
        report_kind(c, outer, k, again, tunnel->hops, whole);
}

void compare_layer(struct comparison *c, const struct ipip_stack *stack, unsigned k, const struct ipip_whole *whole)
{
    const struct ipip_layer *outer = &stack->layers[k];
    struct ipip_tunnel_direction direction = {outer->ip.src, outer->ip.dst, IPIP_KIND_IPIP, 0};
    const struct reencap_tunnel *tunnel;
    struct difference d;
    struct reencap again;
    char *words;

    if (outer->kind != IPIP_KIND_IPIP) {
        compare_kind(c, stack, k, whole);
        return;
    }
    if (c->run->is_learning) {
        learn(c, &direction, outer, outer + 1);
        return;
    }
    if (outer->shim_bytes > 0) {
        roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, IPIP_NOT_A_TUNNEL);
        return;
    }
    tunnel = learnt_tunnels_find(c->lookup, &direction);
    if (tunnel == NULL) {
        roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, ROUNDTRIP_FORGOTTEN);
        return;
    }
    reencap_layer(&again, stack, k, tunnel, &c->room);
    if (again.status != IPIP_OK) {
        roundtrip_worsen(c, ROUNDTRIP_NOT_COMPARABLE, again.status);
        return;
    }
    c->outcome.is_ce_marked |= again.is_ce_marked;
    if ((again.is_identical && whole == NULL) || !roundtrip_may_report(c))
        return;
    words = configuration_words(&tunnel->tunnel, tunnel->hops);
    d = (struct difference){
        .site = roundtrip_site(c, c->record->frame),
        .is_tunnel = TRUE,
        .src = outer->ip.src,
        .dst = outer->ip.dst,
        .kind = IPIP_KIND_IPIP,
        .layer = k,
        .configuration = words,
    };
    if (again.is_payload_different) {
        roundtrip_worsen(c, ROUNDTRIP_DIFFERENT, IPIP_OK);
        roundtrip_differs(c, &d);
    }
    if (whole != NULL)
        compare_fragments(c, whole, again.expected, &d);
    else if (!again.is_identical)
        report_header(c, &d, again.expected, outer->bytes.data);
    g_free(words);
}
