/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the command ends: the same in every verb and every format. */
#ifndef IPIP_ANALYZER_EXIT_STATUS_H
#define IPIP_ANALYZER_EXIT_STATUS_H

enum exit_status {
    EXIT_CLEAN = 0,      /* nothing at or above --fail-on */
    EXIT_FINDINGS = 1,   /* findings; for `roundtrip` a difference */
    EXIT_USAGE = 2,      /* wrong usage, also of a policy file or a baseline; no capture was read */
    EXIT_UNREADABLE = 3, /* an input could not be read to its end; what was readable is reported */
    EXIT_UNWRITABLE = 4, /* output could not be written, or memory was short */
};

#endif
