/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture.h"

#include <string.h>

enum { LINK_ETHERNET = 1, SNAPLEN = 262144, BUFFER = 1 << 20 };
enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, ENHANCED_PACKET = 6 };
static const uint64_t FIRST_SECOND = 1700000000;

/* All fields in the byte order of this machine, as both formats allow. */
static bool put(struct capture *capture, const void *octets, size_t length)
{
    return fwrite(octets, 1, length, capture->file) == length;
}

bool capture_create(struct capture *capture, const char *path, uint32_t interval)
{
    static const uint32_t pcap[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, SNAPLEN, LINK_ETHERNET};
    static const uint32_t pcapng[] = {SECTION,   28, 0x1a2b3c4d,    1,       UINT32_MAX, UINT32_MAX, 28,
                                      INTERFACE, 20, LINK_ETHERNET, SNAPLEN, 20};
    const char *end = strrchr(path, '.');
    *capture = (struct capture){
        .file = fopen(path, "wb"), .pcapng = end != NULL && strcmp(end, ".pcapng") == 0, .interval = interval};
    if (capture->file == NULL) {
        return false;
    }
    setvbuf(capture->file, NULL, _IOFBF, BUFFER);
    return capture->pcapng ? put(capture, pcapng, sizeof pcapng) : put(capture, pcap, sizeof pcap);
}

bool capture_write(struct capture *capture, const uint8_t *frame, size_t length)
{
    const uint32_t octets = (uint32_t)length;
    const uint64_t elapsed = capture->count * capture->interval;
    const uint64_t seconds = FIRST_SECOND + elapsed / 1000000;
    const uint32_t microseconds = (uint32_t)(elapsed % 1000000);
    capture->count++;
    if (!capture->pcapng) {
        const uint32_t head[] = {(uint32_t)seconds, microseconds, octets, octets};
        return put(capture, head, sizeof head) && put(capture, frame, length);
    }
    const uint64_t time = seconds * 1000000 + microseconds;
    const uint32_t padding = -octets & 3;
    const uint32_t total = 32 + octets + padding;
    const uint32_t head[] = {ENHANCED_PACKET, total, 0, (uint32_t)(time >> 32), (uint32_t)time, octets, octets};
    return put(capture, head, sizeof head) && put(capture, frame, length) && put(capture, "\0\0\0", padding) &&
           put(capture, &total, sizeof total);
}

bool capture_close(struct capture *capture)
{
    return fclose(capture->file) == 0;
}
