/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast path compiled for AVX2; see text_fast.h. */
#include "analyzer/input/text_vector_x86.h"

#define TEXT_FAST_RUN text_fast_run_avx2
#include "analyzer/input/text_fast_body.h"
