#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# clang-tidy over every C file of a build: check_tidy.sh [--thorough] BUILD_FOLDER
#
# The analyzer's paths through a function are cut to a fifth of its usual number, which
# takes a sixth of the time; --thorough looks at all of them, as clang-tidy alone does.
# It takes seconds per file, so a file that passed is not looked at again until
# it, a header, .clang-tidy or its compile command changes (stamps in BUILD_FOLDER/tidy).
set -euo pipefail

cd "$(dirname "$0")/.."
arguments="--extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=max-nodes=45000"
if [[ ${1:-} == --thorough ]]; then
	arguments=
	shift
fi
build=${1:?usage: check_tidy.sh [--thorough] BUILD_FOLDER}
mkdir -p "$build/tidy"

common=$({
	clang-tidy --version
	echo "$arguments"
	cat .clang-tidy tests/.clang-tidy
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
	'clang-tidy --quiet -p "$0" $1 "$3" 2> "$2.log" && mv "$2.log" "$2"' "$build" "$arguments"
