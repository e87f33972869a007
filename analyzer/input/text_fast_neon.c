/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast path compiled for NEON; see text_fast.h. */
#include "analyzer/input/text_vector_neon.h"

#define TEXT_FAST_RUN text_fast_run_neon
#include "analyzer/input/text_fast_body.h"
