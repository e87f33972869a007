/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is this built with AddressSanitizer (gcc and clang say it differently)? 1 or 0. */
#ifndef ANALYZER_BASE_SANITIZER_H
#define ANALYZER_BASE_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#define WITH_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#else
#define WITH_ADDRESS_SANITIZER 0
#endif

#endif
