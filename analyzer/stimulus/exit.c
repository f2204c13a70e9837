/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnel packets for the exit, such as no well-behaved entry makes. */
#include <stdio.h>
#include <string.h>

#include "stimulus.h"

enum { PLAIN = 3, ECN_VALUES = 4, IP_HEADER = 20, AH_BYTES = 24 };

static void send_inside(struct stimulus *s, const struct datagram *datagram, const struct outside *outside)
{
    uint8_t packet[STIMULUS_PACKET_MAX];
    size_t bytes = stimulus_datagram(s, packet, datagram);

    bytes = stimulus_outside(s, packet, outside, packet, bytes);
    stimulus_send(s, packet, bytes, STIMULUS_TICK);
}

static void plain(struct stimulus *s)
{
    for (unsigned i = 0; i < PLAIN; i++)
        send_inside(s, &(struct datagram){.bytes = 0}, &(struct outside){.tos = 0});
}

/* Each pair has a statement of its own; the one that must be dropped another. */
static void ecn_pairs(struct stimulus *s)
{
    for (unsigned i = 0; i < ECN_VALUES * ECN_VALUES; i++) {
        unsigned inner = i / ECN_VALUES, outer = i % ECN_VALUES;
        char id[32];

        snprintf(id, sizeof id, inner == 0 && outer == ECN_VALUES - 1 ? "S6040-4.2-02" : "S6040-4.2-01.%u%u", inner,
                 outer);
        stimulus_next(s, id);
        send_inside(s, &(struct datagram){.tos = (uint8_t)inner}, &(struct outside){.tos = (uint8_t)outer});
    }
}

/* For the exit itself, and for a host behind it. */
static void malformed(struct stimulus *s)
{
    static const uint8_t ttls[] = {0, 1, 2, 64};
    static const struct outside plain;

    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(ttls); i++) {
        struct datagram datagram = {.ttl = ttls[i / 2], .has_ttl = TRUE};

        if (i % 2 == 1)
            datagram.dst = s->settings->remote;
        send_inside(s, &datagram, &plain);
    }
    for (unsigned i = 0; i < STIMULUS_OPTIONS; i++)
        send_inside(
            s, &(struct datagram){.options = stimulus_options[i].octets, .option_bytes = stimulus_options[i].bytes},
            &plain);
    send_inside(s, &(struct datagram){.excess = 100}, &plain);
    send_inside(s, &(struct datagram){.excess = -40}, &plain);
    send_inside(s, &(struct datagram){.is_broken = TRUE}, &plain);
    send_inside(s, &(struct datagram){.bytes = 0}, &(struct outside){.is_broken = TRUE});
}

/* An address near another one. */
static struct ipip_addr beside(struct ipip_addr address)
{
    address.low ^= 2;
    return address;
}

/* The encapsulated datagram once more in the same tunnel. */
static void nested(struct stimulus *s)
{
    uint8_t packet[STIMULUS_PACKET_MAX];
    size_t bytes = stimulus_datagram(s, packet, &(struct datagram){.bytes = 0});

    bytes = stimulus_outside(s, packet, &(struct outside){.protocol = 0}, packet, bytes);
    bytes = stimulus_outside(s, packet, &(struct outside){.protocol = 0}, packet, bytes);
    stimulus_send(s, packet, bytes, STIMULUS_TICK);
}

/* RFC 4302: next header 4, with a check value that nothing can confirm. */
static void authenticated(struct stimulus *s)
{
    uint8_t packet[STIMULUS_PACKET_MAX] = {IPIP_PROTOCOL_IPIP, AH_BYTES / 4 - 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    uint8_t datagram[STIMULUS_PACKET_MAX];
    size_t bytes = stimulus_datagram(s, datagram, &(struct datagram){.bytes = 0});

    memcpy(packet + AH_BYTES, datagram, bytes);
    bytes = stimulus_outside(s, packet, &(struct outside){.protocol = IPIP_PROTOCOL_AH}, packet, AH_BYTES + bytes);
    stimulus_send(s, packet, bytes, STIMULUS_TICK);
}

/*
 * The stranger's packet is what an exit has to refuse. The inner headers after it are for a filter that looks inside: an exit without one
 * may let them out, and one that does not shows nothing of strangers.
 */
static void not_admitted(struct stimulus *s)
{
    static const struct ipip_addr elsewhere = {0, UINT64_C(0xffff0afe0001)};
    static const struct outside plain;

    stimulus_next(s, "S2003-6.2-01");
    send_inside(s, &(struct datagram){.bytes = 0}, &(struct outside){.src = beside(s->settings->local)});
    stimulus_next(s, "S2003-6-01");
    send_inside(s, &(struct datagram){.src = beside(s->settings->recipient)}, &plain);
    stimulus_next(s, "S2003-6-01");
    send_inside(s, &(struct datagram){.dst = elsewhere}, &plain);
    stimulus_next(s, "S2003-6-01");
    nested(s);
    stimulus_next(s, "S2003-3-06");
    authenticated(s);
}

static void send_fragment(struct stimulus *s, const uint8_t *payload, uint16_t id, unsigned begin, unsigned end,
                          gboolean has_more)
{
    uint8_t packet[STIMULUS_PACKET_MAX];
    struct outside outside = {.id = id, .offset = (uint16_t)begin, .has_more = has_more};
    size_t bytes = stimulus_outside(s, packet, &outside, payload + begin, end - begin);

    stimulus_send(s, packet, bytes, STIMULUS_TICK);
}

/* In order, reversed, doubled, overlapping, incomplete. */
static void fragments(struct stimulus *s)
{
    enum { BYTES = 600, HALF = 304, THIRD = 200 };
    static const struct {
        uint16_t begin, end;
    } pieces[][3] = {
        {{0, HALF}, {HALF, BYTES}, {0, 0}},    {{HALF, BYTES}, {0, HALF}, {0, 0}},
        {{0, HALF}, {0, HALF}, {HALF, BYTES}}, {{0, HALF}, {THIRD, HALF}, {HALF, BYTES}},
        {{0, HALF}, {0, 0}, {0, 0}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(pieces); i++) {
        uint8_t inside[STIMULUS_PACKET_MAX];
        uint16_t id = s->id;

        stimulus_datagram(s, inside, &(struct datagram){.bytes = BYTES, .tos = 2});
        for (unsigned j = 0; j < G_N_ELEMENTS(pieces[i]) && pieces[i][j].end > 0; j++)
            send_fragment(s, inside, id, pieces[i][j].begin, pieces[i][j].end, pieces[i][j].end < BYTES);
    }
}

void stimulus_exit(struct stimulus *s)
{
    stimulus_begin(s, "P");
    plain(s);
    stimulus_begin(s, "EC");
    ecn_pairs(s);
    stimulus_begin(s, "DT");
    malformed(s);
    stimulus_begin(s, "DP");
    not_admitted(s);
    stimulus_begin(s, "F");
    fragments(s);
}
