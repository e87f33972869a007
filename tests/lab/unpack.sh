#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lays the lab out for the tests: unpack.sh LAB TARGET
#
# TARGET gets a link to everything of LAB, and *.zst of its top folder unpacked
# (logs, and tree.tar as linux/): about 900 MB. What is there already stays, unless
# the lab has another file of that name and size by now.
set -euo pipefail

lab=$(cd "${1:?usage: unpack.sh LAB TARGET}" && pwd)
target=${2:?usage: unpack.sh LAB TARGET}
mkdir -p "$target"

unpack() { # FILE.zst
	local file=$1 name=${1##*/} fingerprint
	name=${name%.zst}
	fingerprint=$target/.$name.$(stat -c %s "$file")
	if [[ -e $fingerprint ]]; then
		return
	fi
	if [[ $name == *.tar ]]; then
		rm -rf "$target/linux"
		zstd -q -d -c "$file" | tar -x -C "$target"
	else
		zstd -q -d -f "$file" -o "$target/$name"
	fi
	touch "$fingerprint"
}

for entry in "$lab"/*; do
	if [[ $entry == *.zst ]]; then
		unpack "$entry"
	else
		ln -sfn "$entry" "$target/${entry##*/}"
	fi
done
