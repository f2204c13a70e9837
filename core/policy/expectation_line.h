/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that a section of a policy on one tunnel direction may have. */
#ifndef IPIP_CORE_POLICY_EXPECTATION_LINE_H
#define IPIP_CORE_POLICY_EXPECTATION_LINE_H

#include "ipip/expectation.h"

/* Of which tunnels. */
enum line_family { LINE_OF_ANY, LINE_OF_IPV4, LINE_OF_IPV6 };

struct expectation_line {
    const char *key;
    bool (*set)(struct ipip_expectation *expectation, const char *value);
    const char *right;
    enum line_family family;
};

/* Each ends with a line without a key. */
extern const struct expectation_line expectation_header_lines[]; /* the outer header, whatever lies behind it */
extern const struct expectation_line
    expectation_kind_lines[]; /* the kind of tunnel, and what lies between the headers */
extern const struct expectation_line expectation_6in4_lines[];  /* IPv6 in IPv4 */
extern const struct expectation_line expectation_map_lines[];   /* MAP-E */
extern const struct expectation_line expectation_frame_lines[]; /* Ethernet frames */

/* A number without sign or blanks in this base, 10 or 16; false for anything else. */
bool line_number(unsigned *number, const char *text, unsigned base, unsigned min, unsigned max);

/* The next item of a list with ; or blanks between, which is at `*list`: its octets, 0 behind the last. Moves on. */
size_t line_item(const char **item, const char **list);

/* The index of this text among the words, which end with NULL; -1 where it is none. */
int line_word(const char *const words[], const char *text);

/* The item with a zero behind it; false where it is too long to be anything that a list may hold. */
enum { LINE_ITEM_TEXT = 64 };
bool line_copy(char text[LINE_ITEM_TEXT], const char *item, size_t bytes);

#endif
