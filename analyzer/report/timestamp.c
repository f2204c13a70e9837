/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "timestamp.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const char *timestamp_text(char text[static TIMESTAMP_TEXT], int64_t time)
{
    int64_t remainder = time % 1000000000;
    int64_t fraction = remainder < 0 ? remainder + 1000000000 : remainder;
    time_t seconds;
    struct tm parts;
    size_t length;

    seconds = (time_t)(time / 1000000000 - (remainder < 0));
    if (gmtime_r(&seconds, &parts) == NULL)
        memset(&parts, 0, sizeof parts);
    length = strftime(text, TIMESTAMP_TEXT, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + length, TIMESTAMP_TEXT - length, ".%09dZ", (int)fraction);
    return text;
}
