/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "key_lines.h"
#include "policy_section.h"
#include "refuse.h"

struct parser {
    struct policy_reading reading;
    const struct policy_section *section; /* NULL before the first */
    unsigned section_line;
    unsigned line;      /* the one to name if something is wrong */
    GHashTable *titles; /* of the sections so far: their lines */
    GHashTable *keys;   /* of this section: their lines */
};

/* The line in which `name` was before; 0 the first time, that is in `line`. */
static unsigned seen_before(GHashTable *seen, const char *name, unsigned line)
{
    unsigned before = GPOINTER_TO_UINT(g_hash_table_lookup(seen, name));

    if (before == 0)
        g_hash_table_insert(seen, g_strdup(name), GUINT_TO_POINTER(line));
    return before;
}

static gboolean begin_section(struct parser *p, char **words, GError **error)
{
    char *identity;
    unsigned before;

    p->section = words[0] != NULL ? policy_section_find(words[0]) : NULL;
    if (p->section == NULL)
        return refuse(error, NULL, "a section must be [policy], [tunnel SRC DST] or [rule RULE]");
    if (g_strv_length(words) != p->section->words)
        return refuse(error, NULL, "the section must be %s", p->section->right);
    identity = p->section->begin(&p->reading, words, error);
    if (identity == NULL)
        return FALSE;
    before = seen_before(p->titles, identity, p->line);
    g_free(identity);
    return before == 0 || refuse(error, NULL, "line %u begins this section already; put all keys there", before);
}

static gboolean take_title(struct parser *p, const char *title, GError **error)
{
    char **words = g_strsplit_set(title, " \t", -1);
    gboolean is_good;
    size_t count = 0;

    for (char **word = words; *word != NULL; word++) { /* several blanks are as good as one */
        if (**word != '\0')
            words[count++] = *word;
        else
            g_free(*word);
    }
    words[count] = NULL;
    g_hash_table_remove_all(p->keys);
    g_clear_pointer(&p->reading.reason, g_free);
    p->section_line = p->line;
    is_good = begin_section(p, words, error);
    g_strfreev(words);
    return is_good;
}

static gboolean end_section(struct parser *p, GError **error)
{
    if (p->section == NULL || p->section->end(&p->reading, error))
        return TRUE;
    p->line = p->section_line;
    return FALSE;
}

/* What looks like a key may be shown. */
static const char *shown_key(const char *key)
{
    enum { KEY_MAX = 20 }; /* less than a secret has in hexadecimal or base 64, which ends with = */
    size_t bytes = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    return bytes > 0 && bytes <= KEY_MAX && key[bytes] == '\0' ? key : NULL;
}

static gboolean unknown_key(const struct parser *p, const char *key, GError **error)
{
    char *right = choice_list(p->section->key_at);

    refuse(error, shown_key(key), "a key of %s must be %s", p->section->form, right);
    g_free(right);
    return FALSE;
}

static gboolean set_key(struct parser *p, const char *key, const char *value, GError **error)
{
    unsigned before;

    if (p->section == NULL)
        return refuse(error, shown_key(key),
                      "a section must come before the first key: [policy], [tunnel SRC DST] or [rule RULE]");
    if (choice_find(key, p->section->key_at) < 0)
        return unknown_key(p, key, error);
    before = seen_before(p->keys, key, p->line);
    if (before > 0)
        return refuse(error, key, "it is set in line %u already", before);
    if (p->section->set(&p->reading, key, value, error))
        return TRUE;
    g_prefix_error(error, "%s: ", key);
    return FALSE;
}

static gboolean take_line(struct parser *p, const struct key_line *line, GError **error)
{
    if (line->value != NULL)
        return set_key(p, line->name, line->value, error);
    return end_section(p, error) && take_title(p, line->name, error);
}

static gboolean take_lines(struct parser *p, struct key_lines *lines, GError **error)
{
    GError *wrong_line = NULL;
    struct key_line line;
    gboolean is_good = TRUE;

    while (is_good && key_lines_next(lines, &line, &wrong_line)) {
        p->line = lines->number;
        is_good = take_line(p, &line, error);
        key_line_clear(&line);
    }
    if (wrong_line != NULL) {
        p->line = lines->number;
        g_propagate_error(error, wrong_line);
        return FALSE;
    }
    return is_good && end_section(p, error);
}

gboolean policy_file_parse(struct policy_settings *settings, const char *name, const char *data, size_t bytes,
                           GError **error)
{
    static const char mark[] = "\xef\xbb\xbf"; /* that some editors put before UTF-8 */
    struct key_lines lines = {data, data + bytes, 0};
    struct parser p = {
        .reading.settings = settings,
        .titles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    gboolean is_good;

    if (bytes >= sizeof mark - 1 && memcmp(data, mark, sizeof mark - 1) == 0)
        lines.next += sizeof mark - 1;
    is_good = take_lines(&p, &lines, error);
    if (!is_good)
        g_prefix_error(error, "%s:%u: ", name, p.line);
    g_free(p.reading.reason);
    g_hash_table_unref(p.keys);
    g_hash_table_unref(p.titles);
    return is_good;
}

int policy_file_open(const char *path, GError **error)
{
    int file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);

    if (file < 0)
        refuse(error, NULL, "%s: %s", path, g_strerror(errno));
    return file;
}

/* read(2) until something comes: the octets read, 0 at the end, -1 where that fails. */
static gssize read_some(int file, char *data, size_t room)
{
    gssize count;

    do
        count = read(file, data, room);
    while (count < 0 && errno == EINTR);
    return count;
}

static gboolean read_all(int file, char *data, size_t room, size_t *bytes)
{
    gssize count;

    *bytes = 0;
    while (*bytes < room && (count = read_some(file, data + *bytes, room - *bytes)) != 0) {
        if (count < 0)
            return FALSE;
        *bytes += (size_t)count;
    }
    return TRUE;
}

gboolean policy_file_read(struct policy_settings *settings, const char *path, int file, GError **error)
{
    char *data = g_malloc(POLICY_FILE_BYTES_MAX + 1);
    gboolean is_good;
    size_t bytes;

    if (!read_all(file, data, POLICY_FILE_BYTES_MAX + 1, &bytes))
        is_good = refuse(error, NULL, "%s: %s", path, g_strerror(errno));
    else if (bytes > POLICY_FILE_BYTES_MAX)
        is_good = refuse(error, NULL, "%s: a policy file has at most 1 MiB", path);
    else
        is_good = policy_file_parse(settings, path, data, bytes, error);
    if (is_good)
        settings->path = g_strdup(path);
    if (file != STDIN_FILENO)
        close(file);
    g_free(data);
    return is_good;
}
