/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "policy/expectation_line.h"

#include <string.h>

bool line_number(unsigned *number, const char *text, unsigned base, unsigned min, unsigned max)
{
    static const char digits[] = "0123456789abcdef";
    static const char capitals[] = "0123456789ABCDEF";
    uint64_t value = 0;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        const char *digit = strchr(digits, *text);
        const char *capital = strchr(capitals, *text);
        size_t worth = digit != NULL ? (size_t)(digit - digits) : capital != NULL ? (size_t)(capital - capitals) : base;

        if (worth >= base || value > max)
            return false;
        value = value * base + worth;
    }
    if (value < min || value > max)
        return false;
    *number = (unsigned)value;
    return true;
}

size_t line_item(const char **item, const char **list)
{
    static const char between[] = "; \t";
    size_t bytes;

    *item = *list + strspn(*list, between);
    bytes = strcspn(*item, between);
    *list = *item + bytes;
    return bytes;
}

int line_word(const char *const words[], const char *text)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0)
            return i;
    }
    return -1;
}

bool line_copy(char text[LINE_ITEM_TEXT], const char *item, size_t bytes)
{
    if (bytes >= LINE_ITEM_TEXT)
        return false;
    memcpy(text, item, bytes);
    text[bytes] = '\0';
    return true;
}
