/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much a judge remembers of the packets before: per tunnel direction, per inner flow, and the datagrams seen last.
 *
 * Memory is bounded: each table grows up to its limit, and then what was used least recently is forgotten, or what was
 * among that; how much of it there was is counted. What is forgotten can be missed by a rule, or, where it is reported
 * once per tunnel, be reported again. Besides the tables below, each with no more rows than `tunnels`, or, where it is about inner
 * addresses or single datagrams, `flows`: 2560 octets for each of the 64 directions in which
 * datagrams vanished last (IPIP318), 320 for each of 256 with large packets (IPIP903), 1064 for each of 1024 series of sequence numbers of GRE, ESP and AH (IPIP808, IPIP842), 24 for each of 1024 associations of ESP (IPIP843), 40 for each of 4096 IPv6 datagrams in fragments (IPIP621), 48 for each of 1024 with fragments inside (IPIP783), 448 for each of 1024 directions whose outer flow labels or UDP source ports are followed (IPIP751), 64 for each of as many whose labels are compared with those inside (IPIP743), 104 for each of 4096 inner flows whose tunnel sources are followed (IPIP853), 96 for each of 1024 registrations of Mobile IP (IPIP828), 40 for each of 4096 flows of UDP that are looked at for tunnels (IPIP839), 20 for each of 1024 directions of GRE whose fields are followed (IPIP813) and of as many with authentication headers (IPIP413), 176 for each of 512 pairs of addresses with GRE between them (IPIP809), 80 for each of 512 whose keepalives are followed (IPIP814), 88 for each of 4096 TCP handshakes and 640 for
 * each of 4096 directions with TCP inside (IPIP319, IPIP320), 384 for each of 2048 pairs of inner addresses that opened a connection or sent a ping
 * (IPIP321), and 3 MiB for the inner flows seen last (IPIP319).
 */
#ifndef IPIP_LIMITS_H
#define IPIP_LIMITS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How much is remembered at most: numbers of rows (of `fragments`, octets), each 1 to IPIP_LIMIT_MAX. What is beyond is taken as the nearest of these. */
struct ipip_limits {
    uint32_t
        tunnels; /* directions: kinds, outer sources and destinations, and discriminators (tunnel_direction.h), at most 208 octets each; as many counts of
                    what is reported once per tunnel, 40 each */
    uint32_t flows; /* pairs of inner source and destination, at most 184 octets each */
    uint32_t
        paths; /* directions with ICMP errors, at most 288 octets each, and as many seen from both sides, 80 each */
    uint32_t datagrams; /* seen last in tunnels, made a power of two, 100 octets each, all taken at the first one */
    uint32_t sightings; /* seen last beside tunnels, made a power of two, 128 octets each, all taken at the first one */
    uint32_t
        fragments; /* octets of datagrams in fragments, whose rest is waited for, at least 128 KiB, all taken at once (reassembly.h) */
};

/*
 * The usual ones: at most 270 MiB in all. Tables begin with 16 rows and double: for a moment the old rows and the new ones are there.
 * Where there is no memory for that: ipip_judge_is_out_of_memory() (judge.h).
 */
enum {
    IPIP_LIMIT_TUNNELS = 1 << 20,
    IPIP_LIMIT_FLOWS = 1 << 15,
    IPIP_LIMIT_PATHS = 1 << 12,
    IPIP_LIMIT_DATAGRAMS = 1 << 16, /* as many as there are Identifications */
    IPIP_LIMIT_SIGHTINGS = 1 << 14,
    IPIP_LIMIT_FRAGMENTS = 8 << 20,
    IPIP_LIMIT_MAX = 1 << 24,
};

/* How much was forgotten before its time. */
struct ipip_losses {
    uint64_t tunnels;
    uint64_t flows;
    uint64_t paths;
    uint64_t datagrams; /* while their Identification must not be used again: 120 s (RFC 6864 section 4.3) */
};

#ifdef __cplusplus
}
#endif

#endif
