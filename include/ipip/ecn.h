/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Explicit Congestion Notification through a tunnel: what the encapsulator puts into the outer header and what the
 * decapsulator makes of the two fields. Every behaviour is a table; the tables are the specification.
 * Allocates nothing.
 */
#ifndef IPIP_ECN_H
#define IPIP_ECN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The two low bits of the TOS octet (RFC 3168 section 5). The values are the wire's. */
enum ipip_ecn {
    IPIP_NOT_ECT = 0,
    IPIP_ECT1 = 1,
    IPIP_ECT0 = 2,
    IPIP_CE = 3,
    IPIP_ECN_DROPPED = 4, /* no codepoint: the decapsulator drops the packet */
};

/* How an encapsulator makes the outer field of the inner one, which never changes. */
enum ipip_ecn_encap {
    IPIP_ECN_NORMAL,          /* RFC 6040 section 4.1; RFC 4301; a literal copy of the TOS octet (RFC 2003) */
    IPIP_ECN_COMPATIBILITY,   /* RFC 6040 section 4.1: outer always Not-ECT */
    IPIP_ECN_RFC3168_FULL,    /* RFC 3168 section 9.1.1 full functionality: CE becomes ECT(0); Linux, gif link1 */
    IPIP_ECN_RFC3168_LIMITED, /* RFC 3168 section 9.1.1 limited functionality: outer always Not-ECT */
    IPIP_ECN_COPY,            /* the field as it is, by an encapsulator without ECN support; gif */
    IPIP_ECN_ENCAP_COUNT
};

/* What a decapsulator makes of the arriving inner and outer fields. */
enum ipip_ecn_decap {
    IPIP_ECN_DECAP_RFC6040,         /* RFC 6040 section 4.2; Linux since 5.8 */
    IPIP_ECN_DECAP_RFC3168_FULL,    /* RFC 3168 section 9.1.1 */
    IPIP_ECN_DECAP_RFC3168_LIMITED, /* RFC 3168 section 9.1.1, with inner CE forwarded as in section 9.1.2 */
    IPIP_ECN_DECAP_RFC4301,         /* RFC 4301 section 5.1.2.1: never drops */
    IPIP_ECN_DECAP_OVERWRITE, /* the outer field replaces the inner one; VPP decap-copy-ecn; conforms to nothing */
    IPIP_ECN_DECAP_NONE,      /* the outer field is ignored: a plain RFC 2003 decapsulator */
    IPIP_ECN_DECAP_COUNT
};

/* The outer field that an encapsulator in `mode` makes of `inner` (0..3). */
enum ipip_ecn ipip_ecn_encap(enum ipip_ecn_encap mode, enum ipip_ecn inner);

/* The field of the packet that leaves a decapsulator in `mode`, or IPIP_ECN_DROPPED. `inner` and `outer` are 0..3. */
enum ipip_ecn ipip_ecn_decap(enum ipip_ecn_decap mode, enum ipip_ecn inner, enum ipip_ecn outer);

/*
 * The field of a datagram reassembled from fragments (RFC 3168 section 5.3). `seen` has bit 1 << codepoint for every
 * codepoint among the fragments, `first` is that of the fragment at offset 0. CE in any fragment is CE of the whole, unless
 * another one is Not-ECT: IPIP_ECN_DROPPED.
 */
enum ipip_ecn ipip_ecn_reassembled(unsigned seen, enum ipip_ecn first);

/* "Not-ECT", "ECT(1)", "ECT(0)", "CE" or "dropped"; never NULL. */
const char *ipip_ecn_name(enum ipip_ecn ecn);

/* The name of a mode on the command line, such as "rfc6040"; NULL past the last one. */
const char *ipip_ecn_encap_name(enum ipip_ecn_encap mode);
const char *ipip_ecn_decap_name(enum ipip_ecn_decap mode);

#ifdef __cplusplus
}
#endif

#endif
