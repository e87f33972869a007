#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lays the lab out for the tests: unpack.sh LAB TARGET
#
# TARGET gets every file of LAB as a link, *.zst unpacked, and tree.tar as linux/:
# about 900 MB. What is there already stays, unless the lab has a file of that name
# with another size by now.
set -euo pipefail

lab=$(cd "${1:?usage: unpack.sh LAB TARGET}" && pwd)
target=${2:?usage: unpack.sh LAB TARGET}
mkdir -p "$target/.unpacked"

unpack() { # NAME.zst
	local name=${1%.zst} done_mark
	done_mark=$target/.unpacked/${1//\//:}.$(stat -L -c %s "$lab/$1")
	if [[ -e $done_mark ]]; then
		return
	fi
	if [[ $name == *.tar ]]; then
		rm -rf "$target/linux"
		zstd -q -d -c "$lab/$1" | tar -x -C "$target"
	else
		zstd -q -d -f "$lab/$1" -o "$target/$name"
	fi
	touch "$done_mark"
}

find -L "$lab" -type f -printf '%P %s\n' | sort > "$target/.unpacked/list.new"
if cmp -s "$target/.unpacked/list.new" "$target/.unpacked/list"; then
	exit 0
fi
while read -r name; do
	mkdir -p "$target/$(dirname "$name")"
	if [[ $name == *.zst ]]; then
		unpack "$name"
	else
		ln -sfn "$lab/$name" "$target/$name"
	fi
done < <(sed 's/ [0-9]*$//' "$target/.unpacked/list.new")
mv "$target/.unpacked/list.new" "$target/.unpacked/list"
