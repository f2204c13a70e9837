/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host on the LAN sends into the tunnel. */
#include "stimulus.h"

enum {
    TOS_VALUES = 256,
    RATE_PACKETS = 1000,
    ANSWERED = 1100000000, /* nanoseconds after what may draw an ICMP error: those are limited in their rate */
};

static void plain(struct stimulus *s)
{
    unsigned count = stimulus_requirements(s);
    static const uint16_t sizes[] = {0, 65, 128, 576, 1400};

    for (unsigned i = 0; i < MAX(count, G_N_ELEMENTS(sizes)); i++)
        stimulus_send_datagram(s, &(struct datagram){.bytes = sizes[i % G_N_ELEMENTS(sizes)]}, STIMULUS_TICK);
}

static void tos(struct stimulus *s)
{
    for (unsigned tos = 0; tos < TOS_VALUES; tos++)
        stimulus_send_datagram(s, &(struct datagram){.tos = (uint8_t)tos}, STIMULUS_TICK);
}

/* Below, at and above what fits, with DF and without. */
static void sizes(struct stimulus *s)
{
    uint16_t fits = (uint16_t)(s->settings->mtu - IPIP_IPV4_HEADER_MIN);
    uint16_t sizes[] = {0, 576, (uint16_t)(fits - 1), fits, (uint16_t)(fits + 1), 1500};

    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(sizes); i++)
        stimulus_send_datagram(s, &(struct datagram){.bytes = sizes[i / 2], .has_df = i % 2 == 1}, ANSWERED);
}

static void ttl(struct stimulus *s)
{
    static const uint8_t values[] = {0, 1, 1, 1, 2, 30, 64, 255};

    for (unsigned i = 0; i < G_N_ELEMENTS(values); i++)
        stimulus_send_datagram(s, &(struct datagram){.ttl = values[i], .has_ttl = TRUE}, ANSWERED);
}

static void options(struct stimulus *s)
{
    for (unsigned i = 0; i < STIMULUS_OPTIONS; i++)
        stimulus_send_datagram(
            s, &(struct datagram){.options = stimulus_options[i].octets, .option_bytes = stimulus_options[i].bytes},
            ANSWERED);
}

/* With an address of the tunnel's own ends; a usual one after it shows that the tunnel still works. */
static void from_an_end(struct stimulus *s, const char *letter, struct ipip_addr end)
{
    unsigned count;
    size_t place;

    stimulus_begin(s, letter);
    count = stimulus_requirements(s);
    for (unsigned i = 0; i < 2 * count; i++) {
        stimulus_send_datagram(s, &(struct datagram){.src = end}, STIMULUS_TICK);
        place = s->requirement;
        s->letter = "P";
        stimulus_send_datagram(s, &(struct datagram){.bytes = 0}, ANSWERED);
        s->letter = letter;
        s->requirement = place;
    }
}

static void rate(struct stimulus *s)
{
    for (unsigned i = 0; i < RATE_PACKETS; i++)
        stimulus_send_datagram(s, &(struct datagram){.bytes = 0}, STIMULUS_TICK / 10);
}

void stimulus_entry(struct stimulus *s)
{
    stimulus_begin(s, "P");
    plain(s);
    stimulus_begin(s, "T");
    tos(s);
    stimulus_begin(s, "D");
    sizes(s);
    stimulus_begin(s, "L");
    ttl(s);
    stimulus_begin(s, "O");
    options(s);
    from_an_end(s, "OS", s->settings->local);
    from_an_end(s, "XS", s->settings->remote);
    stimulus_begin(s, "R");
    rate(s);
}
