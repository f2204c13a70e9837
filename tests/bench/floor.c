/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least that a part of the work takes, each mode on top of the one before, with nothing judged:
 *   read FILE       the octets come out of the page cache
 *   walk FILE       and the records are found, pcap or pcapng
 *   sums FILE       and the octets of each are summed, as whatever verifies a transport checksum must
 *   rows FILE       and a row of 256 octets is found by the addresses of each tunnel header, and counts; what it carries is looked for among
 *                   the last 65,536, and added to them; and of the innermost header a row is found by its addresses
 *   write FILE OUT  the octets come out of the page cache, and are on the disk
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BLOCK = 1 << 18,
    RECORD_MAX = 1 << 20,
    ROWS = 1 << 20,
    PLACE_BITS = 22,
    RING = 1 << 16,
    FLOWS = 1 << 15,
    GROUP = 16,
    LAYERS_MAX = 4,
    ETHERNET = 14,
    HEADER = 20,
    CONTENT = 64, /* octets of a datagram that its content is told by */
    SECTION = 0x0a0d0d0a,
    PCAP_HEAD = 24
};

static uint64_t result; /* which nobody asks for: without it the compiler would leave out the work */

/* A tunnel: those of many are too many for a cache. */
struct row {
    uint64_t addresses;
    uint64_t counts[31];
};

/* Of two hosts that use a tunnel, in the place of the hash. */
struct flow {
    uint64_t addresses;
    uint64_t counts[7];
};

/* A datagram in a tunnel, among so many seen last; the one before it with the same hash. */
struct seen {
    uint64_t content;
    uint64_t time, frame;
    uint32_t older, length;
};

static struct row *rows;
static uint32_t row_count;
static uint32_t *places; /* the row + 1 of the hash at this place, or of one before it */
static struct flow flows[FLOWS];
static struct seen ring[RING];
static uint32_t heads[RING];
static uint32_t seen_count;

/* Of several packets at a time what is looked for is fetched beforehand. */
static struct sought {
    uint64_t addresses;
    uint64_t content; /* of what a tunnel header carries; 0: the innermost header */
    uint32_t length;
} sought[GROUP + LAYERS_MAX];
static unsigned sought_count;

static void skip(const uint8_t *octets, uint32_t length)
{
    result += octets[0] + length;
}

static void sum(const uint8_t *octets, uint32_t length)
{
    uint64_t total = 0;
    uint32_t at = 0;

    for (; at + 4 <= length; at += 4) {
        uint32_t word;

        memcpy(&word, octets + at, sizeof word);
        total += word;
    }
    for (; at < length; at++)
        total += octets[at];
    result += total;
}

static uint64_t mixed(uint64_t word)
{
    word *= UINT64_C(0x9e3779b97f4a7c15);
    return word ^ word >> 32;
}

static uint64_t word_at(const uint8_t *octets)
{
    uint64_t word;

    memcpy(&word, octets, sizeof word);
    return word;
}

static uint64_t place_of(uint64_t addresses)
{
    return mixed(addresses) >> (64 - PLACE_BITS);
}

static struct flow *flow_of(uint64_t addresses)
{
    return &flows[mixed(addresses) % FLOWS];
}

static void count_tunnel(const struct sought *s)
{
    uint64_t place = place_of(s->addresses);
    struct row *row;

    while (places[place] != 0 && rows[places[place] - 1].addresses != s->addresses)
        place = (place + 1) % (1 << PLACE_BITS);
    if (places[place] == 0) {
        if (row_count == ROWS)
            return;
        places[place] = ++row_count;
    }
    row = &rows[places[place] - 1];
    row->addresses = s->addresses;
    row->counts[0]++;
    row->counts[30] += s->length;
}

static void count_flow(const struct sought *s)
{
    struct flow *flow = flow_of(s->addresses);

    if (flow->addresses != s->addresses)
        *flow = (struct flow){.addresses = s->addresses};
    flow->counts[0]++;
}

static void find_and_add(const struct sought *s)
{
    uint32_t *head = &heads[s->content % RING];
    const struct seen *before = &ring[*head % RING];

    result += before->content == s->content;
    seen_count++;
    ring[seen_count % RING] =
        (struct seen){.content = s->content, .frame = seen_count, .older = *head, .length = s->length};
    *head = seen_count;
}

static void count_sought(void)
{
    for (unsigned i = 0; i < sought_count; i++) {
        if (sought[i].content == 0)
            continue;
        __builtin_prefetch(&rows[places[place_of(sought[i].addresses)]]);
        __builtin_prefetch(&ring[heads[sought[i].content % RING] % RING]);
    }
    for (unsigned i = 0; i < sought_count; i++) {
        if (sought[i].content == 0) {
            count_flow(&sought[i]);
        } else {
            count_tunnel(&sought[i]);
            find_and_add(&sought[i]);
        }
    }
    sought_count = 0;
}

/* Never 0. */
static uint64_t content_of(const uint8_t *octets, uint32_t length)
{
    uint64_t content = 1;

    for (uint32_t at = 12; at + 8 <= length && at < CONTENT; at += 8)
        content = mixed(content ^ word_at(octets + at));
    return content | 1;
}

static void count(const uint8_t *octets, uint32_t length)
{
    uint32_t at = ETHERNET;
    bool is_tunnel = true;

    sum(octets, length);
    for (unsigned layers = 0; is_tunnel && layers < LAYERS_MAX; layers++) {
        const uint8_t *header = octets + at;
        struct sought *s = &sought[sought_count];
        uint32_t header_bytes;

        if (at + HEADER > length || header[0] >> 4 != 4)
            break;
        header_bytes = (header[0] & 15U) * 4;
        is_tunnel = header[9] == 4 && ((header[6] & 0x3f) | header[7]) == 0 && at + header_bytes < length;
        s->addresses = word_at(header + 12);
        s->length = length;
        s->content = is_tunnel ? content_of(header + header_bytes, length - at - header_bytes) : 0;
        if (is_tunnel) {
            __builtin_prefetch(&places[place_of(s->addresses)]);
            __builtin_prefetch(&heads[s->content % RING]);
        } else {
            __builtin_prefetch(flow_of(s->addresses));
        }
        sought_count++;
        at += header_bytes;
    }
    if (sought_count >= GROUP)
        count_sought();
}

/* The length of the record at the beginning of `octets`, of which so many are there; 0 where it is not whole. */
static uint32_t record(const uint8_t *octets, size_t there, bool is_pcapng, void (*use)(const uint8_t *, uint32_t))
{
    uint32_t head[6];
    uint32_t length;

    if (there < (is_pcapng ? 28 : 16))
        return 0;
    memcpy(head, octets, is_pcapng ? sizeof head : 16);
    length = is_pcapng ? head[1] : 16 + head[2];
    if (length < 16 || length > RECORD_MAX) {
        fprintf(stderr, "bench_floor: a record of %u octets\n", length);
        exit(2);
    }
    if (length > there)
        return 0;
    if (!is_pcapng)
        use(octets + 16, head[2]);
    else if (head[0] == 6)
        use(octets + 28, head[5]);
    return length;
}

static void walk(int in, void (*use)(const uint8_t *, uint32_t))
{
    uint8_t *block = malloc(RECORD_MAX + BLOCK);
    uint32_t magic[PCAP_HEAD / 4] = {0};
    bool is_pcapng;
    size_t there = 0;
    ssize_t got;

    if (block == NULL || read(in, magic, PCAP_HEAD) != PCAP_HEAD)
        exit(2);
    is_pcapng = magic[0] == SECTION;
    if (is_pcapng)
        lseek(in, 0, SEEK_SET);
    while ((got = read(in, block + there, BLOCK)) > 0) {
        size_t at = 0;
        uint32_t length;

        if (use == NULL)
            continue;
        there += (size_t)got;
        while ((length = record(block + at, there - at, is_pcapng, use)) != 0)
            at += length;
        memmove(block, block + at, there - at);
        there -= at;
    }
    count_sought();
    free(block);
}

static int copy(int in, const char *path)
{
    uint8_t *block = malloc(BLOCK);
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    ssize_t got = 0;
    bool is_written = block != NULL && out >= 0;

    while (is_written && (got = read(in, block, BLOCK)) > 0)
        is_written = write(out, block, (size_t)got) == got;
    free(block);
    return is_written && got == 0 && fsync(out) == 0 && close(out) == 0 ? 0 : 2;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*use)(const uint8_t *, uint32_t);
    } modes[] = {{"read", NULL}, {"walk", skip}, {"sums", sum}, {"rows", count}};
    int in = argc > 2 ? open(argv[2], O_RDONLY) : -1;

    if (in < 0) {
        fprintf(stderr, "bench_floor: read, walk, sums or rows and a file, or write and two: %s\n", strerror(errno));
        return 2;
    }
    if (strcmp(argv[1], "write") == 0)
        return argc == 4 ? copy(in, argv[3]) : 2;
    rows = calloc(ROWS, sizeof *rows);
    places = calloc((size_t)1 << PLACE_BITS, sizeof *places);
    for (size_t i = 0; rows != NULL && places != NULL && i < sizeof modes / sizeof modes[0]; i++) {
        if (strcmp(argv[1], modes[i].name) == 0) {
            walk(in, modes[i].use);
            return result == 1 ? 1 : 0;
        }
    }
    return 2;
}
