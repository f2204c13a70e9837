/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors about tunnel packets, as routers inside the tunnel and its exit send them to the entry; the sender goes on meanwhile. */
#include <string.h>

#include "ipip/ipv4.h"
#include "stimulus.h"

enum {
    ICMP_HEADER = 8,
    IP_HEADER = IPIP_IPV4_HEADER_MIN,
    QUOTE_ALL = 548, /* with its own headers 576 octets (RFC 1812 section 4.3.2.3) */
    SMALLER_MTU = 1300,
    QUOTED = 600,       /* octets of the datagram that is quoted */
    AGAIN = 1100000000, /* nanoseconds between errors: answers to them are limited in their rate */
    LATER = 2000000000, /* and once more, so that the sender has gone on for more than 5 s */
};

/* Why it must not be believed. */
enum doubt { NONE, WRONG_CHECKSUM, OTHER_TUNNEL, NEVER_SENT };

struct icmp {
    uint8_t type, code;
    uint16_t mtu;
    uint16_t quote; /* octets of the tunnel packet */
    enum doubt doubt;
};

static void put_checksum(uint8_t *message, size_t bytes, gboolean is_wrong)
{
    uint16_t checksum = ipip_checksum(message, bytes);

    message[2] = (uint8_t)(checksum >> 8);
    message[3] = (uint8_t)(checksum ^ (is_wrong ? 0x55 : 0));
}

static void send_error(struct stimulus *s, const struct icmp *icmp)
{
    static const struct ipip_addr never = {0, UINT64_C(0xffff0afe0001)};
    uint8_t quoted[STIMULUS_PACKET_MAX], packet[STIMULUS_PACKET_MAX], message[STIMULUS_PACKET_MAX] = {0};
    struct datagram datagram = {.bytes = QUOTED, .has_df = TRUE};
    struct outside outside = {.protocol = 0};
    size_t bytes;

    if (icmp->doubt == NEVER_SENT)
        datagram.dst = never;
    if (icmp->doubt == OTHER_TUNNEL)
        outside.dst = never;
    bytes = stimulus_datagram(s, quoted, &datagram);
    bytes = stimulus_outside(s, quoted, &outside, quoted, bytes);
    bytes = MIN(bytes, icmp->quote);
    message[0] = icmp->type;
    message[1] = icmp->code;
    message[6] = (uint8_t)(icmp->mtu >> 8);
    message[7] = (uint8_t)icmp->mtu;
    if (icmp->type == 12)
        message[4] = 8; /* the pointer: the TTL */
    memcpy(message + ICMP_HEADER, quoted, bytes);
    bytes += ICMP_HEADER;
    put_checksum(message, bytes, icmp->doubt == WRONG_CHECKSUM);
    outside = (struct outside){.src = s->settings->remote, .dst = s->settings->local, .protocol = IPIP_PROTOCOL_ICMP};
    bytes = stimulus_outside(s, packet, &outside, message, bytes);
    s->id++;
    stimulus_send(s, packet, bytes, STIMULUS_TICK);
}

static void send_two(struct stimulus *s, int64_t wait)
{
    stimulus_send_datagram(s, &(struct datagram){.bytes = 0}, STIMULUS_TICK);
    stimulus_send_datagram(s, &(struct datagram){.bytes = 0}, wait);
}

static void all_kinds(struct stimulus *s)
{
    static const struct {
        uint8_t type, codes;
    } kinds[] = {{3, 6}, {4, 1}, {5, 4}, {11, 2}, {12, 1}};
    static const uint16_t quotes[] = {IP_HEADER + 8, IP_HEADER + 28, QUOTE_ALL};

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        for (unsigned code = 0; code < kinds[i].codes; code++) {
            for (unsigned quote = 0; quote < G_N_ELEMENTS(quotes); quote++) {
                gboolean is_too_big = kinds[i].type == 3 && code == 4;
                struct icmp icmp = {kinds[i].type, (uint8_t)code,
                                    is_too_big ? (uint16_t)(s->settings->mtu - 4) : (uint16_t)0, quotes[quote], NONE};

                send_two(s, STIMULUS_TICK);
                send_error(s, &icmp);
                send_two(s, AGAIN);
                if (kinds[i].type == 3 && code <= 1) {
                    s->time += 3 * (int64_t)LATER;
                    send_two(s, AGAIN);
                }
            }
        }
    }
}

static void doubtful(struct stimulus *s)
{
    for (enum doubt doubt = WRONG_CHECKSUM; doubt <= NEVER_SENT; doubt++) {
        send_error(s, &(struct icmp){3, 1, 0, QUOTE_ALL, doubt});
        send_two(s, AGAIN);
    }
}

/* A smaller MTU inside the tunnel; larger datagrams with and without DF after it. */
static void smaller_mtu(struct stimulus *s)
{
    static const uint16_t sizes[] = {SMALLER_MTU - IP_HEADER - 1, SMALLER_MTU - IP_HEADER, SMALLER_MTU - IP_HEADER + 1,
                                     1400};
    unsigned count = stimulus_requirements(s);

    send_error(s, &(struct icmp){3, 4, SMALLER_MTU, QUOTE_ALL, NONE});
    for (unsigned i = 0; i < MAX(2 * G_N_ELEMENTS(sizes), count); i++)
        stimulus_send_datagram(s, &(struct datagram){.bytes = sizes[i / 2 % G_N_ELEMENTS(sizes)], .has_df = i % 2 == 1},
                               AGAIN);
}

void stimulus_errors(struct stimulus *s)
{
    stimulus_begin(s, "I");
    all_kinds(s);
    stimulus_begin(s, "IB");
    doubtful(s);
    stimulus_begin(s, "M");
    smaller_mtu(s);
}
