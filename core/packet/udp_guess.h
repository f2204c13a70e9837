/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP on a port that stands for no tunnel: what its payload looks like. FOU has no signature, so one packet proves nothing. */
#ifndef IPIP_CORE_UDP_GUESS_H
#define IPIP_CORE_UDP_GUESS_H

#include "ipip/udp.h"

enum udp_guess {
    UDP_GUESS_NONE, /* no tunnel */
    UDP_GUESS_OPEN, /* too little is captured to tell */
    UDP_GUESS_IPV4, /* an IPv4 packet of just this length, with the right checksum: FOU, or variant 1 of GUE */
    UDP_GUESS_IPV6, /* likewise IPv6 */
    UDP_GUESS_GUE,  /* one of the two behind a GUE header without optional fields */
    UDP_GUESSES
};

/* `at` begins with the UDP header, `udp`, and ends with what the IP header outside carries. */
enum udp_guess udp_guess(const struct ipip_udp *udp, struct ipip_bytes at);

#endif
