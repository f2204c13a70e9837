/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip stimulus: the packets that exercise what the standards require of a tunnel. */
#include "stimulus/stimulus.h"

#include <inttypes.h>

#include "cli_options.h"
#include "exit_status.h"
#include "say.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "stimulus",
    .parameters = "-w OUT",
    .description =
        "Writes packets that test an end of a tunnel: they exercise what RFC 2003, 6040, 6864 and 1191 require. tcpreplay(1) "
        "sends them. For the entry: datagrams for the tunnel with every TOS octet, DF, sizes around the MTU, TTLs, options, "
        "addresses of the tunnel itself; ICMP errors from inside the tunnel, with datagrams around each. For the exit: tunnel "
        "packets with every pair of ECN fields, malformed inner headers, unknown peers, nested headers, fragments. The "
        "payload of each packet begins with the id of the statement that it is for; of an ICMP error, that of the packet "
        "it quotes. Capture beside the tunnel and on the wire meanwhile, and give both captures to `ipip conform`.",
    .groups = OPTIONS_STIMULUS | OPTIONS_TUNNEL | OPTIONS_QUIET,
    .kinds = IPIP_KIND_BIT(IPIP_KIND_IPIP),
    .paths_min = 0,
    .paths_max = 0,
};

/* pcap, little endian, microseconds, Ethernet. */
static const uint8_t file_header[] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0,
                                      0,    0,    0,    0,    0, 0, 4, 0, 1, 0, 0, 0};

static gboolean write_all(struct stimulus *s)
{
    if (!output_write(s->output, file_header, sizeof file_header, &s->error))
        return FALSE;
    if (s->settings->is_exit) {
        stimulus_exit(s);
    } else {
        stimulus_entry(s);
        stimulus_errors(s);
    }
    return s->error == NULL;
}

static int fail(const struct options *options, GError *error)
{
    say("%s: %s", options->output, error->message);
    g_error_free(error);
    return EXIT_UNWRITABLE;
}

static int run(const struct options *options)
{
    struct stimulus s = {.settings = &options->stimulus, .id = 1};

    s.output = output_open(options->output, &s.error);
    if (s.output == NULL)
        return fail(options, s.error);
    if (!write_all(&s)) {
        output_discard(s.output);
        return fail(options, s.error);
    }
    if (!output_commit(s.output, &s.error))
        return fail(options, s.error);
    if (!options->is_quiet)
        say("%" PRIu64 " packets, %" PRId64 " s at the speed of their times", s.packets, s.time / 1000000000);
    return EXIT_CLEAN;
}

int verb_stimulus(int argc, char **argv)
{
    struct options options;
    int status;

    if (!options_parse(&options, &usage, argc, argv, &status))
        return status;
    status = run(&options);
    options_clear(&options);
    return status;
}
