/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traffic that fills a table of whoever keeps state: each packet is the first of its kind. */
#ifndef BENCH_FLOODS_H
#define BENCH_FLOODS_H

struct plan;
struct traffic;

void flood_of_tunnels(struct traffic *traffic, struct plan *plan);
void flood_of_flows(struct traffic *traffic, struct plan *plan);
void flood_of_handshakes(struct traffic *traffic, struct plan *plan);
void flood_of_fragments(struct traffic *traffic, struct plan *plan);
void flood_of_ids(struct traffic *traffic, struct plan *plan);
void flood_of_errors(struct traffic *traffic, struct plan *plan);
void flood_of_errors_ipv6(struct traffic *traffic, struct plan *plan);
void flood_of_findings(struct traffic *traffic, struct plan *plan);

#endif
