/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packets that exercise what the standards require of a tunnel: Ethernet frames in a pcap file, as tcpreplay sends it. */
#ifndef IPIP_ANALYZER_STIMULUS_H
#define IPIP_ANALYZER_STIMULUS_H

#include <glib.h>
#include <stdint.h>

#include "../capture/output.h"
#include "ipip/address.h"
#include "ipip/requirement.h"

enum { MAC_OCTETS = 6 };

struct stimulus_settings {
    gboolean is_exit;                                 /* tunnel packets for the exit; else what enters the tunnel */
    struct ipip_addr local, remote;                   /* the ends of the tunnel, as its entry has them */
    struct ipip_addr sender, recipient;               /* hosts before and behind it */
    uint8_t mac_src[MAC_OCTETS], mac_dst[MAC_OCTETS]; /* mac_dst: that of the device */
    uint16_t mtu;                                     /* octets of the largest tunnel packet */
};

struct stimulus {
    const struct stimulus_settings *settings;
    struct output *output;
    GError *error; /* the first; nothing is written from then on */
    int64_t time;  /* nanoseconds of the next packet */
    uint64_t packets;
    uint16_t id;        /* the next Identification */
    const char *letter; /* of the stimuli that are made */
    size_t requirement; /* that the latest packet carried, or, if `is_named`, that the next one carries */
    gboolean is_named;
};

/* A datagram; what is 0 is as usual. */
struct datagram {
    struct ipip_addr src, dst; /* none: from the sender to the recipient */
    uint8_t tos;
    uint8_t ttl;
    gboolean has_ttl; /* also 0 */
    gboolean has_df;
    uint16_t bytes; /* all of it; 0: as few as carry the id */
    const uint8_t *options;
    uint8_t option_bytes;
    int16_t excess;     /* octets that Total Length promises more than there are */
    gboolean is_broken; /* a wrong header checksum */
};

/* The header of a tunnel packet. */
struct outside {
    struct ipip_addr src, dst; /* none: from one end to the other */
    uint8_t tos;
    uint8_t protocol; /* 0: 4 */
    gboolean is_broken;
    uint16_t id, offset; /* of a fragment; octets */
    gboolean has_more;
};

enum { STIMULUS_PACKET_MAX = 2048, STIMULUS_TICK = 10000000 /* nanoseconds */ };

/* Of any packet from now on: a letter of struct ipip_requirement. */
void stimulus_begin(struct stimulus *s, const char *letter);

/* The next packet carries this one's id. */
void stimulus_next(struct stimulus *s, const char *id);

/* How many requirements the packets of this letter exercise that an end of a tunnel has to hold. */
unsigned stimulus_requirements(const struct stimulus *s);

/* Both write into `out`, and return how many octets that are. */
size_t stimulus_datagram(struct stimulus *s, uint8_t out[static STIMULUS_PACKET_MAX], const struct datagram *datagram);
size_t stimulus_outside(struct stimulus *s, uint8_t out[static STIMULUS_PACKET_MAX], const struct outside *outside,
                        const uint8_t *inside, size_t bytes);

/* Sends an IP packet, and waits so long before the next. */
void stimulus_send(struct stimulus *s, const uint8_t *packet, size_t bytes, int64_t wait);

/* Sends the datagram as it is. */
void stimulus_send_datagram(struct stimulus *s, const struct datagram *datagram, int64_t wait);

void stimulus_entry(struct stimulus *s);
void stimulus_errors(struct stimulus *s); /* ICMP errors from inside the tunnel */
void stimulus_exit(struct stimulus *s);

/* The options of IPv4, one kind each. */
struct stimulus_option {
    uint8_t octets[12];
    uint8_t bytes;
};
enum { STIMULUS_OPTIONS = 6 };
extern const struct stimulus_option stimulus_options[STIMULUS_OPTIONS];

#endif
