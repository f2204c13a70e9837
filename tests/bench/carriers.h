/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other kinds of tunnels put around a packet, octet by octet. */
#ifndef BENCH_CARRIERS_H
#define BENCH_CARRIERS_H

#include <stdbool.h>
#include <stdint.h>

enum { SHIM_MAX = 64 };

/* The headers of a packet in a tunnel that is none of IPv4 in IPv4. */
struct carrier {
    bool outer_ipv6, inner_ipv6;
    bool is_minimal;  /* the header inside is taken apart, and the shim is what is left of it */
    uint8_t protocol; /* of the outer header */
    uint8_t shim[SHIM_MAX];
    unsigned length;   /* of the shim */
    unsigned sequence; /* where in it 32 bits count the packets, if not 0 */
    bool udp;          /* the shim starts with a UDP header, whose source port and checksum are to be made */
};

extern const struct carrier carrier_gre, carrier_gre_key, carrier_gre_sequence, carrier_gre6, carrier_gretap,
    carrier_erspan, carrier_gre_udp, carrier_gue, carrier_sit, carrier_4in6, carrier_6in6, carrier_6in6_limit,
    carrier_minimal, carrier_ah, carrier_esp, carrier_ipcomp, carrier_mpls;

#endif
