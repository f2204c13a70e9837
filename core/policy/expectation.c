/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipip/expectation.h"

#include <string.h>

#include "policy/expectation_line.h"

static const struct expectation_line *const tables[] = {expectation_header_lines, expectation_kind_lines,
                                                        expectation_6in4_lines, expectation_map_lines,
                                                        expectation_frame_lines};

static const struct expectation_line *line_at(size_t index)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const struct expectation_line *line = tables[i]; line->key != NULL; line++) {
            if (index-- == 0)
                return line;
        }
    }
    return NULL;
}

/* Why a line is not one of a tunnel with these addresses; NULL: it is. */
static const char *wrong_family(const struct expectation_line *line, struct ipip_addr src)
{
    if (ipip_address_is_none(src) || line->family == LINE_OF_ANY)
        return NULL;
    if (line->family == LINE_OF_IPV6)
        return ipip_address_is_ipv4(src) ? "left out: the outer header is IPv4, which has none" : NULL;
    if (ipip_address_is_ipv4(src))
        return NULL;
    return strcmp(line->key, "df") == 0 ? "left out: the outer header is IPv6, which has no DF"
                                        : "left out: it is about 6in4, whose outer header is IPv4";
}

const char *ipip_expectation_set(struct ipip_expectation *expectation, const char *key, const char *value)
{
    const struct expectation_line *line;

    for (size_t i = 0; (line = line_at(i)) != NULL; i++) {
        const char *wrong;

        if (strcmp(key, line->key) != 0)
            continue;
        wrong = wrong_family(line, expectation->src);
        if (wrong != NULL)
            return wrong;
        return line->set(expectation, value) ? NULL : line->right;
    }
    return "a key of a tunnel";
}

const char *ipip_expectation_key(size_t index)
{
    const struct expectation_line *line = line_at(index);

    return line != NULL ? line->key : NULL;
}
