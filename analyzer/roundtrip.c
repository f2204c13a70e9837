/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip roundtrip: decapsulate, encapsulate again, compare every octet. */
#include "roundtrip.h"

#include "exit_status.h"
#include "out_of_memory.h"
#include "sandbox.h"
#include "seed.h"
#include "tunnel_words.h"
#include "two_passes.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "roundtrip",
    .parameters = "CAPTURE...",
    .description =
        "Decapsulates every tunnel packet, encapsulates it again with the configuration inferred from its "
        "tunnel's packets, and compares all octets: of the outer header, of what lies between, and of what is inside. "
        "A tunnel is a kind, its addresses, the GRE key and the UDP destination port. What no configuration holds is "
        "taken over from the packet: Identification, UDP source port, flow labels that vary, sequence numbers, and of "
        "ERSPAN class of service and time stamp. Every other IPv4 packet is encapsulated under --tunnel (by default " ROUNDTRIP_DEFAULT_TUNNEL
        ") and decapsulated; IPv6 packets and frames are "
        "where that tunnel holds them. The captures are read twice; a pipe is copied to a temporary file first.",
    .groups = OPTIONS_TUNNEL | OPTIONS_KINDS | OPTIONS_READ | OPTIONS_REPORT | OPTIONS_QUIET,
    .kinds = IPIP_ENCAP_KINDS | IPIP_KIND_BIT(IPIP_KIND_FOU) | IPIP_KIND_BIT(IPIP_KIND_GUE),
    .operand = "capture",
    .paths_min = 1,
    .paths_max = -1,
};

static void read_capture(void *context, struct frames *frames, int capture, uint64_t limit)
{
    struct roundtrip *r = context;

    r->capture = (uint64_t)capture;
    r->limit = limit;
    chunk_threads_read(r->threads, frames);
}

static void begin_pass(void *context, gboolean is_first)
{
    struct roundtrip *r = context;

    r->is_learning = is_first;
    r->outcomes = outcomes_new();
    r->reassembly = ipip_reassembly_new(IPIP_REASSEMBLY_DEFAULT_BYTES, random_seed());
    if (r->reassembly == NULL)
        out_of_memory();
    ipip_reassembly_tell(r->reassembly, roundtrip_settle_alone, r);
}

static void end_pass(void *context)
{
    struct roundtrip *r = context;

    ipip_reassembly_end(r->reassembly);
    ipip_reassembly_free(r->reassembly);
    outcomes_free(r->outcomes);
}

static int status_of(const struct roundtrip *r)
{
    if (!report_is_written())
        return EXIT_UNWRITABLE;
    if (r->counts.is_unreadable)
        return EXIT_UNREADABLE;
    return roundtrip_sum(&r->summary).different > 0 ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* What --tunnel makes, and what it holds. */
static void prepare_tunnel(struct roundtrip *r)
{
    static const enum ipip_payload types[] = {IPIP_PAYLOAD_IPV4, IPIP_PAYLOAD_IPV6, IPIP_PAYLOAD_ETHERNET};
    static const enum ipip_kind over_udp[IPIP_UDP_ENCAP_COUNT] = {IPIP_KIND_NONE, IPIP_KIND_FOU, IPIP_KIND_GUE};
    const struct ipip_tunnel *tunnel = &r->options.tunnel;

    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
        enum ipip_kind kind = ipip_tunnel_kind(tunnel, types[i]);

        r->held |= kind != IPIP_KIND_NONE ? types[i] : 0;
        if (kind != IPIP_KIND_NONE && tunnel->encap != IPIP_UDP_ENCAP_NONE)
            r->tunnel_kinds.udp[0].protocol = ipip_kind_about(kind)->protocol;
    }
    r->tunnel_kinds.set = tunnel->kinds;
    if (tunnel->encap != IPIP_UDP_ENCAP_NONE) {
        r->tunnel_kinds.udp_count = 1;
        r->tunnel_kinds.udp[0].kind = over_udp[tunnel->encap];
        r->tunnel_kinds.udp[0].port = tunnel->destination_port;
        r->tunnel_kinds.set = IPIP_KIND_BIT(over_udp[tunnel->encap]);
    }
}

int verb_roundtrip(int argc, char **argv)
{
    struct roundtrip r = {0};
    int status;

    if (!options_parse(&r.options, &usage, argc, argv, &status))
        return status;
    sandbox_enter(&r.options, SANDBOX_TEMPORARIES);
    if (!r.options.has_tunnel)
        tunnel_from_words(ROUNDTRIP_DEFAULT_TUNNEL, &r.options.tunnel, NULL);
    else
        r.words = ipip_tunnel_words(r.words_text, &r.options.tunnel);
    prepare_tunnel(&r);
    r.reads_all = (r.options.kinds.set & ipip_kinds_all()->set) == ipip_kinds_all()->set;
    r.tunnels = learnt_tunnels_new(&r.options.kinds);
    r.alike = alike_new();
    r.summary.frames = &r.counts;
    r.threads = roundtrip_chunks_new(&r);
    two_passes_read(&(struct two_passes){begin_pass, read_capture, end_pass}, &r, &r.options, &r.counts);
    chunk_threads_free(r.threads);
    r.counts.filtered += r.filtered;
    if (!r.options.is_quiet) {
        alike_print(r.alike);
        roundtrip_summary_print(r.options.format, &r.summary);
    }
    alike_free(r.alike);
    status = status_of(&r);

    learnt_tunnels_free(r.tunnels);
    options_clear(&r.options);
    return status;
}
