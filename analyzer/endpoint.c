/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip endpoint: one end of a tunnel, from a TUN device to a raw socket and back. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "choice.h"
#include "cli_options.h"
#include "endpoint/devices.h"
#include "exit_status.h"
#include "ipip/requirement.h"
#include "out_of_memory.h"
#include "privileges.h"
#include "refuse.h"
#include "sandbox.h"
#include "say.h"
#include "seed.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "endpoint",
    .parameters = "--tunnel WORDS",
    .description =
        "Is one end of an IPv4 in IPv4 tunnel: makes a TUN device, and carries packets between it and a raw socket by "
        "RFC 2003; the ECN field is copied (RFC 6040). Addresses and routes of the device are yours to set. What is "
        "too large is answered with ICMP, or cut before encapsulation where DF is clear; ICMP errors from inside the "
        "tunnel lower the path MTU for ten minutes and reach the inner sender. It takes CAP_NET_ADMIN and "
        "CAP_NET_RAW, and drops them, and root, once all is open. The kernel's own ipip must not be loaded: it would "
        "answer, too. SIGUSR1 prints what was counted, SIGINT and SIGTERM end it.",
    .groups = OPTIONS_TUNNEL | OPTIONS_ENDPOINT | OPTIONS_JUDGE,
    .needs_tunnel = TRUE,
    .kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP),
};

enum { AT_ONCE = 64 }; /* packets of one source before the others have their turn */

static void say_counts(const struct endpoint *e)
{
    const struct endpoint_counts *c = &e->counts;

    say("%s: %" G_GUINT64_FORMAT " packets encapsulated, %" G_GUINT64_FORMAT " decapsulated; path MTU %u", e->device,
        c->sent, c->received, e->tunnel.mtu);
    if (c->fragments != 0)
        say_on("  %" G_GUINT64_FORMAT " fragments made of packets too large", c->fragments);
    if (c->errors != 0 || c->told != 0)
        say_on("  %" G_GUINT64_FORMAT " ICMP errors from inside the tunnel, %" G_GUINT64_FORMAT " to inner senders",
               c->errors, c->told);
    for (int i = 0; i < IPIP_STATUS_COUNT; i++) {
        if (c->not_sent[i] != 0)
            say_on("  %" G_GUINT64_FORMAT " not encapsulated: %s", c->not_sent[i],
                   ipip_status_text((enum ipip_status)i));
        if (c->not_received[i] != 0)
            say_on("  %" G_GUINT64_FORMAT " not decapsulated: %s", c->not_received[i],
                   ipip_status_text((enum ipip_status)i));
    }
    for (int i = 0; i < IPIP_DROP_WHY_COUNT; i++) {
        if (c->dropped[i] != 0)
            say_on("  %" G_GUINT64_FORMAT " dropped: %s", c->dropped[i], ipip_drop_text((enum ipip_drop_why)i));
    }
    if (c->strangers != 0)
        say_on("  %" G_GUINT64_FORMAT " from other addresses than the remote one", c->strangers);
    if (c->own != 0)
        say_on("  %" G_GUINT64_FORMAT " of this end itself: the remote address is routed into the tunnel", c->own);
    if (c->lost != 0)
        say_on("  %" G_GUINT64_FORMAT " that the host did not take", c->lost);
}

/* All that is there, within reason. */
static void drain(struct endpoint *e, int fd, void (*take)(struct endpoint *, struct ipip_bytes))
{
    static uint8_t octets[ENDPOINT_PACKET_MAX];

    for (int i = 0; i < AT_ONCE; i++) {
        ssize_t bytes = read(fd, octets, sizeof octets);

        if (bytes <= 0)
            return;
        take(e, (struct ipip_bytes){octets, (uint32_t)bytes, (uint32_t)bytes});
    }
}

/* FALSE at the end. */
static gboolean take_signal(struct endpoint *e)
{
    struct signalfd_siginfo signal;

    if (read(e->signals, &signal, sizeof signal) != sizeof signal)
        return TRUE;
    if (signal.ssi_signo != SIGUSR1)
        return FALSE;
    say_counts(e);
    return TRUE;
}

/* FALSE where that ended without a signal. */
static gboolean carry(struct endpoint *e)
{
    struct pollfd all[] = {{e->signals, POLLIN, 0}, {e->icmp, POLLIN, 0}, {e->raw, POLLIN, 0}, {e->tun, POLLIN, 0}};
    void (*const takes[])(struct endpoint *, struct ipip_bytes) = {NULL, endpoint_receive_icmp, endpoint_receive,
                                                                   endpoint_send};

    while (poll(all, G_N_ELEMENTS(all), -1) >= 0 || errno == EINTR) {
        if (all[0].revents != 0 && !take_signal(e))
            return TRUE;
        if ((all[3].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
            say("%s: the device is gone", e->device);
            return FALSE;
        }
        for (size_t i = 1; i < G_N_ELEMENTS(all); i++) {
            if (all[i].revents != 0)
                drain(e, all[i].fd, takes[i]);
        }
    }
    say("%s: %s", e->device, g_strerror(errno));
    return FALSE;
}

/* They come by a file from now on. */
static int open_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Findings, of which not all are printed where there are very many. */
struct judged {
    enum ipip_severity fail_on;
    gboolean has_failed;
    int64_t second; /* that `in_second` is about */
    unsigned in_second;
    uint64_t unsaid;
};

static gboolean is_within_rate(struct judged *judged)
{
    enum { FINDINGS_MAX = 100 };
    int64_t second = endpoint_now() / (int64_t)IPIP_AGE_SECOND;

    if (second != judged->second) {
        judged->second = second;
        judged->in_second = 0;
    }
    return judged->in_second++ < FINDINGS_MAX;
}

static void say_finding(void *context, const struct ipip_finding *finding)
{
    struct judged *judged = context;
    struct ipip_text text;

    judged->has_failed |= finding->severity >= judged->fail_on;
    if (!is_within_rate(judged)) {
        judged->unsaid++;
        return;
    }
    ipip_finding_describe(finding, &text);
    say("%s %s, packet %" G_GUINT64_FORMAT ": %s; expected %s, found %s (%s)", finding->rule->id,
        ipip_severity_name(finding->severity), finding->packet->frame, text.message, text.expected, text.actual,
        finding->reference);
}

/* As the command line has it; FALSE and `*error` where that makes no end. */
static gboolean configure(struct endpoint *e, const struct options *options, GError **error)
{
    int fault = 0;

    e->tunnel = options->tunnel;
    if (e->tunnel.ecn == IPIP_ECN_RFC3168_FULL) /* where the words leave it as it is on Linux */
        e->tunnel.ecn = IPIP_ECN_NORMAL;
    endpoint_conform(e);
    if (ipip_address_is_group(e->tunnel.remote))
        return refuse(error, "remote", "it is a multicast address; an end carries packets to one other end");
    if (options->faults == NULL)
        return TRUE;
    if (options->faults[1] != NULL)
        return refuse(error, NULL, "--break is there twice; an end violates one statement at a time");
    if (!choice_of_option("break", options->faults[0], endpoint_fault_name, &fault, error))
        return FALSE;
    endpoint_break(e, fault);
    return TRUE;
}

static void say_fault(const struct endpoint_fault *fault)
{
    const struct ipip_requirement *requirement =
        ipip_requirement_at(ipip_requirement_find(endpoint_fault_statement(fault)));

    say("violates %s (%s) on purpose: %s", requirement->id, ipip_level_name(requirement->level), requirement->text);
}

/* Opens all, carries packets until a signal ends that, and prints what it was. An exit status. */
static int run(struct endpoint *e, const struct options *options)
{
    struct judged judged = {.fail_on = options->fail_on};
    GError *error = NULL;
    gboolean is_ended;

    e->signals = open_signals();
    if (e->signals < 0) {
        say("signals: %s", g_strerror(errno));
        return EXIT_UNREADABLE;
    }
    if (!devices_open(e, options->device != NULL ? options->device : "ipip%d", &error) ||
        !privileges_drop(FALSE, &error)) {
        say("%s", error->message);
        g_error_free(error);
        return EXIT_UNREADABLE;
    }
    sandbox_enter(options, SANDBOX_SOCKETS);
    if (options->is_checking &&
        (e->judge = ipip_judge_new(&options->policy, NULL, say_finding, &judged, random_seed())) == NULL)
        out_of_memory();
    say("%s: path MTU %u", e->device, e->tunnel.mtu);
    if (e->fault != NULL)
        say_fault(e->fault);
    is_ended = carry(e);
    say_counts(e);
    if (e->judge != NULL)
        ipip_judge_end(e->judge);
    if (judged.unsaid != 0)
        say("%" G_GUINT64_FORMAT " findings more, of which more than a hundred came in a second", judged.unsaid);
    if (!is_ended)
        return EXIT_UNREADABLE;
    return judged.has_failed ? EXIT_FINDINGS : EXIT_CLEAN;
}

int verb_endpoint(int argc, char **argv)
{
    struct options options;
    struct endpoint e = {.tun = -1, .raw = -1, .icmp = -1, .signals = -1};
    GError *error = NULL;
    int status;

    if (!options_parse(&options, &usage, argc, argv, &status))
        return status;
    if (configure(&e, &options, &error)) {
        status = run(&e, &options);
    } else {
        say("%s", error->message);
        g_error_free(error);
        status = EXIT_USAGE;
    }
    ipip_judge_free(e.judge);
    devices_close(&e);
    options_clear(&options);
    return status;
}
