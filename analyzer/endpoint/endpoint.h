/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One end of an IPv4 in IPv4 tunnel: what it has open, what it knows of the path, and what it has counted. */
#ifndef IPIP_ANALYZER_ENDPOINT_H
#define IPIP_ANALYZER_ENDPOINT_H

#include <glib.h>
#include <netinet/in.h>

#include "ipip/ipip.h"

struct endpoint_counts {
    uint64_t sent;      /* tunnel packets */
    uint64_t fragments; /* of packets that were too large, cut before encapsulation */
    uint64_t not_sent[IPIP_STATUS_COUNT];
    uint64_t lost; /* that the host did not take */
    uint64_t own;  /* tunnel packets of this end, that the host routed into the tunnel again */
    uint64_t received;
    uint64_t strangers;
    uint64_t dropped[IPIP_DROP_WHY_COUNT];
    uint64_t not_received[IPIP_STATUS_COUNT];
    uint64_t errors; /* ICMP errors about tunnel packets */
    uint64_t told;   /* and to senders of inner packets */
};

/* ICMP errors from inside, as far as they are heard; destination unreachable by its code. */
enum endpoint_error {
    ERROR_NETWORK,
    ERROR_HOST,
    ERROR_PROTOCOL,
    ERROR_PORT,
    ERROR_TOO_BIG, /* has its own answer */
    ERROR_SOURCE_ROUTE,
    ERROR_UNREACHABLE, /* with any other code */
    ERROR_TIME_EXCEEDED,
    ERROR_SOURCE_QUENCH,
    ERROR_REDIRECT,
    ERROR_PARAMETER,
    ERROR_KINDS
};

/* What the sender of the inner packet gets then: type and code of ICMP; type 0: nothing. */
struct endpoint_answer {
    uint8_t type;
    uint8_t code;
};

struct endpoint {
    int tun; /* IP packets without a header in front */
    int raw; /* protocol 4; what is sent there has its IP header. The host has reassembled what is received. */
    int icmp;
    int signals;
    char device[16];
    uint16_t link_mtu;         /* of the link towards the far end */
    struct ipip_tunnel tunnel; /* `mtu` is the path MTU */
    struct sockaddr_in remote;

    /* Soft state (RFC 2003 section 5). Times are nanoseconds of a clock that never goes back. */
    int64_t mtu_until;    /* then the path MTU is that of the link again */
    int64_t report_until; /* until then the next inner packet draws `report`; 0: none */
    struct endpoint_answer report;

    struct endpoint_answer answers[ERROR_KINDS];
    const struct endpoint_fault *fault; /* NULL: none */
    gboolean is_silent_about_mtu, admits_strangers, delivers_ttl_0;
    uint16_t mtu_told_more; /* than there is */

    uint16_t id;
    int64_t second; /* that `told_in_second` is about */
    unsigned told_in_second;
    struct ipip_judge *judge; /* NULL: what comes in is not judged */
    uint64_t frame;
    struct endpoint_counts counts;
};

enum {
    ENDPOINT_PACKET_MAX = 65535,
    ENDPOINT_MTU_MIN = 20 + 68, /* so that the inside has the 68 octets of RFC 791 section 3.2 */
    ICMP_UNREACHABLE = 3,
};

int64_t endpoint_now(void);

/* The answers of RFC 2003 section 4. */
void endpoint_conform(struct endpoint *e);

/* The names of what can be broken on purpose, NULL past the last; and breaks it. To be done before devices are opened. */
const char *endpoint_fault_name(int index);
const char *endpoint_fault_statement(const struct endpoint_fault *fault); /* the id of the statement that it violates */
void endpoint_break(struct endpoint *e, int fault);

/* A packet that the host routed into the tunnel. */
void endpoint_send(struct endpoint *e, struct ipip_bytes inner);

/* A packet of protocol 4, with its IP header. */
void endpoint_receive(struct endpoint *e, struct ipip_bytes packet);

/* An ICMP message, with its IP header. */
void endpoint_receive_icmp(struct endpoint *e, struct ipip_bytes packet);

/*
 * Sends an ICMP error about `packet`, which may be cut, to its source; `rest` is the second half of the second word, the MTU. Not about
 * what must draw none (RFC 1122 section 3.2.2), and not more than a hundred in a second.
 */
void endpoint_tell(struct endpoint *e, uint8_t type, uint8_t code, uint16_t rest, struct ipip_bytes packet);

#endif
