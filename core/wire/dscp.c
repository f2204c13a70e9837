/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/dscp.h"

#include <stddef.h>
#include <string.h>

static const struct {
    uint8_t dscp;
    const char *name;
} names[] = {
    {0, "CS0"},   {1, "LE"},    {8, "CS1"},  {10, "AF11"}, {12, "AF12"}, {14, "AF13"}, {16, "CS2"}, {18, "AF21"},
    {20, "AF22"}, {22, "AF23"}, {24, "CS3"}, {26, "AF31"}, {28, "AF32"}, {30, "AF33"}, {32, "CS4"}, {34, "AF41"},
    {36, "AF42"}, {38, "AF43"}, {40, "CS5"}, {44, "VA"},   {46, "EF"},   {48, "CS6"},  {56, "CS7"},
};

const char *ipip_dscp_name(uint8_t dscp)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].dscp == dscp)
            return names[i].name;
    }
    return NULL;
}

int ipip_dscp_find(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].name, name) == 0)
            return names[i].dscp;
    }
    return -1;
}
