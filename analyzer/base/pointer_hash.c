/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/base/pointer_hash.h"

#include <sys/random.h>

void pointer_hash_key_init(struct pointer_hash_key *key)
{
	if (getrandom(key, sizeof(*key), GRND_NONBLOCK) != (ssize_t)sizeof(*key)) {
		key->mask = 0x9e3779b97f4a7c15u;
		key->multiplier = 0xd1b54a32d192ed03u;
	}
	key->multiplier |= 1u;
}
