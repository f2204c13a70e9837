/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An end that violates one statement on purpose: to see what finds it. */
#include "faults.h"

enum {
    TOS = 1,
    FLAGS = 6,
    DF = 0x40,
    CHECKSUM = 10,
    SOURCE = 12,
    LAST_OF_SOURCE = 15,
    ECN = 3,
    ECT_0 = 2,
    DESTINATION = 3,
    SOURCE_QUENCH = 4,
    REDIRECT = 5,
    TIME_EXCEEDED = 11,
    PARAMETER_PROBLEM = 12,
};

struct endpoint_fault {
    const char *name;
    const char *statement;             /* that is violated, and no other */
    void (*apply)(struct endpoint *e); /* something that the end does otherwise */
    enum endpoint_error error;         /* or what becomes of an error from inside, where `is_answer` */
    struct endpoint_answer answer;
    gboolean is_answer;
    /* Or what happens to a datagram before it is encapsulated, and to both headers after that. */
    void (*inner)(const struct endpoint *e, uint8_t *inner);
    void (*outer)(const struct endpoint *e, uint8_t *outer, uint8_t *inner);
    /* Or a pair of ECN fields of which decapsulation makes a wrong one. */
    gboolean is_of_ecn;
    uint8_t inner_ecn, outer_ecn;
};

static void finish(uint8_t *header)
{
    uint16_t sum;

    header[CHECKSUM] = header[CHECKSUM + 1] = 0;
    sum = ipip_checksum(header, (size_t)(header[0] & 15) * 4);
    header[CHECKSUM] = (uint8_t)(sum >> 8);
    header[CHECKSUM + 1] = (uint8_t)sum;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is that of all faults */
static void clear_outer_df(const struct endpoint *e, uint8_t *outer, uint8_t *inner)
{
    (void)e;
    if ((inner[FLAGS] & DF) != 0)
        outer[FLAGS] &= (uint8_t)~DF;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is that of all faults */
static void change_outer_ecn(const struct endpoint *e, uint8_t *outer, uint8_t *inner)
{
    (void)e;
    if ((inner[TOS] & ECN) == ECT_0)
        outer[TOS] ^= ECN;
}

static void change_inner_ecn(const struct endpoint *e, uint8_t *inner)
{
    (void)e;
    if ((inner[TOS] & ECN) != ECT_0)
        return;
    inner[TOS] ^= ECN;
    finish(inner);
}

static void clear_inner_df(const struct endpoint *e, uint8_t *inner)
{
    (void)e;
    inner[FLAGS] &= (uint8_t)~DF;
    finish(inner);
}

/* ipip_encap() refuses such a source: so it does not see it. */
static void hide_exit(const struct endpoint *e, uint8_t *inner)
{
    if (memcmp(inner + SOURCE, &e->remote.sin_addr, 4) == 0)
        inner[LAST_OF_SOURCE] ^= 1;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is that of all faults */
static void show_exit(const struct endpoint *e, uint8_t *outer, uint8_t *inner)
{
    (void)outer;
    inner[LAST_OF_SOURCE] ^= 1;
    if (memcmp(inner + SOURCE, &e->remote.sin_addr, 4) != 0)
        inner[LAST_OF_SOURCE] ^= 1;
}

static void copy_df(struct endpoint *e)
{
    e->tunnel.df = IPIP_DF_COPY;
}

static void be_silent_about_mtu(struct endpoint *e)
{
    e->is_silent_about_mtu = TRUE;
}

static void tell_outer_mtu(struct endpoint *e)
{
    e->mtu_told_more = IPIP_IPV4_HEADER_MIN;
}

static void admit_strangers(struct endpoint *e)
{
    e->admits_strangers = TRUE;
}

static void deliver_ttl_0(struct endpoint *e)
{
    e->delivers_ttl_0 = TRUE;
}

#define ANSWER(fault, id, from, ...)                                                                    \
    {                                                                                                   \
        .name = (fault), .statement = (id), .error = (from), .answer = {__VA_ARGS__}, .is_answer = TRUE \
    }
#define ECN_PAIR(inside, outside, id)                                                                 \
    {                                                                                                 \
        .name = "ecn-" #inside #outside, .statement = (id), .is_of_ecn = TRUE, .inner_ecn = (inside), \
        .outer_ecn = (outside)                                                                        \
    }

/*
 * One for each statement with MUST or SHOULD that an end violates alone. Missing are those that the host holds for it: it drops what has
 * its own source or no hops left, and reports the latter (S2003-3.1-20, 3.1-21, 3.2-01, 3.2-02), and writes length and checksum of a raw
 * socket's packets; those that take others along: silence where DF is clear, and each of the two modes (S6864-4.2-01, 4.3-01, 5.2-01,
 * S6040-4.1-02, 4.3-01, 4.3-03, S1191-3-01 to 3-04, S2003-5-01, 5.1-01, 5.2-03); and S2003-3.2-04 and S1191-4-01, which nothing contradicts.
 */
static const struct endpoint_fault faults[] = {
    {.name = "df-clear", .statement = "S2003-3.1-06", .outer = clear_outer_df},
    {.name = "df-copied", .statement = "S2003-5.1-04", .apply = copy_df},
    {.name = "ecn-changed", .statement = "S6040-4.1-01", .outer = change_outer_ecn},
    {.name = "inner-ecn", .statement = "S6040-4.1-03", .inner = change_inner_ecn},
    {.name = "inner-df", .statement = "S6864-4.3-03", .inner = clear_inner_df},
    {.name = "loop", .statement = "S2003-3.2-03", .inner = hide_exit, .outer = show_exit},
    ANSWER("no-network-unreachable", "S2003-4.1-01", ERROR_NETWORK, 0, 0),
    ANSWER("network-as-host", "S2003-4.1-03", ERROR_NETWORK, DESTINATION, 1),
    ANSWER("no-host-unreachable", "S2003-4.1-04", ERROR_HOST, 0, 0),
    ANSWER("protocol-unreachable", "S2003-4.1-05", ERROR_PROTOCOL, DESTINATION, 2),
    ANSWER("port-unreachable", "S2003-4.1-06", ERROR_PORT, DESTINATION, 3),
    {.name = "no-too-big", .statement = "S2003-4.1-07", .apply = be_silent_about_mtu},
    ANSWER("source-route-failed", "S2003-4.1-09", ERROR_SOURCE_ROUTE, DESTINATION, 5),
    ANSWER("source-quench", "S2003-4.2-01", ERROR_SOURCE_QUENCH, SOURCE_QUENCH, 0),
    ANSWER("redirect", "S2003-4.3-02", ERROR_REDIRECT, REDIRECT, 1),
    ANSWER("time-exceeded", "S2003-4.4-01", ERROR_TIME_EXCEEDED, TIME_EXCEEDED, 0),
    ANSWER("parameter-problem", "S2003-4.5-02", ERROR_PARAMETER, PARAMETER_PROBLEM, 0),
    {.name = "outer-mtu", .statement = "S2003-5.1-02", .apply = tell_outer_mtu},
    {.name = "strangers", .statement = "S2003-6.2-01", .apply = admit_strangers},
    {.name = "ttl-0", .statement = "S2003-3.1-23", .apply = deliver_ttl_0},
    ECN_PAIR(0, 0, "S6040-4.2-01.00"),
    ECN_PAIR(0, 1, "S6040-4.2-01.01"),
    ECN_PAIR(0, 2, "S6040-4.2-01.02"),
    ECN_PAIR(0, 3, "S6040-4.2-02"),
    ECN_PAIR(1, 0, "S6040-4.2-01.10"),
    ECN_PAIR(1, 1, "S6040-4.2-01.11"),
    ECN_PAIR(1, 2, "S6040-4.2-01.12"),
    ECN_PAIR(1, 3, "S6040-4.2-01.13"),
    ECN_PAIR(2, 0, "S6040-4.2-01.20"),
    ECN_PAIR(2, 1, "S6040-4.2-01.21"),
    ECN_PAIR(2, 2, "S6040-4.2-01.22"),
    ECN_PAIR(2, 3, "S6040-4.2-01.23"),
    ECN_PAIR(3, 0, "S6040-4.2-01.30"),
    ECN_PAIR(3, 1, "S6040-4.2-01.31"),
    ECN_PAIR(3, 2, "S6040-4.2-01.32"),
    ECN_PAIR(3, 3, "S6040-4.2-01.33"),
};

const char *endpoint_fault_name(int index)
{
    return (size_t)index < G_N_ELEMENTS(faults) ? faults[index].name : NULL;
}

const char *endpoint_fault_statement(const struct endpoint_fault *fault)
{
    return fault->statement;
}

void endpoint_break(struct endpoint *e, int fault)
{
    e->fault = &faults[fault];
    if (faults[fault].apply != NULL)
        faults[fault].apply(e);
    if (faults[fault].is_answer)
        e->answers[faults[fault].error] = faults[fault].answer;
}

struct ipip_bytes fault_before_encap(const struct endpoint *e, uint8_t *room, struct ipip_bytes inner)
{
    memcpy(room, inner.data, inner.captured);
    if (e->fault->inner != NULL)
        e->fault->inner(e, room);
    return (struct ipip_bytes){room, inner.captured, inner.wire};
}

void fault_after_encap(const struct endpoint *e, uint8_t *outer, uint8_t *inner)
{
    if (e->fault->outer != NULL)
        e->fault->outer(e, outer, inner);
}

static gboolean is_its_pair(const struct endpoint_fault *fault, uint8_t inner_ecn, uint8_t outer_ecn)
{
    return fault != NULL && fault->is_of_ecn && fault->inner_ecn == inner_ecn && fault->outer_ecn == outer_ecn;
}

enum ipip_ecn_decap fault_ecn_mode(const struct endpoint *e, uint8_t inner_ecn, uint8_t outer_ecn)
{
    return inner_ecn == IPIP_NOT_ECT && outer_ecn == IPIP_CE && is_its_pair(e->fault, inner_ecn, outer_ecn)
               ? IPIP_ECN_DECAP_NONE
               : IPIP_ECN_DECAP_RFC6040;
}

void fault_after_decap(const struct endpoint *e, uint8_t *inner, uint8_t inner_ecn, uint8_t outer_ecn)
{
    if (!is_its_pair(e->fault, inner_ecn, outer_ecn))
        return;
    inner[TOS] = (uint8_t)((inner[TOS] & ~ECN) | ((inner[TOS] & ECN) == IPIP_NOT_ECT ? ECT_0 : IPIP_NOT_ECT));
    finish(inner);
}
