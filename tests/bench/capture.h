/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capture files of Ethernet frames at regular intervals: pcap, or pcapng where the name ends so. */
#ifndef BENCH_CAPTURE_H
#define BENCH_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct capture {
    FILE *file;
    bool pcapng;
    uint32_t interval; /* microseconds */
    uint64_t count;
};

/* Each returns false where the file could not be written, with the reason in errno. */
bool capture_create(struct capture *capture, const char *path, uint32_t interval);
bool capture_write(struct capture *capture, const uint8_t *frame, size_t length);
bool capture_close(struct capture *capture);

#endif
