#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lays the lab out for the tests: unpack.sh LAB TARGET
#
# TARGET gets every file of LAB as a link, *.zst unpacked, and tree.tar as linux/:
# about 900 MB. It is always made from nothing, and again when a file of the lab
# comes, goes or has another size. Nothing is ever written to LAB.
set -euo pipefail

lab=$(cd "${1:?usage: unpack.sh LAB TARGET}" && pwd)
target=${2:?usage: unpack.sh LAB TARGET}
partial=$target.partial
contents=$(find -L "$lab" -type f -printf '%P %s\n' | sort)

if [[ -e $target/.contents && $(cat "$target/.contents") == "$contents" ]]; then
	exit 0
fi
if [[ -e $target && ! -e $target/.contents ]]; then
	echo "unpack.sh: $target was not made by this script: it stays as it is" >&2
	exit 1
fi
rm -rf "$partial"
mkdir -p "$partial"
while read -r name; do
	name=${name% *}
	mkdir -p "$partial/$(dirname "$name")"
	case $name in
	*.tar.zst) zstd -q -d -c "$lab/$name" | tar -x -C "$partial/$(dirname "$name")" ;;
	*.zst) zstd -q -d "$lab/$name" -o "$partial/${name%.zst}" ;;
	*) ln -s "$lab/$name" "$partial/$name" ;;
	esac
done <<< "$contents"
printf '%s\n' "$contents" > "$partial/.contents"
rm -rf "$target"
mv "$partial" "$target"
