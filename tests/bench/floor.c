/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least that a part of the work takes, each mode on top of the one before, with nothing judged:
 *   read FILE       the octets come out of the page cache
 *   walk FILE       and the records are found, pcap or pcapng
 *   sums FILE       and the octets of each are summed, as whatever verifies a transport checksum must
 *   rows FILE       and a row of 256 octets is found by the addresses of the outer header, and counts
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
    ADDRESSES = 14 + 12,
    SECTION = 0x0a0d0d0a,
    PCAP_HEAD = 24
};

static uint64_t result; /* which nobody asks for: without it the compiler would leave out the work */

/* A tunnel: those of many are too many for a cache. */
struct row {
    uint64_t addresses;
    uint64_t counts[31];
};

static struct row *rows;
static uint32_t row_count;
static uint32_t *places; /* the row + 1 of the hash at this place, or of one before it */

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

static void count(const uint8_t *octets, uint32_t length)
{
    struct row *row;
    uint64_t addresses;
    uint64_t place;

    sum(octets, length);
    if (length < ADDRESSES + sizeof addresses)
        return;
    memcpy(&addresses, octets + ADDRESSES, sizeof addresses);
    place = (addresses * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - PLACE_BITS);
    while (places[place] != 0 && rows[places[place] - 1].addresses != addresses)
        place = (place + 1) % (1 << PLACE_BITS);
    if (places[place] == 0) {
        if (row_count == ROWS)
            return;
        places[place] = ++row_count;
    }
    row = &rows[places[place] - 1];
    row->addresses = addresses;
    row->counts[0]++;
    row->counts[30] += length;
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
