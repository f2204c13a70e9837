/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decompress.h"
#include "stop.h"

enum {
    WINDOW_BYTES = 1 << 16,
    COMPRESSED_BYTES = 1 << 18,
};

struct file {
    struct input_source source;
    int fd;
};

/* An input, from outside its window. */
struct intake {
    struct input window;
    struct input_source *source;
    gboolean is_at_end;
    struct input_buffer own;
    struct input_buffer *buffer;
    /* Where the input is compressed: what was read but not decompressed yet. */
    struct decompressor *decompressor;
    struct compressed compressed;
    uint8_t *compressed_buffer;
    GError *damage; /* behind what was decompressed last */
};

/* Octets, or the end of the input. */
static gboolean is_file_ready(struct input_source *source)
{
    struct pollfd input = {.fd = ((struct file *)source)->fd, .events = POLLIN};

    return poll(&input, 1, 0) > 0;
}

static gssize read_file(struct input_source *source, uint8_t *out, size_t capacity, GError **error)
{
    gssize count = stop_read(((struct file *)source)->fd, out, capacity);

    if (count < 0)
        g_set_error(error, INPUT_ERROR, errno, "%s", g_strerror(errno));
    return count;
}

static double share_of_file(const struct input_source *source)
{
    int fd = ((const struct file *)source)->fd;
    off_t done = lseek(fd, 0, SEEK_CUR);
    struct stat status;

    if (done < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || done > status.st_size || status.st_size == 0)
        return -1;
    return (double)done / (double)status.st_size;
}

static void close_file(struct input_source *source)
{
    if (((struct file *)source)->fd != STDIN_FILENO)
        close(((struct file *)source)->fd);
    g_free(source);
}

static gboolean come_without_waiting(const struct intake *s)
{
    return s->source->is_ready(s->source);
}

static gssize read_some(struct intake *s, uint8_t *out, size_t capacity, GError **error)
{
    return s->source->read(s->source, out, capacity, error);
}

/* Likewise; 0, too, where the window is held up: what is here makes no output. */
static gssize read_decompressed(struct intake *s, uint8_t *out, size_t capacity, GError **error)
{
    for (;;) {
        gssize count;

        /* A decompressor makes output, needs more input, or reports damage: it never stalls. */
        while (s->compressed.bytes > 0 && s->damage == NULL) {
            count = decompressor_run(s->decompressor, &s->compressed, out, capacity, &s->damage);
            if (count != 0)
                return count;
        }
        if (s->damage != NULL) {
            g_propagate_error(error, g_steal_pointer(&s->damage));
            return -1;
        }
        s->window.is_held_up = s->window.is_pinned && !come_without_waiting(s);
        if (s->window.is_held_up)
            return 0;
        count = read_some(s, s->compressed_buffer, COMPRESSED_BYTES, error);
        if (count < 0)
            return -1;
        if (count == 0) {
            if (decompressor_is_between(s->decompressor) || stop_excuses_early_end())
                return 0;
            g_set_error(error, INPUT_ERROR, 0, "the %s data ends too early", decompressor_name(s->decompressor));
            return -1;
        }
        s->compressed = (struct compressed){s->compressed_buffer, (size_t)count};
    }
}

/* Moves the window to the start of a buffer with room for `count` octets. */
static void make_room(struct intake *s, size_t count)
{
    struct input_buffer *buffer = s->buffer;
    size_t held = (size_t)(s->window.end - s->window.next);

    if (count > buffer->capacity) {
        size_t capacity = MAX(count, buffer->capacity * 2);
        uint8_t *bigger = g_malloc(capacity);

        memcpy(bigger, s->window.next, held);
        g_free(buffer->octets);
        *buffer = (struct input_buffer){bigger, capacity};
    } else if (held > 0) {
        memmove(buffer->octets, s->window.next, held);
    }
    s->window.next = buffer->octets;
    s->window.end = buffer->octets + held;
}

void input_move(struct input *input, struct input_buffer *buffer, size_t bytes)
{
    struct intake *s = (struct intake *)input;
    size_t held = (size_t)(input->end - input->next);
    size_t capacity = MAX(held, bytes);
    uint8_t *octets = buffer->capacity == capacity ? buffer->octets : g_malloc(capacity);

    memmove(octets, input->next, held);
    if (octets != buffer->octets)
        g_free(buffer->octets);
    *buffer = (struct input_buffer){octets, capacity};
    s->buffer = buffer;
    input->next = octets;
    input->end = octets + held;
    input->is_pinned = FALSE;
}

/* `count` octets fit from the start of the window on, and some that are not there yet come without waiting. */
static gboolean fits_and_comes(const struct intake *s, size_t count)
{
    return (size_t)(s->buffer->octets + s->buffer->capacity - s->window.next) >= count &&
           (s->compressed.bytes > 0 || come_without_waiting(s));
}

gboolean input_fill(struct input *input, size_t count, GError **error)
{
    struct intake *s = (struct intake *)input;

    input->is_held_up = FALSE;
    if (!input->is_pinned)
        make_room(s, count);
    while ((size_t)(input->end - input->next) < count && !s->is_at_end) {
        size_t used = (size_t)(input->end - s->buffer->octets);
        uint8_t *end = s->buffer->octets + used;
        size_t room = s->buffer->capacity - used;
        gssize got;

        input->is_held_up = input->is_pinned && !fits_and_comes(s, count);
        if (input->is_held_up)
            return FALSE;
        got = s->decompressor != NULL ? read_decompressed(s, end, room, error) : read_some(s, end, room, error);
        if (input->is_held_up)
            return FALSE;
        if (got < 0) {
            s->is_at_end = TRUE;
            return FALSE;
        }
        s->is_at_end = got == 0;
        input->end += got;
    }
    return (size_t)(input->end - input->next) >= count;
}

/* What is in the window turns out to be compressed: it becomes the decompressor's input. */
static void start_decompressing(struct intake *s)
{
    size_t held = (size_t)(s->window.end - s->window.next);

    s->compressed_buffer = g_malloc(MAX(COMPRESSED_BYTES, held));
    memcpy(s->compressed_buffer, s->window.next, held);
    s->compressed = (struct compressed){s->compressed_buffer, held};
    s->window.next = s->window.end = s->buffer->octets;
    s->is_at_end = FALSE;
}

struct input *input_of(struct input_source *source)
{
    struct intake *s = g_new0(struct intake, 1);

    s->source = source;
    s->own = (struct input_buffer){g_malloc(WINDOW_BYTES), WINDOW_BYTES};
    s->buffer = &s->own;
    s->window.next = s->window.end = s->own.octets;
    return &s->window;
}

/* NULL and `*error` where it can't be opened, or is none. */
static struct input_source *open_file(const char *path, GError **error)
{
    gboolean is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : stop_open(path, O_RDONLY);
    struct stat status;
    struct file *file;

    if (fd < 0) {
        g_set_error(error, INPUT_ERROR, errno, "%s", g_strerror(errno));
        return NULL;
    }
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        g_set_error(error, INPUT_ERROR, EISDIR, "%s", g_strerror(EISDIR));
        close(fd);
        return NULL;
    }
    file = g_new0(struct file, 1);
    *file = (struct file){{read_file, is_file_ready, share_of_file, close_file}, fd};
    return &file->source;
}

struct input *input_open(const char *path, GError **error)
{
    struct input_source *source = open_file(path, error);
    struct input *input;
    struct intake *s;

    if (source == NULL)
        return NULL;
    input = input_of(source);
    s = (struct intake *)input;
    /* Short of a magic number it is at least not compressed. */
    if (!input_fill(input, DECOMPRESS_MAGIC_BYTES, error) && *error != NULL) {
        input_close(input);
        return NULL;
    }
    s->decompressor = decompressor_for(input->next, (size_t)(input->end - input->next));
    if (s->decompressor != NULL)
        start_decompressing(s);
    return input;
}

void input_close(struct input *input)
{
    struct intake *s = (struct intake *)input;

    s->source->close(s->source);
    decompressor_free(s->decompressor);
    g_clear_error(&s->damage);
    g_free(s->compressed_buffer);
    g_free(s->own.octets);
    g_free(s);
}

double input_share(const struct input *input)
{
    const struct input_source *source = ((const struct intake *)input)->source;

    return source->share(source);
}
