/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lengths of ESP with the NULL cipher that can be declared. */
#include <stddef.h>
#include <string.h>

#include "ipip/kind.h"

static const struct {
    const char *name;
    uint8_t check_bytes, vector_bytes;
} all[] = {
    {"12", 12, 0},   {"16", 16, 0},   {"24", 24, 0},   {"32", 32, 0},
    {"12,8", 12, 8}, {"16,8", 16, 8}, {"24,8", 24, 8}, {"32,8", 32, 8},
};

enum { COUNT = sizeof all / sizeof all[0] };

const char *ipip_esp_null_name(unsigned index)
{
    return index < COUNT ? all[index].name : NULL;
}

bool ipip_esp_null_declare(struct ipip_kinds *kinds, const char *name)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(all[i].name, name) == 0) {
            kinds->esp_check_bytes = all[i].check_bytes;
            kinds->esp_vector_bytes = all[i].vector_bytes;
            return true;
        }
    }
    return false;
}
