/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/timeline_axis.h"

#include <inttypes.h>
#include <math.h>

#define BYTES_TICK_GAP 44.0 /* px between two, at least */
#define TIME_TICK_GAP  28.0 /* px between two texts */
#define NS_DIGITS      9

/* The smallest of 1, 2, 5, 10, 20 ... that is at least number. */
static uint64_t round_up(double number)
{
	static const uint64_t firsts[] = {1, 2, 5};

	for (uint64_t power = 1;; power *= 10) {
		for (size_t i = 0; i < 3; i++) {
			if ((double)(firsts[i] * power) >= number ||
			    power >= 1000000000000000000u) {
				return firsts[i] * power;
			}
		}
	}
}

/* "2.50" of 2,500,000,000 units of 10^-9: integers, because printf follows the locale. */
static const char *decimal_text(uint64_t value, int digits, int decimals, struct arena *arena)
{
	uint64_t whole = 1, fraction;

	for (int i = 0; i < digits; i++) {
		whole *= 10;
	}
	fraction = value % whole;
	for (int i = decimals; i < digits; i++) {
		fraction /= 10;
	}
	if (decimals == 0) {
		return arena_printf(arena, "%" PRIu64, value / whole);
	}
	return arena_printf(arena, "%" PRIu64 ".%0*" PRIu64, value / whole, decimals, fraction);
}

/* The decimals that a step of 10^-digits units needs: zeros at the end of step are not shown. */
static int decimals_of(uint64_t step, int digits)
{
	while (digits > 0 && step % 10 == 0) {
		step /= 10;
		digits--;
	}
	return digits;
}

const char *timeline_time_text(const struct timeline *timeline, uint64_t time, struct arena *arena)
{
	const int decimals = timeline->last - timeline->first < 1000000000 ? 6 : 3;
	char count[BYTES_TEXT_SIZE];
	const char *text;

	switch (timeline->unit) {
	case EVENT_CLOCK_NS:
		text = decimal_text(time, NS_DIGITS, decimals, arena);
		return text ? arena_printf(arena, "%s s", text) : NULL;
	case EVENT_CLOCK_TICKS:
		return arena_printf(arena, "tick %s", text_count(count, time));
	case EVENT_CLOCK_NUMBER:
		break;
	}
	return arena_printf(arena, "event %s", text_count(count, time));
}

bool timeline_axis_bytes(struct timeline_layout *layout, const struct text_metrics *metrics,
			 struct arena *arena)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double most = fmax(1, floor((layout->bottom - layout->plot_top) / BYTES_TICK_GAP));
	unsigned int unit = 0;
	uint64_t step, scale = 10;

	while (unit < 6 && layout->scale >> (10 * (unit + 1)) >= 2) {
		unit++;
	}
	/* tenths of the unit; of bytes there are none */
	step = round_up((double)layout->scale / ldexp(1, (int)(10 * unit)) * 10 / most);
	if (unit == 0) {
		step = round_up((double)layout->scale / most);
		scale = 1;
	}
	for (uint64_t value = 0; layout->bytes_tick_count < LAYOUT_TICKS; value += step) {
		double bytes = ldexp((double)value, (int)(10 * unit)) / (double)scale;
		struct layout_tick *tick = &layout->bytes_ticks[layout->bytes_tick_count];
		const char *number =
			decimal_text(value, scale == 10, decimals_of(step, scale == 10), arena);

		if (bytes > (double)layout->scale) {
			break;
		}
		tick->at = layout->bottom -
			   bytes / (double)layout->scale * (layout->bottom - layout->plot_top);
		tick->text = !number	  ? NULL
			     : value == 0 ? "0"
					  : arena_printf(arena, "%s %s", number, units[unit]);
		if (!tick->text) {
			return false;
		}
		tick->width = text_width(metrics, tick->text, LAYOUT_TEXT_SIZE, false);
		layout->bytes_tick_count++;
	}
	return true;
}

static const char *tick_text(enum event_clock_unit unit, uint64_t time, uint64_t step,
			     struct arena *arena)
{
	char count[BYTES_TEXT_SIZE];

	return unit == EVENT_CLOCK_NS
		       ? decimal_text(time, NS_DIGITS, decimals_of(step, NS_DIGITS), arena)
		       : arena_strdup(arena, text_count(count, time));
}

/* Ticks at multiples of step; false without memory, *ret_fit: do their texts keep apart? */
static bool ticks_try(struct timeline_layout *layout, enum event_clock_unit unit, uint64_t step,
		      const struct text_metrics *metrics, struct arena *arena, bool *ret_fit)
{
	uint64_t time = layout->first / step * step;
	double end = -TIME_TICK_GAP;

	*ret_fit = true;
	layout->time_tick_count = 0;
	time += time < layout->first ? step : 0;
	for (; time >= layout->first && time <= layout->last; time += step) {
		struct layout_tick *tick = &layout->time_ticks[layout->time_tick_count];

		if (layout->time_tick_count == LAYOUT_TICKS) {
			*ret_fit = false;
			return true;
		}
		tick->at = timeline_layout_x(layout, time);
		tick->text = tick_text(unit, time, step, arena);
		if (!tick->text) {
			return false;
		}
		tick->width = text_width(metrics, tick->text, LAYOUT_TEXT_SIZE, false);
		*ret_fit &= tick->at - tick->width / 2 >= end + TIME_TICK_GAP;
		end = tick->at + tick->width / 2;
		layout->time_tick_count++;
		if (time > UINT64_MAX - step) {
			break;
		}
	}
	return true;
}

bool timeline_axis_times(struct timeline_layout *layout, enum event_clock_unit unit,
			 const struct text_metrics *metrics, struct arena *arena)
{
	static const char *const captions[] = {
		[EVENT_CLOCK_NS] = "seconds, as in the trace",
		[EVENT_CLOCK_TICKS] = "ticks of the trace's clock",
		[EVENT_CLOCK_NUMBER] = "number of the event; the trace has no times",
	};
	const double span = (double)(layout->last - layout->first);
	bool fit = false;
	uint64_t step = 1;

	layout->caption = captions[unit];
	/* from many to few, until they do not touch */
	for (double most = LAYOUT_TICKS; !fit && most >= 0.5; most /= 1.5) {
		step = round_up(span / most);
		if (!ticks_try(layout, unit, step, metrics, arena, &fit)) {
			return false;
		}
	}
	if (!fit) {
		layout->time_tick_count = layout->time_tick_count > 0;
	}
	return true;
}
