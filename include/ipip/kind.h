/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of tunnels: one row each, which drives reading, encapsulation, decapsulation, words and the dissector. A kind is what the
 * outer IP header announces: its version, the shims that follow (UDP, GUE, GRE, ERSPAN ...), and what these hold. A kind is a
 * property of one tunnel header, so that nests of different kinds need nothing special. Allocates nothing.
 */
#ifndef IPIP_KIND_H
#define IPIP_KIND_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ipip_kind {
    IPIP_KIND_NONE,    /* no tunnel header */
    IPIP_KIND_IPIP,    /* IPv4 in IPv4, protocol 4 (RFC 2003) */
    IPIP_KIND_6IN4,    /* IPv6 in IPv4, protocol 41 (RFC 4213; 6to4, 6rd and ISATAP make such packets, too) */
    IPIP_KIND_4IN6,    /* IPv4 in IPv6, next header 4 (RFC 2473) */
    IPIP_KIND_6IN6,    /* IPv6 in IPv6, next header 41 (RFC 2473) */
    IPIP_KIND_GRE,     /* IP in GRE in IPv4, protocol 47 (RFC 2784, RFC 2890) */
    IPIP_KIND_GRE6,    /* IP in GRE in IPv6 (RFC 7676) */
    IPIP_KIND_GRETAP,  /* Ethernet in GRE in IPv4, type 6558 */
    IPIP_KIND_GRETAP6, /* Ethernet in GRE in IPv6 */
    IPIP_KIND_ERSPAN,  /* mirrored Ethernet in GRE in IPv4, types 88be and 22eb */
    IPIP_KIND_ERSPAN6, /* the same in IPv6 */
    IPIP_KIND_MINIMAL, /* minimal encapsulation in IPv4, protocol 55 (RFC 2004) */
    IPIP_KIND_FOU,     /* foo over UDP, in either version: what the port is declared for */
    IPIP_KIND_GUE,     /* generic UDP encapsulation, UDP port 6080 or as declared (draft-ietf-intarea-gue) */
    IPIP_KIND_GRE_UDP, /* GRE in UDP, destination port 4754 (RFC 8086) */
    IPIP_KIND_ESP,    /* protocol 50: the outer part (RFC 4303), and what is inside where it is in clear, as declared */
    IPIP_KIND_IPCOMP, /* protocol 108: likewise (RFC 3173) */
    IPIP_KIND_MPLS,   /* MPLS in IP, protocol 137 (RFC 4023) */
    IPIP_KIND_PPTP,   /* GRE version 1, type 880b (RFC 2637): named, not read, as all from here on */
    IPIP_KIND_ETHERIP, /* protocol 97 (RFC 3378) */
    IPIP_KIND_L2TP,    /* L2TP version 3, protocol 115, or UDP port 1701 (RFC 3931) */
    /* From here on by their UDP port and their first octets. */
    IPIP_KIND_VXLAN,     /* UDP port 4789 (RFC 7348), or 8472 */
    IPIP_KIND_VXLAN_GPE, /* UDP port 4790 (draft-ietf-nvo3-vxlan-gpe) */
    IPIP_KIND_GENEVE,    /* UDP port 6081 (RFC 8926) */
    IPIP_KIND_MPLS_UDP,  /* UDP port 6635 (RFC 7510) */
    IPIP_KIND_L2TP2,     /* L2TP version 2, UDP port 1701 (RFC 2661) */
    IPIP_KIND_TEREDO,    /* UDP port 3544 (RFC 4380) */
    IPIP_KIND_ESP_UDP,   /* UDP port 4500 (RFC 3948) */
    IPIP_KIND_GTP_U,     /* UDP port 2152 (3GPP TS 29.281) */
    IPIP_KINDS
};

/* Kinds as a set: bit 1 << kind. */
#define IPIP_KIND_BIT(kind) (UINT32_C(1) << (kind))

/* Sets of kinds. */
enum {
    IPIP_KINDS_OVER_UDP = 1 << IPIP_KIND_FOU | 1 << IPIP_KIND_GUE | 1 << IPIP_KIND_GRE_UDP,
    IPIP_KINDS_NAMED_OVER_UDP = ((1 << IPIP_KINDS) - (1 << IPIP_KIND_VXLAN)) | 1 << IPIP_KIND_L2TP,
    /* Which one it is, GRE's type shows. */
    IPIP_KINDS_WITH_GRE = 1 << IPIP_KIND_GRE | 1 << IPIP_KIND_GRE6 | 1 << IPIP_KIND_GRETAP | 1 << IPIP_KIND_GRETAP6 |
                          1 << IPIP_KIND_ERSPAN | 1 << IPIP_KIND_ERSPAN6,
    IPIP_KINDS_OVER_IPV6 = 1 << IPIP_KIND_4IN6 | 1 << IPIP_KIND_6IN6 | 1 << IPIP_KIND_GRE6 | 1 << IPIP_KIND_GRETAP6 |
                           1 << IPIP_KIND_ERSPAN6 | 1 << IPIP_KIND_ESP | 1 << IPIP_KIND_IPCOMP | 1 << IPIP_KIND_MPLS |
                           IPIP_KINDS_OVER_UDP,
};

/* What a kind may hold, as bits. */
enum ipip_payload {
    IPIP_PAYLOAD_IPV4 = 1 << 0,
    IPIP_PAYLOAD_IPV6 = 1 << 1,
    IPIP_PAYLOAD_ETHERNET = 1 << 2,
    IPIP_PAYLOAD_MPLS = 1 << 3,
    IPIP_PAYLOAD_OPAQUE = 1 << 4, /* encrypted, compressed, or of no interest */
};

/* What lies between the outer IP header and its payload. Other extension headers belong to the IPv6 header. */
enum ipip_shim {
    IPIP_SHIM_NONE,
    IPIP_SHIM_AH,         /* may lie before every other one */
    IPIP_SHIM_EXTENSIONS, /* of IPv6: those behind an authentication header, or inside a first fragment */
    IPIP_SHIM_UDP,
    IPIP_SHIM_GUE,
    IPIP_SHIM_GRE,
    IPIP_SHIM_ERSPAN,
    IPIP_SHIM_ETHERNET, /* with VLAN tags */
    IPIP_SHIM_MPLS,     /* a stack of labels (RFC 3032) */
    IPIP_SHIM_MINIMAL,
    IPIP_SHIM_ESP, /* with the NULL cipher, up to the packet inside */
    IPIP_SHIMS
};

enum { IPIP_KIND_SHIMS_MAX = 3 };

/* One row of the table. */
struct ipip_kind_about {
    const char *name;                   /* "4in6": in options, JSON and filters */
    const char *title;                  /* "IPv4 in IPv6": for people */
    const char *standard;               /* "RFC 2473" */
    uint8_t outer;                      /* versions of the outer header: IPIP_PAYLOAD_IPV4 and IPIP_PAYLOAD_IPV6 */
    uint8_t protocol;                   /* in the outer header, behind extension headers */
    uint8_t payload;                    /* of enum ipip_payload */
    uint8_t shims[IPIP_KIND_SHIMS_MAX]; /* of enum ipip_shim, outermost first */
    bool
        is_read; /* the core reads its headers, and what is inside unless that is opaque; else the kind is only named */
};

/* NULL past the last one, and of IPIP_KIND_NONE. The row stays for ever. */
const struct ipip_kind_about *ipip_kind_about(enum ipip_kind kind);

/* By name; IPIP_KIND_NONE where there is none. */
enum ipip_kind ipip_kind_find(const char *name);

/*
 * The first kind that this protocol number announces in an outer header of this version, IPIP_PAYLOAD_IPV4 or IPIP_PAYLOAD_IPV6; which of
 * those with the same number it is, the shims show. IPIP_KIND_NONE where there is none, and of UDP, which carries much else.
 */
enum ipip_kind ipip_kind_of_protocol(enum ipip_payload outer, uint8_t protocol);

/* A UDP port that was declared: what its payload is. */
struct ipip_udp_tunnel {
    uint16_t port;       /* destination, 1..65535 */
    enum ipip_kind kind; /* IPIP_KIND_FOU, IPIP_KIND_GUE or IPIP_KIND_GRE_UDP */
    uint8_t protocol;    /* of FOU's payload: 4, 41 or 47 */
};

/*
 * What a port can be declared for, in the words of options and preferences: "fou-ipip", "fou-sit" and "fou-gre", "gue", "gre-in-udp". The word
 * at `index`; NULL past the last.
 */
const char *ipip_udp_tunnel_name(unsigned index);

/* What a word stands for, with port 0. False, and nothing is written, where it is none of them. */
bool ipip_udp_tunnel_find(struct ipip_udp_tunnel *tunnel, const char *name);

enum { IPIP_UDP_TUNNELS_MAX = 16 };

/* Which kinds are read, or, of those that are named only, looked for. Others end the walk with their name (IPIP_END_UNSUPPORTED). */
struct ipip_kinds {
    uint32_t set; /* of IPIP_KIND_BIT() */
    unsigned udp_count;
    struct ipip_udp_tunnel udp[IPIP_UDP_TUNNELS_MAX]; /* beside the registered ports of GUE and GRE in UDP */
    /*
     * ESP with the NULL cipher (RFC 2410), which no octet tells: the octets of its check value, 12, 16, 24 or 32, and those of the
     * initialization vector in front of the packet, 0 or 8 (RFC 4543). Where an IP packet and the padding of RFC 4303 section 2.4 fit
     * between them, ESP is read like any other tunnel; all other ESP stays opaque. 0 octets: all does.
     */
    uint8_t esp_check_bytes;
    uint8_t esp_vector_bytes;
};

/*
 * The lengths that can be declared of ESP with the NULL cipher, in the words of options and preferences: "16", or "16,8" where an
 * initialization vector comes before the packet. The word at `index`; NULL past the last.
 */
const char *ipip_esp_null_name(unsigned index);

/* Declares what a word stands for. False, and nothing is written, where it is none of them. */
bool ipip_esp_null_declare(struct ipip_kinds *kinds, const char *name);

/* IPv4 in IPv4 alone. */
const struct ipip_kinds *ipip_kinds_ipip(void);

/*
 * Those that are judged by default: all that are read but mirrored frames (ERSPAN), which are the traffic of others and no path. And
 * the ones that are named only, which rules report.
 */
const struct ipip_kinds *ipip_kinds_judged(void);

/* All that are read, with UDP at the registered ports. */
const struct ipip_kinds *ipip_kinds_all(void);

#ifdef __cplusplus
}
#endif

#endif
