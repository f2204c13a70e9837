/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/esp_lengths.h"

#include <stddef.h>
#include <string.h>

#include "ipip/kind.h"

const struct esp_lengths esp_lengths[ESP_LENGTHS] = {
    {"12", 12, 0},   {"16", 16, 0},   {"24", 24, 0},   {"32", 32, 0},
    {"12,8", 12, 8}, {"16,8", 16, 8}, {"24,8", 24, 8}, {"32,8", 32, 8},
};

const char *ipip_esp_null_name(unsigned index)
{
    return index < ESP_LENGTHS ? esp_lengths[index].name : NULL;
}

bool ipip_esp_null_declare(struct ipip_kinds *kinds, const char *name)
{
    for (size_t i = 0; i < ESP_LENGTHS; i++) {
        if (strcmp(esp_lengths[i].name, name) == 0) {
            kinds->esp_check_bytes = esp_lengths[i].check_bytes;
            kinds->esp_vector_bytes = esp_lengths[i].vector_bytes;
            return true;
        }
    }
    return false;
}
