/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands between the parts of the command that pass on octets, records and packets: each gets less than it asks for, down to one, by a
 * generator that IPIP_SEED starts. One thread at a time comes here.
 */
#include <stdlib.h>

#include "capture/input.h"
#include "capture/stop.h"
#include "frames.h"

enum capture_item __real_capture_walk(struct capture *capture, unsigned room, const struct capture_record **records,
                                      unsigned *count, GError **error);
enum capture_item __wrap_capture_walk(struct capture *capture, unsigned room, const struct capture_record **records,
                                      unsigned *count, GError **error);
enum capture_item __real_frames_take(struct frames *frames, struct ipip_packet *packets, unsigned room,
                                     unsigned *count);
enum capture_item __wrap_frames_take(struct frames *frames, struct ipip_packet *packets, unsigned room,
                                     unsigned *count);
enum capture_item __real_frames_take_records(struct frames *f, struct taken_record *taken, struct frame *frames,
                                             unsigned room, unsigned *count);
enum capture_item __wrap_frames_take_records(struct frames *f, struct taken_record *taken, struct frame *frames,
                                             unsigned room, unsigned *count);
void __real_input_move(struct input *input, struct input_buffer *buffer, size_t bytes);
void __wrap_input_move(struct input *input, struct input_buffer *buffer, size_t bytes);
ssize_t __real_stop_read(int fd, void *out, size_t capacity);
ssize_t __wrap_stop_read(int fd, void *out, size_t capacity);

/* SplitMix64, of Steele, Lea and Flood. */
static uint64_t draw(void)
{
    static uint64_t state;
    static gboolean is_seeded;
    uint64_t z;

    if (!is_seeded) {
        const char *seed = getenv("IPIP_SEED");

        if (seed == NULL || *seed == '\0')
            abort();
        state = strtoull(seed, NULL, 10);
        is_seeded = TRUE;
    }
    z = state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* 1 to `most`: of every order of magnitude as often as of others. */
static size_t less(size_t most)
{
    unsigned magnitudes = 1;

    while (most >> magnitudes != 0)
        magnitudes++;
    return 1 + draw() % MAX(most >> draw() % magnitudes, 1);
}

enum capture_item __wrap_capture_walk(struct capture *capture, unsigned room, const struct capture_record **records,
                                      unsigned *count, GError **error)
{
    return __real_capture_walk(capture, (unsigned)less(room), records, count, error);
}

enum capture_item __wrap_frames_take(struct frames *frames, struct ipip_packet *packets, unsigned room, unsigned *count)
{
    return __real_frames_take(frames, packets, (unsigned)less(room), count);
}

enum capture_item __wrap_frames_take_records(struct frames *f, struct taken_record *taken, struct frame *frames,
                                             unsigned room, unsigned *count)
{
    return __real_frames_take_records(f, taken, frames, (unsigned)less(room), count);
}

void __wrap_input_move(struct input *input, struct input_buffer *buffer, size_t bytes)
{
    __real_input_move(input, buffer, less(bytes));
}

ssize_t __wrap_stop_read(int fd, void *out, size_t capacity)
{
    return __real_stop_read(fd, out, less(capacity));
}
