#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The house style, as far as a machine can see it: check_style.sh format|lengths|shell
#   format    clang-format (version 14, Debian 12's) would change nothing
#   lengths   no file longer than about 500 lines (functions: clang-tidy, tests/check_tidy.sh)
#   shell     shellcheck has nothing to say about any script
set -euo pipefail

cd "$(dirname "$0")/.."

source_files() {
	find analyzer elfsyms render tests -name '*.[ch]' | sort
}

check_lengths() { # the house says 500; the rest is for a closing table or a long header comment
	local status=0 file lines
	while read -r file; do
		lines=$(wc -l < "$file")
		if [[ $lines -gt 520 ]]; then
			echo "$file: $lines lines: split it"
			status=1
		fi
	done < <(source_files)
	return $status
}

check_format() { # names only: `clang-format -i FILE` shows the rest
	local status=0 file
	while read -r file; do
		if ! clang-format --style=file "$file" | cmp -s - "$file"; then
			echo "$file: not formatted as .clang-format says"
			status=1
		fi
	done < <(source_files)
	return $status
}

case ${1:-} in
format) check_format ;;
lengths) check_lengths ;;
shell) find . -path ./build -prune -o '(' -name '*.sh' -o -path './.ci/run' ')' -print | sort | xargs shellcheck ;;
*)
	echo "usage: check_style.sh format|lengths|shell" >&2
	exit 2
	;;
esac
