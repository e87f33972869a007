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

# The house says about 500; a test file, which is a list of cases, may be a little longer.
check_lengths() {
	local status=0 file lines limit
	while read -r file; do
		lines=$(wc -l < "$file")
		limit=520
		if [[ $file == tests/* ]]; then
			limit=600
		fi
		if [[ $lines -gt $limit ]]; then
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
shell) find . -path ./build -prune -o '(' -name '*.sh' -o -path './.ci/run' -o -name kmem-capture -type f ')' -print | sort | xargs shellcheck ;;
*)
	echo "usage: check_style.sh format|lengths|shell" >&2
	exit 2
	;;
esac
