/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes an input of the benchmark. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "traffic.h"
#include "violations.h"

static void usage(FILE *out)
{
    fputs("Usage: bench_generate [--packets N] [--tunnels N] [--list] KIND FILE\n"
          "Writes a capture, pcapng where FILE ends in .pcapng, else pcap. The same words give the same octets.\n"
          "Each direction counts as a tunnel. --list prints the frames that break a rule, and how.\n\n",
          out);
    for (unsigned i = 0; i < traffic_kind_count; i++) {
        const struct kind *kind = &traffic_kinds[i];
        fprintf(out, "  %-15s %s (%llu)\n", kind->name, kind->what, (unsigned long long)kind->packets);
    }
}

static const struct kind *find_kind(const char *name)
{
    for (unsigned i = 0; i < traffic_kind_count; i++) {
        if (strcmp(traffic_kinds[i].name, name) == 0) {
            return &traffic_kinds[i];
        }
    }
    return NULL;
}

static bool read_number(const char *word, uint64_t max, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(word, &end, 10);
    return errno == 0 && end != word && *end == '\0' && *number > 0 && *number <= max;
}

static bool generate(struct traffic *traffic, uint64_t packets, struct capture *capture, bool list)
{
    struct plan plan;
    uint8_t frame[FRAME_MAX];
    for (uint64_t i = 0; i < packets; i++) {
        traffic_next(traffic, &plan);
        if (list && traffic->violation != NULL) {
            printf("%llu %s\n", (unsigned long long)i + 1, traffic->violation->name);
        }
        if (!capture_write(capture, frame, frame_build(&plan, frame))) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"packets", required_argument, NULL, 'p'},
                                            {"tunnels", required_argument, NULL, 't'},
                                            {"list", no_argument, NULL, 'l'},
                                            {0}};
    enum { TUNNELS_MAX = 4000000 };
    uint64_t packets = 0, tunnels = 0;
    bool list = false;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        list = list || option == 'l';
        if (option != 'l' && !(option == 'p' && read_number(optarg, UINT32_MAX, &packets)) &&
            !(option == 't' && read_number(optarg, TUNNELS_MAX, &tunnels))) {
            usage(stderr);
            return 2;
        }
    }
    const struct kind *kind = argc - optind == 2 ? find_kind(argv[optind]) : NULL;
    if (kind == NULL) {
        usage(stderr);
        return 2;
    }
    const char *path = argv[optind + 1];
    struct capture capture;
    struct traffic traffic;
    if (!traffic_start(&traffic, kind, tunnels != 0 ? (uint32_t)tunnels : kind->tunnels)) {
        fputs("bench_generate: no memory\n", stderr);
        return 1;
    }
    const bool written = capture_create(&capture, path, kind->interval) &&
                         generate(&traffic, packets != 0 ? packets : kind->packets, &capture, list);
    const bool closed = capture.file == NULL || capture_close(&capture);
    if (!written || !closed) {
        fprintf(stderr, "bench_generate: %s: %s\n", path, strerror(errno));
    }
    traffic_end(&traffic);
    return written && closed ? 0 : 1;
}
