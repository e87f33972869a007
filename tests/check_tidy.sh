#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# clang-tidy over every C file of a build: check_tidy.sh BUILD_FOLDER
#
# It takes seconds per file, so a file that passed is not looked at again until
# it, a header, .clang-tidy or its compile command changes (stamps in BUILD_FOLDER/tidy).
set -euo pipefail

cd "$(dirname "$0")/.."
build=${1:?usage: check_tidy.sh BUILD_FOLDER}
mkdir -p "$build/tidy"

common=$({
	clang-tidy --version
	cat .clang-tidy
	find analyzer elfsyms render tests -name '*.h' -print0 | sort -z | xargs -0 sha256sum
	grep -o '"command": "[^"]*-o ' "$build/compile_commands.json" | sed 's/-o $//' | sort -u
} | sha256sum)

todo=()
while read -r file; do
	key=$({ echo "$common" && cat "$file"; } | sha256sum | cut -d' ' -f1)
	if [[ ! -e $build/tidy/$key ]]; then
		todo+=("$build/tidy/$key" "$file")
	fi
done < <(sed -nE "s,^ *\"file\": \"$PWD/([^\"]+)\".*,\1,p" "$build/compile_commands.json" |
	grep -v '^build/' | sort -u) # what the build generates is arrays of bytes

if [[ ${#todo[@]} -eq 0 ]]; then
	echo "clang-tidy: no file changed"
	exit 0
fi
echo "clang-tidy: $((${#todo[@]} / 2)) files"
# shellcheck disable=SC2016 # the inner shell expands
printf '%s\0' "${todo[@]}" | xargs -0 -n2 -P "$(nproc)" bash -c \
	'clang-tidy --quiet -p "$0" "$2" 2> "$1.log" && mv "$1.log" "$1"' "$build"
