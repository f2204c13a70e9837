/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Without memory the command ends: with a message, and its exit status is that of an output which could not be written.
 * An answer made with less memory than it takes would be another answer.
 */
#ifndef IPIP_ANALYZER_OUT_OF_MEMORY_H
#define IPIP_ANALYZER_OUT_OF_MEMORY_H

/* The name of the verb, for the message. The text must stay. */
void out_of_memory_in(const char *name);

/* What was printed before is printed; an output file that is not complete is none. Allocates nothing; from any thread. */
_Noreturn void out_of_memory(void);

#endif
