/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "foreign.h"

#include <string.h>

#define THROUGH(command) "decompress it into a pipe: " command " FILE | ipip COMMAND -"
#define CONVERT "convert it first: editcap -F pcapng IN OUT"

static const struct {
    const char *magic;
    size_t bytes;
    const char *advice;
} table[] = {
    {"\xfd"
     "7zX",
     4, "compressed with xz, which is not supported; " THROUGH("xz -dc")},
    {"BZh", 3, "compressed with bzip2, which is not supported; " THROUGH("bzip2 -dc")},
    {"LZIP", 4, "compressed with lzip, which is not supported; " THROUGH("lzip -dc")},
    {"\x1f\x9d", 2, "compressed with compress, which is not supported; " THROUGH("gzip -dc")},
    {"PK\x03\x04", 4, "a zip archive, which is not supported; " THROUGH("unzip -p")},
    {"7z\xbc\xaf", 4,
     "a 7z archive, which is not supported; decompress it into a pipe: 7z x -so FILE | ipip COMMAND -"},
    {"Rar!", 4, "a rar archive, which is not supported; unpack it first: unrar x FILE"},
    {"snoo", 4, "a capture of snoop, which is not supported; " CONVERT},
    {"GMBU", 4, "a capture of Network Monitor, which is not supported; " CONVERT},
    {"RTSS", 4, "a capture of Network Monitor, which is not supported; " CONVERT},
    {"TRSN", 4, "a capture of Sniffer, which is not supported; " CONVERT},
};

const char *foreign_advice(const uint8_t *data, size_t bytes)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (bytes >= table[i].bytes && memcmp(data, table[i].magic, table[i].bytes) == 0)
            return table[i].advice;
    }
    return NULL;
}
