/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "timestamp.h"

#include <string.h>
#include <time.h>

/* So many of them and what follows; where the next ones go. */
static char *put_digits(char *text, unsigned number, unsigned count, char behind)
{
    for (unsigned i = count; i-- > 0; number /= 10)
        text[i] = (char)('0' + number % 10);
    text[count] = behind;
    return text + count + 1;
}

/* Without strftime() and snprintf(), which take ten times as long: years have four digits, from 1677 to 2262. */
const char *timestamp_text(char text[static TIMESTAMP_TEXT], int64_t time)
{
    int64_t remainder = time % 1000000000;
    int64_t fraction = remainder < 0 ? remainder + 1000000000 : remainder;
    time_t seconds = (time_t)(time / 1000000000 - (remainder < 0));
    struct tm parts;
    char *at = text;

    if (gmtime_r(&seconds, &parts) == NULL)
        memset(&parts, 0, sizeof parts);
    at = put_digits(at, (unsigned)(parts.tm_year + 1900), 4, '-');
    at = put_digits(at, (unsigned)(parts.tm_mon + 1), 2, '-');
    at = put_digits(at, (unsigned)parts.tm_mday, 2, 'T');
    at = put_digits(at, (unsigned)parts.tm_hour, 2, ':');
    at = put_digits(at, (unsigned)parts.tm_min, 2, ':');
    at = put_digits(at, (unsigned)parts.tm_sec, 2, '.');
    at = put_digits(at, (unsigned)fraction, 9, 'Z');
    *at = '\0';
    return text;
}
