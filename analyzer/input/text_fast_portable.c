/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast path compiled for any machine; see text_fast.h. */
#include "analyzer/input/text_vector_portable.h"

#define TEXT_FAST_RUN text_fast_run_portable
#include "analyzer/input/text_fast_body.h"
