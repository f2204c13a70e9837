/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An end that violates one statement on purpose: to see what finds it. */
#include "endpoint.h"

enum { TIME_EXCEEDED = 11, SOURCE_QUENCH = 4, DESTINATION = 3 };

static void clear_df(struct endpoint *e)
{
    e->tunnel.df = IPIP_DF_CLEAR;
}

static void drop_ecn(struct endpoint *e)
{
    e->tunnel.ecn = IPIP_ECN_COMPATIBILITY;
}

static void be_silent_about_mtu(struct endpoint *e)
{
    e->is_silent_about_mtu = TRUE;
}

/* One of those that change what an error from inside becomes, or another one. */
static const struct {
    const char *name;
    enum endpoint_error error;
    struct endpoint_answer answer;
    void (*apply)(struct endpoint *e);
} faults[] = {
    {"df-clear", ERROR_KINDS, {0, 0}, clear_df},              /* RFC 2003 section 3.1 */
    {"ecn-zero", ERROR_KINDS, {0, 0}, drop_ecn},              /* RFC 6040 section 4.1 */
    {"no-too-big", ERROR_KINDS, {0, 0}, be_silent_about_mtu}, /* RFC 2003 section 5.1 */
    {"no-network-unreachable", ERROR_NETWORK, {0, 0}, NULL},  /* RFC 2003 section 4.1, as those that follow */
    {"network-as-host", ERROR_NETWORK, {DESTINATION, 1}, NULL},
    {"no-host-unreachable", ERROR_HOST, {0, 0}, NULL},
    {"protocol-unreachable", ERROR_PROTOCOL, {DESTINATION, 2}, NULL},
    {"port-unreachable", ERROR_PORT, {DESTINATION, 3}, NULL},
    {"source-route-failed", ERROR_SOURCE_ROUTE, {DESTINATION, 5}, NULL},
    {"source-quench", ERROR_SOURCE_QUENCH, {SOURCE_QUENCH, 0}, NULL}, /* RFC 2003 section 4.2 */
    {"time-exceeded", ERROR_TIME_EXCEEDED, {TIME_EXCEEDED, 0}, NULL}, /* RFC 2003 section 4.4 */
};

const char *endpoint_fault_name(int index)
{
    return (size_t)index < G_N_ELEMENTS(faults) ? faults[index].name : NULL;
}

void endpoint_break(struct endpoint *e, int fault)
{
    if (faults[fault].apply != NULL)
        faults[fault].apply(e);
    else
        e->answers[faults[fault].error] = faults[fault].answer;
}
