/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Octets of a file, a pipe, standard input or an interface, decompressed where need be, as a window that moves forward. */
#ifndef IPIP_ANALYZER_INPUT_H
#define IPIP_ANALYZER_INPUT_H

#include <glib.h>
#include <stdint.h>

#define INPUT_ERROR (g_quark_from_static_string("ipip-input"))

struct input {
    const uint8_t *next; /* the window is [next, end) */
    const uint8_t *end;
    uint64_t offset;     /* of `next` from the start of the (decompressed) octets */
    gboolean is_pinned;  /* the window stays where it is */
    gboolean is_held_up; /* by that: more would come, but not to there, or not at once */
};

/* Where a window can be; at first all zeros. */
struct input_buffer {
    uint8_t *octets; /* of g_malloc() */
    size_t capacity;
};

/* Where octets come from. */
struct input_source {
    /* How many were put at `out`; 0 at the end or where reading is to end, -1 with `*error`. Waits for the first. */
    gssize (*read)(struct input_source *source, uint8_t *out, size_t capacity, GError **error);
    /* Whether read() would not wait. */
    gboolean (*is_ready)(struct input_source *source);
    /* As input_share(). */
    double (*share)(const struct input_source *source);
    void (*close)(struct input_source *source);
};

/*
 * Opens `path`, or standard input for "-". Compression is recognised by its first octets: gzip, zstd, lz4. NULL and `*error`
 * where that fails.
 */
struct input *input_open(const char *path, GError **error);
void input_close(struct input *input);

/* Of octets that are not compressed, from a source that input_close() closes. */
struct input *input_of(struct input_source *source);

/*
 * Whether `count` octets are in the window, after reading on if they are not. False at the end of the input, or with `*error`
 * where it can't be read. The window may move in memory: pointers into it are valid until the next call. A pinned one does not:
 * then it is FALSE, too, where more would not fit behind it, or would have to be waited for: `is_held_up`.
 */
gboolean input_fill(struct input *input, size_t count, GError **error);

static inline gboolean input_need(struct input *input, size_t count, GError **error)
{
    return (size_t)(input->end - input->next) >= count || input_fill(input, count, error);
}

/*
 * Moves the window to the start of a buffer, which gets a capacity of `bytes`, or more where the window is larger. It is no longer pinned.
 * What was in another buffer stays there.
 */
void input_move(struct input *input, struct input_buffer *buffer, size_t bytes);

/*
 * How much of the file was read, 0 to 1, as it lies on the disk; less than 0 where that is not known: it is no file, or one that grows.
 * Any thread may ask.
 */
double input_share(const struct input *input);

/* Steps over octets that are in the window. */
static inline void input_skip(struct input *input, size_t count)
{
    input->next += count;
    input->offset += count;
}

#endif
