/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carriers.h"

/* Protocol numbers of IANA. */
enum {
    IPV4 = 4,
    UDP = 17,
    IPV6 = 41,
    GRE = 47,
    ESP = 50,
    AH = 51,
    MINIMAL = 55,
    OPTIONS = 60,
    IPCOMP = 108,
    MPLS = 137
};

#define ETHERNET_IPV4 0x02, 0, 0, 0, 0, 4, 0x02, 0, 0, 0, 0, 3, 0x08, 0x00

/* Flags and version, type of what follows; then checksum, key, sequence number, as the flags tell: RFC 2890 section 2. */
const struct carrier carrier_gre = {.protocol = GRE, .shim = {0, 0, 0x08, 0x00}, .length = 4};
const struct carrier carrier_gre_key = {.protocol = GRE, .shim = {0x20, 0, 0x08, 0x00, 0, 0, 0, 100}, .length = 8};
const struct carrier carrier_gre_sequence = {
    .protocol = GRE, .shim = {0x30, 0, 0x08, 0x00, 0, 0, 0, 100, 0, 0, 0, 0}, .length = 12, .sequence = 8};
const struct carrier carrier_gre6 = {
    .outer_ipv6 = true, .inner_ipv6 = true, .protocol = GRE, .shim = {0, 0, 0x86, 0xdd}, .length = 4};
const struct carrier carrier_gretap = {.protocol = GRE, .shim = {0, 0, 0x65, 0x58, ETHERNET_IPV4}, .length = 18};
/* Type II: version 1, VLAN 0; session 100; index 1. */
const struct carrier carrier_erspan = {
    .protocol = GRE,
    .shim = {0x10, 0, 0x88, 0xbe, 0, 0, 0, 0, 0x10, 0, 0, 100, 0, 0, 0, 1, ETHERNET_IPV4},
    .length = 30,
    .sequence = 4};

/* Destination ports 4754 and 6080. */
const struct carrier carrier_gre_udp = {
    .protocol = UDP, .shim = {0, 0, 0x12, 0x92, 0, 0, 0, 0, 0, 0, 0x08, 0x00}, .length = 12, .udp = true};
const struct carrier carrier_gue = {
    .protocol = UDP, .shim = {0, 0, 0x17, 0xc0, 0, 0, 0, 0, 0, IPV4, 0, 0}, .length = 12, .udp = true};

const struct carrier carrier_sit = {.inner_ipv6 = true, .protocol = IPV6};
const struct carrier carrier_4in6 = {.outer_ipv6 = true, .protocol = IPV4};
const struct carrier carrier_6in6 = {.outer_ipv6 = true, .inner_ipv6 = true, .protocol = IPV6};
/* Destination options with the encapsulation limit, 4, and PadN: RFC 2473 section 4.1.1. */
const struct carrier carrier_6in6_limit = {
    .outer_ipv6 = true, .inner_ipv6 = true, .protocol = OPTIONS, .shim = {IPV6, 0, 4, 1, 4, 1, 1, 0}, .length = 8};
const struct carrier carrier_minimal = {.is_minimal = true, .protocol = MINIMAL, .length = 12};

/* Six words, less two; SPI 256; a check value of 12 octets: RFC 4302 section 2. */
const struct carrier carrier_ah = {
    .protocol = AH,
    .shim = {IPV4, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
    .length = 24,
    .sequence = 8};
/* What follows could as well be encrypted. */
const struct carrier carrier_esp = {.protocol = ESP, .shim = {0, 0, 1, 0, 0, 0, 0, 0}, .length = 8, .sequence = 4};
const struct carrier carrier_ipcomp = {.protocol = IPCOMP, .shim = {IPV4, 0, 0, 2}, .length = 4};
/* Label 16, bottom of the stack, TTL 64: RFC 3032 section 2.1. */
const struct carrier carrier_mpls = {.protocol = MPLS, .shim = {0, 1, 1, 64}, .length = 4};
