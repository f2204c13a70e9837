/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only all words together show. */
#ifndef IPIP_ANALYZER_WORDS_COMPLETE_H
#define IPIP_ANALYZER_WORDS_COMPLETE_H

#include "words/word.h"

/* Completes the tunnel. FALSE and `*d->error` where the words don't fit together, as ip(8) or the kernel refuses them, or a word is missing. */
gboolean description_complete(struct description *d);

#endif
