/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of the command: each in a file of its name. argv[0] is the verb; the result is an exit status. */
#ifndef IPIP_ANALYZER_VERB_H
#define IPIP_ANALYZER_VERB_H

int verb_check(int argc, char **argv);
int verb_conform(int argc, char **argv);
int verb_decap(int argc, char **argv);
int verb_encap(int argc, char **argv);
int verb_report(int argc, char **argv);
int verb_roundtrip(int argc, char **argv);
int verb_endpoint(int argc, char **argv);
int verb_pair(int argc, char **argv);
int verb_tunnels(int argc, char **argv);
int verb_stimulus(int argc, char **argv);
int verb_rules(int argc, char **argv);
int verb_explain(int argc, char **argv);

#endif
