/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the HTML report that are not data: render/html/, made into arrays at
 * build time by cmake/embed_page.cmake. The hashes are SHA-256 in base64, as a
 * content-security policy wants them.
 */
#ifndef RENDER_HTML_ASSETS_H
#define RENDER_HTML_ASSETS_H

#include <stddef.h>

extern const unsigned char html_script[];
extern const size_t html_script_size;
extern const char html_script_hash[];
extern const unsigned char html_style[];
extern const size_t html_style_size;
extern const char html_style_hash[];
extern const unsigned char html_body[];
extern const size_t html_body_size;

#endif
