/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names on their way into a page: as text of an element, and as a JSON string inside a
 * <script type="application/json">. Either way nothing in them is markup, control or
 * reordering character; what must not be shown becomes U+FFFD (see text.h).
 */
#ifndef RENDER_HTML_TEXT_H
#define RENDER_HTML_TEXT_H

#include "render/byte_buffer.h"

/* Also fit for an attribute in double quotes. */
void html_put_text(struct byte_buffer *out, const char *text);

/* With its quotes; '<', '>' and '&' as \u escapes. NULL becomes null. */
void html_put_json(struct byte_buffer *out, const char *text);

/* Within a JSON string, whose quotes are the caller's. */
void html_put_json_part(struct byte_buffer *out, const char *text);

#endif
