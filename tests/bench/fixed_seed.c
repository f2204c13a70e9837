/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into what is counted: without chance in its hashes two runs take the same instructions, and a difference of 1 % shows. */
unsigned g_random_int(void);

unsigned g_random_int(void)
{
    static unsigned number = 1;

    return number = number * 1664525 + 1013904223;
}
