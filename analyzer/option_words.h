/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that options and policy files take, each list as a choice_name (choice.h): at its enum value, NULL past the last. */
#ifndef IPIP_ANALYZER_OPTION_WORDS_H
#define IPIP_ANALYZER_OPTION_WORDS_H

const char *option_profile_name(int index);
const char *option_vantage_name(int index);
const char *option_inner_side_name(int index);
const char *option_ecn_decap_name(int index);
const char *option_color_name(int index);
const char *option_merge_name(int index); /* of enum merge */
const char *option_severity_name(int index);
const char *option_fail_on_name(int index); /* severities, then one that no finding reaches */

/* Of kinds of tunnels, in the order of their table, from the first one on. */
const char *option_kind_name(int index);

#endif
