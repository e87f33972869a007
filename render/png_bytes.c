/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/png_bytes.h"

#include <stdlib.h>
#include <string.h>

#include "render/late_cairo.h"

/* Three bytes per pixel, which is what the file holds; in place, because those are fewer. */
static void pack(unsigned char *pixels, size_t stride, uint32_t width, uint32_t height)
{
	unsigned char *out = pixels;

	for (uint32_t y = 0; y < height; y++) {
		for (uint32_t x = 0; x < width; x++) {
			uint32_t pixel;

			memcpy(&pixel, pixels + y * stride + x * sizeof(pixel), sizeof(pixel));
			*out++ = (unsigned char)(pixel >> 16);
			*out++ = (unsigned char)(pixel >> 8);
			*out++ = (unsigned char)pixel;
		}
	}
}

void png_append(struct byte_buffer *out, unsigned char *pixels, size_t stride, uint32_t width,
		uint32_t height)
{
	/* FAST: no filters, a low level of compression. */
	png_image image = {
		.version = PNG_IMAGE_VERSION,
		.width = width,
		.height = height,
		.format = PNG_FORMAT_RGB,
		.flags = PNG_IMAGE_FLAG_FAST,
	};
	png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
	unsigned char *file = malloc(size);

	pack(pixels, stride, width, height);
	if (file && sym_png_image_write_to_memory(&image, file, &size, 0, pixels, 0, NULL)) {
		byte_buffer_append(out, file, size);
	} else {
		out->failed = true;
	}
	sym_png_image_free(&image);
	free(file);
}
